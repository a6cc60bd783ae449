/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/stream.c - the flows behind a workload instance, and what they load the cables with.
 *
 * A flow keeps to one way. Where several links are joined into one (link aggregation) or several ways are equally
 * short, a hash of the flow's name decides, once and for all: packets of a flow stay in order, but nobody looks at the
 * load. Few or unequal flows therefore load the members unequally.
 */
#include <stdio.h>

#include "sim/kernel/rng.h"
#include "sim/plan/plan.h"
#include "sim/plan/route.h"

enum { STREAM_NAME_MAX = 256 };

static uint32_t stream_connections(const struct plan_flow_set *fs)
{
    const struct vio_workload_common *common = fs->workload->config;

    return common->connections;
}

uint32_t plan_streams(const struct plan_flow_set *fs)
{
    switch (fs->workload->type->shape) {
    case VIO_SHAPE_ROUND_TRIP:
        return 2 * stream_connections(fs);
    case VIO_SHAPE_FAN_IN:
        return 2 * fs->peers * stream_connections(fs);
    case VIO_SHAPE_BLOCK:
        return 1;
    case VIO_SHAPE_BACKUP:
        return 1 + stream_connections(fs);
    default:
        return stream_connections(fs);
    }
}

/* All of a flow but its hash. */
static struct plan_stream stream_ends(const struct plan *p, const struct plan_flow_set *fs, uint32_t k)
{
    const struct scn_workload *wl = fs->workload;
    const enum vio_shape shape = wl->type->shape;
    const double load_bps = wl->type->offered_bps ? wl->type->offered_bps(wl->config) : 0;
    struct plan_stream s = {
        .from = fs->home, .to = fs->peer, .transport = wl->transport, .config = wl->transport_config, .tc = wl->tc};

    s.offered_bps = shape == VIO_SHAPE_BLOCK ? load_bps : load_bps / stream_connections(fs);
    if (shape == VIO_SHAPE_ROUND_TRIP && k % 2 == 0) { /* requests; the load counts with the responses */
        s.from = fs->peer;
        s.to = fs->home;
        s.offered_bps = 0;
    }
    if (shape == VIO_SHAPE_FAN_IN) {
        s.from = k % 2 ? fs->peer + k / 2 % fs->peers : fs->home;
        s.to = k % 2 ? fs->home : fs->peer + k / 2 % fs->peers;
    }
    if (shape == VIO_SHAPE_BACKUP && k == 0) { /* what it reads */
        s.from = (uint32_t)fs->san_home;
        s.to = (uint32_t)fs->san_peer;
        s.transport = vio_transport_find("fcp");
        s.config = NULL;
        s.tc = p->endpoint[fs->san_home].tc;
    }
    return s;
}

struct plan_stream plan_stream(const struct plan *p, const struct plan_flow_set *fs, uint32_t k)
{
    struct plan_stream s = stream_ends(p, fs, k);
    char name[STREAM_NAME_MAX];

    snprintf(name, sizeof name, "%s#%u", fs->path, k);
    s.hash = sim_hash_text(name, 0);
    return s;
}

double plan_offered_bps(const struct plan *p)
{
    double bps = 0;

    for (size_t i = 0; i < p->flows; i++)
        for (uint32_t k = 0; k < plan_streams(&p->flow[i]); k++)
            bps += stream_ends(p, &p->flow[i], k).offered_bps;
    return bps;
}

struct plan_load *plan_cable_loads(const struct plan *p)
{
    struct plan_load *load = sim_alloc(p->cables ? p->cables : 1, sizeof *load);
    struct plan_hop way[PLAN_ROUTE_MAX];
    struct plan_routes routes;

    plan_routes_init(&routes, p);
    for (size_t i = 0; i < p->flows; i++) {
        for (uint32_t k = 0; k < plan_streams(&p->flow[i]); k++) {
            const struct plan_stream s = plan_stream(p, &p->flow[i], k);
            const size_t n =
                plan_route(&routes, &p->endpoint[s.from], &p->endpoint[s.to], s.transport->proto, s.hash, way);

            for (size_t h = 0; h < n; h++) {
                load[way[h].cable].flows++;
                load[way[h].cable].offered_bps += s.offered_bps;
            }
        }
    }
    plan_routes_fini(&routes);
    return load;
}

/* Whether the cable ends at a core as an uplink of an edge; the link to a module's slot does not. */
static bool stream_is_member(const struct plan *p, const struct plan_cable *c)
{
    return c->uplink && p->node[c->b].tier == PLAN_CORE;
}

/* Whether two cables belong to the same uplink of the same edge; such cables follow each other. */
static bool stream_is_with(const struct plan_cable *a, const struct plan_cable *b)
{
    return a->uplink == b->uplink && a->edge == b->edge;
}

struct plan_balance plan_uplink_balance(const struct plan *p, const struct plan_load *load, uint32_t cable)
{
    const struct plan_cable *c = &p->cable[cable];
    struct plan_balance b = {.first = UINT32_MAX};
    double sum_bps = 0;
    size_t first = cable;

    if (!stream_is_member(p, c))
        return b;
    while (first > 0 && stream_is_with(&p->cable[first - 1], c))
        first--;
    for (size_t i = first; i < p->cables && stream_is_with(&p->cable[i], c); i++) {
        if (!stream_is_member(p, &p->cable[i]))
            continue;
        if (b.members++ == 0)
            b.first = (uint32_t)i;
        sum_bps += load[i].offered_bps;
        b.most_bps = load[i].offered_bps > b.most_bps ? load[i].offered_bps : b.most_bps;
    }
    b.mean_bps = sum_bps / b.members;
    return b;
}
