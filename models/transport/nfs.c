/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/nfs.c - a virtual disk in a file on an NFS server: READ and WRITE calls over TCP.
 *
 * Description  An I/O becomes calls of at most `rsize` or `wsize`, which run side by side in `slots` slots; it is done
 *              with the last reply. Writes are synchronous (FILE_SYNC), so there is no COMMIT.
 * Bytes        NFS version 3 in XDR, record mark 4 in front. Call: RPC header 24, credential AUTH_SYS 36, verifier 8;
 *              file handle 36; READ: offset 8, count 4: 120 B in all. WRITE: offset 8, count 4, stable 4, length 4: 128
 *              B and the data. Reply: RPC header 24; READ: status 4, attributes 88, count 4, end of file 4, length 4:
 *              132 B and the data. WRITE: status 4, attributes before 28 and after 88, count 4, committed 4, verifier
 *              8: 164 B. Data are padded to 4 B. The length of names and handles is assumption A-181.
 * Simplified   Attributes, lookups and locks are cached; the server's own time is the array's.
 * Source       RFC 1813, RFC 5531, RFC 4506
 */
#include "models/session.h"

enum { NFS_READ_CALL_B = 120, NFS_READ_REPLY_B = 132, NFS_WRITE_CALL_B = 128, NFS_WRITE_REPLY_B = 164, NFS_PAD_B = 4 };

struct nfs_config {
    struct vio_session_config session; /* first */
    uint32_t slots;
    uint64_t rsize_B, wsize_B;
};

static const struct sim_param nfs_params[] = {
    VIO_SESSION_PARAMS,
    {"slots", SIM_PARAM_COUNT, offsetof(struct nfs_config, slots), "16", "1", "65536",
     "calls outstanding on the connection; further ones wait in the host", "assumption A-182: common client default"},
    {"rsize", SIM_PARAM_SIZE, offsetof(struct nfs_config, rsize_B), "64KiB", "1KiB", "1MiB", "most data of a READ",
     "assumption A-183"},
    {"wsize", SIM_PARAM_SIZE, offsetof(struct nfs_config, wsize_B), "64KiB", "1KiB", "1MiB", "most data of a WRITE",
     "assumption A-183"},
    {0}};

static uint64_t nfs_data_B(const struct vio_message *call)
{
    return (call->size_B + NFS_PAD_B - 1) / NFS_PAD_B * NFS_PAD_B;
}

/* A reply has arrived. The I/O's time is that of its last call: they all began with it. */
static void nfs_over(struct vio_message *unit)
{
    struct vio_task *x = unit->owner;
    struct vio_flow *f = x->session->flow;
    struct vio_message *call = vio_session_close(x), *m = call->owner;
    const bool last = --m->left_B == 0;

    if (last)
        vio_chain_whole(m, call);
    else if (f->world->trace)
        vio_chain_end(f->world, call);
    sim_pool_give(&f->world->messages, call);
    if (!last)
        return;
    f->goodput_B += m->size_B;
    m->done(m);
}

static void nfs_ready(struct vio_message *call)
{
    vio_session_send(call->at_transport, VIO_BACK,
                     call->write ? NFS_WRITE_REPLY_B : NFS_READ_REPLY_B + nfs_data_B(call), nfs_over, true);
}

static void nfs_call_arrived(struct vio_message *unit)
{
    vio_session_serve(unit->owner, nfs_ready);
}

static void nfs_start(struct vio_task *x)
{
    vio_session_send(x, VIO_THERE, x->m->write ? NFS_WRITE_CALL_B + nfs_data_B(x->m) : NFS_READ_CALL_B,
                     nfs_call_arrived, true);
}

static void nfs_init(struct vio_flow *f)
{
    const struct nfs_config *c = f->config;

    vio_session_init(f, c->slots, nfs_start);
}

static void nfs_send(struct vio_flow *f, struct vio_message *m)
{
    const struct nfs_config *c = f->config;
    const uint64_t most_B = m->write ? c->wsize_B : c->rsize_B;
    uint64_t left_B = m->size_B;

    m->left_B = (m->size_B + most_B - 1) / most_B; /* calls without a reply */
    while (left_B > 0) {
        struct vio_message *call = sim_pool_take(&f->world->messages);

        call->size_B = left_B < most_B ? left_B : most_B;
        left_B -= call->size_B;
        call->owner = m;
        call->write = m->write;
        call->failed = false;
        call->flow = f;
        call->born_ps = m->born_ps;
        vio_chain_part(call, m);
        vio_session_submit(vio_flow_state(f), call);
    }
}

const struct vio_transport_type vio_transport_nfs = {
    .type = "nfs",
    .summary = "virtual disks in files of an NFS server: READ and WRITE calls over TCP",
    .proto = VIO_PROTO_IP,
    .storage = true,
    .state_size = sizeof(struct vio_session),
    .config_size = sizeof(struct nfs_config),
    .params = nfs_params,
    .metrics = vio_session_metrics,
    .source = "RFC 1813, RFC 5531",
    .init = nfs_init,
    .send = nfs_send,
    .receive = vio_session_receive,
    .fini = vio_session_fini,
};
