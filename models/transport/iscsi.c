/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/iscsi.c - SCSI over TCP: one task per I/O, protocol data units with a header of 48 B.
 *
 * Description  Read: SCSI Command to the target; when it has the data, Data-In units of at most `data_segment` come
 *              back, the last with the status. Write: SCSI Command with immediate data, and with `initial_r2t: no`
 *              further unsolicited data up to `first_burst`; the target asks for the rest (R2T), `max_burst` at a time;
 *              the initiator sends Data-Out units; when the target has stored them, SCSI Response.
 * Queue depth  At most `queue_depth` tasks are open; further I/Os wait in the initiator, in order.
 * Simplified   One connection per session; no digests, no login, no NOPs; one R2T outstanding; the units of a burst are
 *              not interleaved with those of other tasks; unsolicited data count as part of the command.
 * Source       RFC 7143
 */
#include "models/session.h"

enum { ISCSI_BHS_B = 48, ISCSI_PAD_B = 4 }; /* RFC 7143 11.2.1, 11.1: data are padded to words */

struct iscsi_config {
    struct vio_session_config session; /* first */
    uint32_t queue_depth;
    uint64_t segment_B, first_burst_B, max_burst_B;
    bool immediate, initial_r2t;
};

static const struct sim_param iscsi_params[] = {
    VIO_SESSION_PARAMS,
    {"queue_depth", SIM_PARAM_COUNT, offsetof(struct iscsi_config, queue_depth), "32", "1", "4096",
     "tasks open at a time; further I/Os wait in the host", "assumption A-180: common initiator default"},
    {"data_segment", SIM_PARAM_SIZE, offsetof(struct iscsi_config, segment_B), "8192B", "512B", "16MiB",
     "most data in a unit, both ways: MaxRecvDataSegmentLength", "RFC 7143 13.12"},
    {"first_burst", SIM_PARAM_SIZE, offsetof(struct iscsi_config, first_burst_B), "64KiB", "512B", "16MiB",
     "most unsolicited data of a write: FirstBurstLength", "RFC 7143 13.14"},
    {"max_burst", SIM_PARAM_SIZE, offsetof(struct iscsi_config, max_burst_B), "256KiB", "512B", "16MiB",
     "most data that the target asks for at a time: MaxBurstLength", "RFC 7143 13.13"},
    {"immediate_data", SIM_PARAM_BOOL, offsetof(struct iscsi_config, immediate), "yes", NULL, NULL,
     "the command of a write brings a first unit of data: ImmediateData", "RFC 7143 13.11"},
    {"initial_r2t", SIM_PARAM_BOOL, offsetof(struct iscsi_config, initial_r2t), "yes", NULL, NULL,
     "the target asks for all but immediate data: InitialR2T", "RFC 7143 13.10"},
    {0}};

static const struct iscsi_config *iscsi_config(const struct vio_task *x)
{
    return x->session->flow->config;
}

/* Bytes of the units that carry `data_B`. */
static uint64_t iscsi_units_B(const struct iscsi_config *c, uint64_t data_B)
{
    const uint64_t units = (data_B + c->segment_B - 1) / c->segment_B;

    return units * ISCSI_BHS_B + (data_B + ISCSI_PAD_B - 1) / ISCSI_PAD_B * ISCSI_PAD_B;
}

static void iscsi_over(struct vio_message *unit)
{
    struct vio_task *x = unit->owner;
    struct vio_message *m = vio_session_close(x);

    x->session->flow->goodput_B += m->size_B;
    m->done(m);
}

/* The target has the data (read) or has stored them (write). */
static void iscsi_ready(struct vio_message *m)
{
    struct vio_task *x = m->at_transport;

    vio_session_send(x, VIO_BACK, m->write ? ISCSI_BHS_B : iscsi_units_B(iscsi_config(x), m->size_B), iscsi_over, true);
}

static uint64_t iscsi_burst_B(const struct vio_task *x)
{
    const uint64_t left_B = x->m->size_B - x->arrived_B;

    return left_B < iscsi_config(x)->max_burst_B ? left_B : iscsi_config(x)->max_burst_B;
}

static vio_message_fn iscsi_asked, iscsi_data_arrived;

/* At the target: ask for more, or go to work. Only the first burst is told apart in the account of the I/O's time. */
static void iscsi_proceed(struct vio_task *x)
{
    if (x->m->write && x->arrived_B < x->m->size_B)
        vio_session_send(x, VIO_BACK, ISCSI_BHS_B, iscsi_asked, x->bursts++ == 0);
    else
        vio_session_serve(x, iscsi_ready);
}

/* At the initiator: an R2T. */
static void iscsi_asked(struct vio_message *unit)
{
    struct vio_task *x = unit->owner;

    vio_session_send(x, VIO_THERE, iscsi_units_B(iscsi_config(x), iscsi_burst_B(x)), iscsi_data_arrived,
                     x->bursts == 1);
}

static void iscsi_data_arrived(struct vio_message *unit)
{
    struct vio_task *x = unit->owner;

    x->arrived_B += iscsi_burst_B(x);
    iscsi_proceed(x);
}

static void iscsi_command_arrived(struct vio_message *unit)
{
    iscsi_proceed(unit->owner);
}

static void iscsi_start(struct vio_task *x)
{
    const struct iscsi_config *c = iscsi_config(x);
    const uint64_t first_B = x->m->size_B < c->first_burst_B ? x->m->size_B : c->first_burst_B;
    uint64_t immediate_B = 0;

    if (x->m->write && c->immediate)
        immediate_B = first_B < c->segment_B ? first_B : c->segment_B;
    if (x->m->write)
        x->arrived_B = c->initial_r2t ? immediate_B : first_B;
    vio_session_send(x, VIO_THERE,
                     (immediate_B ? 0 : ISCSI_BHS_B) + iscsi_units_B(c, immediate_B) +
                         iscsi_units_B(c, x->arrived_B - immediate_B),
                     iscsi_command_arrived, true);
}

static void iscsi_init(struct vio_flow *f)
{
    const struct iscsi_config *c = f->config;

    vio_session_init(f, c->queue_depth, iscsi_start);
}

static void iscsi_send(struct vio_flow *f, struct vio_message *m)
{
    vio_session_submit(vio_flow_state(f), m);
}

const struct vio_transport_type vio_transport_iscsi = {
    .type = "iscsi",
    .summary = "SCSI over TCP: commands, R2T, data and responses in units of 48 B and data",
    .proto = VIO_PROTO_IP,
    .storage = true,
    .state_size = sizeof(struct vio_session),
    .config_size = sizeof(struct iscsi_config),
    .params = iscsi_params,
    .metrics = vio_session_metrics,
    .source = "RFC 7143",
    .init = iscsi_init,
    .send = iscsi_send,
    .receive = vio_session_receive,
    .fini = vio_session_fini,
};
