/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/backup.c - a backup agent in a VM: read the disk, send it to the backup server, in a window.
 *
 * Each stream (connection) reads one block ahead while it sends the last one, so that its rate is the smaller of what
 * the storage and what the network give. Measured is the time of a block from the read command to its arrival at the
 * backup server.
 */
#include "models/workload.h"

struct backup_config {
    struct vio_workload_common common;
    uint64_t block_B;
};

struct backup_stream {
    struct vio_workload *wl;
    struct vio_flow *flow; /* to the backup server */
};

struct backup {
    struct sim_event begin;
    struct vio_workload *wl;
    struct backup_stream *stream;
};

enum { BACKUP_BLOCKS = 2 }; /* per stream: one read while one is sent */

static const struct sim_param backup_params[] = {VIO_WORKLOAD_COMMON_PARAMS(struct backup_config),
                                                 {"block", SIM_PARAM_SIZE, offsetof(struct backup_config, block_B),
                                                  "256KiB", "4KiB", "16MiB", "bytes read and sent at a time",
                                                  "facts.md 5.2: 64-256 KB sequential"},
                                                 {0}};

static void backup_sent(struct vio_message *m);

static void backup_read_done(struct vio_message *m)
{
    struct backup_stream *st = m->at_stream;

    if (m->failed) {
        backup_sent(m);
        return;
    }
    m->done = backup_sent;
    vio_flow_send(st->flow, m);
}

static void backup_read(struct backup_stream *st)
{
    const struct backup_config *c = st->wl->config;
    struct vio_message *m = vio_workload_issue(st->wl, c->block_B, backup_read_done);

    m->at_stream = st;
    vio_flow_send(st->wl->flow[0], m);
}

static void backup_sent(struct vio_message *m)
{
    struct backup_stream *st = m->at_stream;

    vio_workload_complete(st->wl, m, m->size_B);
    if (!vio_workload_is_over(st->wl))
        backup_read(st);
}

static void backup_begin(struct sim *sim, struct sim_event *ev)
{
    struct backup *s = sim_container_of(ev, struct backup, begin);

    (void)sim;
    for (uint32_t i = 0; i + 1 < s->wl->flows; i++)
        for (int k = 0; k < BACKUP_BLOCKS; k++)
            backup_read(&s->stream[i]);
}

static void backup_start(struct vio_workload *wl)
{
    struct backup *s = vio_workload_state(wl);

    s->wl = wl;
    s->stream = sim_arena_alloc(&wl->world->arena, wl->flows, sizeof *s->stream);
    for (uint32_t i = 0; i + 1 < wl->flows; i++)
        s->stream[i] = (struct backup_stream){.wl = wl, .flow = wl->flow[i + 1]};
    sim_event_init(&s->begin, backup_begin);
    sim_at(&wl->world->sim, &s->begin, vio_workload_start_ps(wl));
}

const struct vio_workload_type vio_workload_backup = {
    .type = "backup",
    .summary = "read the VM's disk and send it to the backup server, in a window",
    .shape = VIO_SHAPE_BACKUP,
    .state_size = sizeof(struct backup),
    .config_size = sizeof(struct backup_config),
    .params = backup_params,
    .source = "facts.md 5.2",
    .start = backup_start,
};
