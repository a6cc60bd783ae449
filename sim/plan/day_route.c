/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/day_route.c - failures on the ways of flows: who notices, when, and which way is taken then.
 *
 * A cable that fails takes with it every flow whose way leads over it. What notices it depends on the flow and the
 * cable: of a vHBA the multipath driver, whatever failed; of a vNIC the team or HA pair of its connection if it is a
 * cable of a server, the uplink's mechanism (link aggregation) if it is beyond. After detection and switch-over the
 * flow is reviewed: it keeps its port if there is another way from there, else its endpoint moves to another port of
 * its pair; ways are those of route.c, around what is known to be dead by then. A way into another failure that nobody
 * has noticed yet is dead again, and reviewed in its turn.
 *
 * Simplified: beyond the server's own links, a vNIC moves only when no way is left from its port (link-state tracking,
 *             A-207); a switch-over takes the same time for all that notice.
 */
#include <stdlib.h>
#include <string.h>

#include "models/processor.h"
#include "models/transport.h"
#include "sim/plan/day_private.h"

static sim_event_fn day_review_due;

static const struct scn_failover day_no_failover = {.mechanism = SCN_FAILOVER_NONE};

/* The connection that an end of the flow is at; NULL: none (topologies). */
static const struct scn_connection *day_connection(const struct plan_day *d, const struct day_flow *f)
{
    const struct plan *p = d->b->plan;
    const uint32_t end[] = {f->st.from, f->st.to};

    for (int i = 0; i < 2; i++) {
        const int32_t cable = d->endpoint[end[i]].cable;

        if (cable >= 0 && p->cable[cable].connection != UINT32_MAX)
            return &p->design->connection[p->cable[cable].connection];
    }
    return NULL;
}

const struct scn_failover *day_failover(const struct plan_day *d, const struct day_flow *f, uint32_t cable)
{
    const struct plan *p = d->b->plan;
    const struct plan_cable *c = &p->cable[cable];
    const struct scn_connection *con;

    if (!p->design)
        return &p->study->topology->failover;
    con = day_connection(d, f);
    if (con && f->st.transport->proto == VIO_PROTO_FC)
        return &con->multipath;
    if (c->connection != UINT32_MAX)
        return &p->design->connection[c->connection].failover;
    if (c->uplink)
        return &c->uplink->failover;
    return con ? &con->failover : &day_no_failover;
}

static sim_time day_delay_ps(const struct scn_failover *o)
{
    return o->mechanism == SCN_FAILOVER_NONE ? SIM_TIME_NEVER : o->detection_ps + o->switch_over_ps;
}

/* Whether it is known by now, to those who route the flow, that the cable is dead. */
static bool day_is_known(const struct plan_day *d, const struct day_flow *f, uint32_t cable)
{
    const sim_time delay_ps = day_delay_ps(day_failover(d, f, cable));

    return d->down[cable] && delay_ps != SIM_TIME_NEVER && d->since_ps[cable] + delay_ps <= sim_now(&d->b->world->sim);
}

static bool day_way_is_dead(const struct plan_day *d, const struct day_way *way)
{
    for (uint32_t i = 0; i < way->n; i++)
        if (d->down[way->cable[i]])
            return true;
    return false;
}

bool day_flow_is_dead(const struct plan_day *d, const struct day_flow *f)
{
    return day_way_is_dead(d, &f->now[0]) || day_way_is_dead(d, &f->now[1]);
}

static bool day_is_due(const struct plan_day *d, const struct day_flow *f)
{
    for (int way = 0; way < DAY_WAYS; way++)
        for (uint32_t i = 0; i < f->now[way].n; i++)
            if (day_is_known(d, f, f->now[way].cable[i]))
                return true;
    return false;
}

/* Routes around what the flow's mechanisms know to be dead; made anew only if that is not what they are around. */
static struct plan_routes *day_routes(struct plan_day *d, const struct day_flow *f)
{
    const struct plan *p = d->b->plan;

    for (uint32_t i = 0; i < p->cables; i++)
        d->wanted[i] = d->down[i] && day_is_known(d, f, i);
    if (d->routes_made && memcmp(d->wanted, d->closed, p->cables * sizeof *d->closed) == 0)
        return &d->routes;
    if (d->routes_made)
        plan_routes_fini(&d->routes);
    memcpy(d->closed, d->wanted, p->cables * sizeof *d->closed);
    plan_routes_init(&d->routes, p);
    d->routes.closed = d->closed;
    d->routes_made = true;
    return &d->routes;
}

/* Candidate k of the cables that an endpoint may use: the one it has, then the others from the next on, by the number
 * of the endpoint so that those of one port spread over the rest. -1: any cable, for endpoints that are not pinned. */
static int32_t day_candidate(const struct plan_endpoint *ep, uint32_t number, uint32_t k)
{
    const uint32_t own = (uint32_t)ep->cable - ep->first_cable, others = ep->cables - 1;

    if (k == 0 || ep->cable < 0)
        return ep->cable;
    return (int32_t)(ep->first_cable + (own + 1 + (number + k - 1) % others) % ep->cables);
}

static uint32_t day_candidates(const struct plan_endpoint *ep)
{
    return ep->cable >= 0 && ep->cables > 1 ? ep->cables : 1;
}

static void day_keep_way(struct plan_day *d, struct day_way *way, const struct vio_path *path,
                         const struct plan_hop *hop, size_t n)
{
    way->path = path;
    way->n = (uint32_t)n;
    way->cable = sim_arena_alloc(&d->b->world->arena, n, sizeof *way->cable);
    for (size_t i = 0; i < n; i++)
        way->cable[i] = hop[i].cable;
}

/* The flow is about to take other ways than its first: remember what has decided that, which is who knew first. */
static void day_leave(const struct plan_day *d, struct day_flow *f)
{
    sim_time first_ps = SIM_TIME_NEVER;

    if (f->away)
        return;
    f->away = &day_no_failover; /* unless something failed: its server is another one */
    f->away_ps = sim_now(&d->b->world->sim);
    for (int way = 0; way < DAY_WAYS; way++)
        for (uint32_t i = 0; i < f->home[way].n; i++) {
            const uint32_t cable = f->home[way].cable[i];
            const struct scn_failover *o = day_failover(d, f, cable);
            const sim_time delay_ps = day_delay_ps(o);

            if (d->down[cable] && delay_ps != SIM_TIME_NEVER && d->since_ps[cable] + delay_ps < first_ps) {
                first_ps = d->since_ps[cable] + delay_ps;
                f->away = o;
            }
        }
}

/* Ways there and back with the endpoints at cables `from` and `to`; they move there if there are such ways. */
static bool day_try(struct plan_day *d, struct day_flow *f, int32_t from, int32_t to)
{
    struct plan_routes *r = day_routes(d, f);
    const enum vio_proto proto = f->st.transport->proto;
    struct plan_endpoint src = d->endpoint[f->st.from], dst = d->endpoint[f->st.to];
    struct plan_hop hop[DAY_WAYS][PLAN_ROUTE_MAX];
    size_t n[DAY_WAYS];

    if ((from >= 0 && d->closed[from]) || (to >= 0 && d->closed[to]))
        return false;
    src.cable = from;
    dst.cable = to;
    n[0] = plan_route(r, &src, &dst, proto, f->st.hash, hop[0]);
    n[1] = n[0] ? plan_route(r, &dst, &src, proto, f->st.hash, hop[1]) : 0;
    if (!n[1])
        return false;
    day_leave(d, f);
    d->endpoint[f->st.from].cable = from;
    d->endpoint[f->st.to].cable = to;
    day_keep_way(d, &f->now[0], plan_build_path(d->b, f->st.from, f->st.to, proto, hop[0], n[0]), hop[0], n[0]);
    day_keep_way(d, &f->now[1], plan_build_path(d->b, f->st.to, f->st.from, proto, hop[1], n[1]), hop[1], n[1]);
    return true;
}

bool day_reroute(struct plan_day *d, struct day_flow *f)
{
    const struct plan_endpoint src = d->endpoint[f->st.from], dst = d->endpoint[f->st.to];

    for (uint32_t i = 0; i < day_candidates(&src); i++)
        for (uint32_t k = 0; k < day_candidates(&dst); k++)
            if (day_try(d, f, day_candidate(&src, f->st.from, i), day_candidate(&dst, f->st.to, k)))
                return true;
    return false;
}

/* Whether a way is dead because of a part that failed in `e`. */
static bool day_is_victim(const struct day_event *e, const struct day_way *way)
{
    const struct plan_day *d = e->day;

    for (uint32_t i = 0; i < way->n; i++)
        if (d->down[way->cable[i]] && d->culprit[way->cable[i]] == e)
            return true;
    return false;
}

/* How many VMs have a flow that is dead because of `e`; with `mark` they are marked as hit. */
static uint32_t day_count_dead(const struct day_event *e, bool mark)
{
    const struct plan_day *d = e->day;
    bool *seen = sim_alloc(d->vms ? d->vms : 1, sizeof *seen);
    uint32_t n = 0;

    for (size_t i = 0; i < d->flows; i++) {
        const struct day_flow *f = &d->flow[i];
        const uint32_t end[] = {d->vm_of[f->st.from], d->vm_of[f->st.to]};

        if (f->flow->detached || !(day_is_victim(e, &f->now[0]) || day_is_victim(e, &f->now[1])))
            continue;
        for (int k = 0; k < 2; k++) {
            if (end[k] == UINT32_MAX || seen[end[k]])
                continue;
            seen[end[k]] = true;
            n++;
            if (mark)
                e->hit[end[k]] = true;
        }
    }
    free(seen);
    return n;
}

void day_count_cut(struct day_event *e)
{
    const uint32_t dead = day_count_dead(e, false);

    if (e->plan->event->kind != SCN_EVENT_RANDOM || dead > e->result->cut)
        e->result->cut = dead;
}

struct day_delays {
    sim_time *delay_ps; /* heap */
    size_t n, capacity;
};

static void day_review(struct day_event *cause, sim_time at, bool back)
{
    struct plan_day *d = cause->day;
    struct day_review *r = d->idle;

    if (r)
        d->idle = r->next;
    else
        r = sim_arena_alloc(&d->b->world->arena, 1, sizeof *r);
    *r = (struct day_review){.day = d, .cause = cause, .back = back};
    cause->reviews++;
    sim_event_init(&r->ev, day_review_due);
    sim_at(&d->b->world->sim, &r->ev, at);
}

/* Whether both ends are on the servers where they began, and the first ways alive. */
static bool day_is_at_home(const struct plan_day *d, const struct day_flow *f)
{
    const struct plan_endpoint *first = d->b->plan->endpoint;

    return d->endpoint[f->st.from].node == first[f->st.from].node &&
           d->endpoint[f->st.to].node == first[f->st.to].node && !day_way_is_dead(d, &f->home[0]) &&
           !day_way_is_dead(d, &f->home[1]);
}

/* A flow that is not where it began, and is to be again: all of its first ways has been whole for the time that what
 * took it away waits. */
static bool day_may_go_home(const struct plan_day *d, const struct day_flow *f)
{
    if (!f->away || !f->away->switch_back_ps || !day_is_at_home(d, f))
        return false;
    for (int way = 0; way < DAY_WAYS; way++)
        for (uint32_t i = 0; i < f->home[way].n; i++) {
            const sim_time repaired_ps = d->repaired_ps[f->home[way].cable[i]];

            if (repaired_ps >= f->away_ps && repaired_ps + f->away->switch_back_ps > sim_now(&d->b->world->sim))
                return false;
        }
    return true;
}

static void day_go_home(struct plan_day *d, struct day_flow *f)
{
    d->endpoint[f->st.from].cable = d->b->plan->endpoint[f->st.from].cable;
    d->endpoint[f->st.to].cable = d->b->plan->endpoint[f->st.to].cable;
    f->now[0] = f->home[0];
    f->now[1] = f->home[1];
    f->away = NULL;
    vio_flow_move(f->flow, f->now[0].path, f->now[1].path);
}

static void day_review_due(struct sim *sim, struct sim_event *ev)
{
    struct day_review *r = sim_container_of(ev, struct day_review, ev);
    struct plan_day *d = r->day;
    struct plan_day_result *result = r->cause->result;

    (void)sim;
    for (size_t i = 0; i < d->flows; i++) {
        struct day_flow *f = &d->flow[i];

        if (f->flow->detached)
            continue;
        if (r->back && day_may_go_home(d, f)) {
            day_go_home(d, f);
            result->moved++;
        } else if (!r->back && day_is_due(d, f) && day_reroute(d, f)) {
            vio_flow_move(f->flow, f->now[0].path, f->now[1].path);
            result->moved++;
        }
    }
    r->cause->reviews--;
    if (!r->back)
        day_count_cut(r->cause);
    r->next = d->idle;
    d->idle = r;
}

/* Review all flows at now + delay_ps, once. */
static void day_review_once(struct day_event *e, struct day_delays *set, sim_time delay_ps, bool back)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->delay_ps[i] == delay_ps)
            return;
    set->delay_ps = sim_grow(set->delay_ps, &set->capacity, set->n + 1, sizeof *set->delay_ps);
    set->delay_ps[set->n++] = delay_ps;
    day_review(e, sim_now(&e->day->b->world->sim) + delay_ps, back);
}

/* Reviews of the flows that have just lost their way, when those who look after them know. Returns: how many. */
static size_t day_set_reviews(struct day_event *e)
{
    const struct plan_day *d = e->day;
    const sim_time now = sim_now(&d->b->world->sim);
    struct day_delays set = {0};

    for (size_t i = 0; i < d->flows; i++) {
        const struct day_flow *f = &d->flow[i];

        for (int way = 0; way < DAY_WAYS; way++)
            for (uint32_t k = 0; k < f->now[way].n; k++) {
                const uint32_t cable = f->now[way].cable[k];
                const sim_time delay_ps = day_delay_ps(day_failover(d, f, cable));

                if (d->down[cable] && d->since_ps[cable] == now && delay_ps != SIM_TIME_NEVER)
                    day_review_once(e, &set, delay_ps, false);
            }
    }
    free(set.delay_ps);
    return set.n;
}

/* Every egress of a part. The cores of a server go on, behind slots and cables that are dead. */
static void day_part_each(struct plan_day *d, const struct plan_part *part,
                          void (*act)(struct vio_egress *, enum vio_fault))
{
    const struct build *b = d->b;

    for (uint32_t i = 0; i < part->cables; i++) {
        act(b->up[part->cable[i]], part->cause);
        act(b->down[part->cable[i]], part->cause);
    }
    for (uint32_t i = 0; i < part->slots; i++)
        if (b->pcie_tx[part->slot[i]]) {
            act(b->pcie_tx[part->slot[i]], part->cause);
            act(b->pcie_rx[part->slot[i]], part->cause);
        }
}

static void day_repair_egress(struct vio_egress *e, enum vio_fault cause)
{
    (void)cause;
    vio_egress_repair(e);
}

/* What is left of the cables of servers, and of those between edges and cores. */
static void day_capacity(struct day_event *e)
{
    const struct plan *p = e->day->b->plan;
    struct plan_day_result *r = e->result;

    r->server_bps = r->server_all_bps = r->uplink_bps = r->uplink_all_bps = 0;
    for (uint32_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        const uint64_t rate_bps = c->up->rate_bps ? c->up->rate_bps : c->link->rate_bps;
        const bool server = p->node[c->a].tier == PLAN_SERVER, uplink = c->uplink && p->node[c->b].tier == PLAN_CORE;

        r->server_all_bps += server ? rate_bps : 0;
        r->uplink_all_bps += uplink ? rate_bps : 0;
        r->server_bps += server && !e->day->down[i] ? rate_bps : 0;
        r->uplink_bps += uplink && !e->day->down[i] ? rate_bps : 0;
    }
}

void day_part_fails(struct day_event *e, const struct plan_part *part)
{
    struct plan_day *d = e->day;
    uint32_t dead;

    day_part_each(d, part, vio_egress_fail);
    for (uint32_t i = 0; i < part->cables; i++)
        if (d->down[part->cable[i]]++ == 0) {
            d->since_ps[part->cable[i]] = sim_now(&d->b->world->sim);
            d->culprit[part->cable[i]] = e;
        }
    dead = day_count_dead(e, true);
    if (dead > e->result->hit)
        e->result->hit = dead;
    if (e->result->failures++ == 0 || e->plan->event->kind == SCN_EVENT_RANDOM)
        day_capacity(e);
    if (!day_set_reviews(e))
        day_count_cut(e);
}

/* Flows that are not where they began go back some time after the repair. */
static void day_set_returns(struct day_event *e)
{
    const struct plan_day *d = e->day;
    struct day_delays set = {0};

    for (size_t i = 0; i < d->flows; i++)
        if (d->flow[i].away && d->flow[i].away->switch_back_ps > 0)
            day_review_once(e, &set, d->flow[i].away->switch_back_ps, true);
    free(set.delay_ps);
}

/* Flows whose way lives again are told; others may find one now. */
void day_part_repaired(struct day_event *e, const struct plan_part *part)
{
    struct plan_day *d = e->day;
    bool *dead = sim_alloc(d->flows ? d->flows : 1, sizeof *dead);

    for (size_t i = 0; i < d->flows; i++)
        dead[i] = day_flow_is_dead(d, &d->flow[i]);
    day_part_each(d, part, day_repair_egress);
    for (uint32_t i = 0; i < part->cables; i++)
        if (--d->down[part->cable[i]] == 0)
            d->repaired_ps[part->cable[i]] = sim_now(&d->b->world->sim);
    for (size_t i = 0; i < d->flows; i++) {
        struct day_flow *f = &d->flow[i];

        if (dead[i] && !day_flow_is_dead(d, f) && !f->flow->detached)
            vio_flow_move(f->flow, f->flow->there, f->flow->back);
    }
    free(dead);
    day_review(e, sim_now(&d->b->world->sim), false);
    day_set_returns(e);
}

void day_detach(struct plan_day *d, uint32_t endpoint)
{
    for (size_t i = 0; i < d->flows; i++)
        if (d->flow[i].st.from == endpoint || d->flow[i].st.to == endpoint)
            vio_flow_detach(d->flow[i].flow, d->nowhere);
}

void day_attach(struct plan_day *d, uint32_t endpoint)
{
    for (size_t i = 0; i < d->flows; i++) {
        struct day_flow *f = &d->flow[i];

        if ((f->st.from != endpoint && f->st.to != endpoint) || !f->flow->detached)
            continue;
        if (day_is_at_home(d, f)) {
            memcpy(f->now, f->home, sizeof f->now);
            f->away = NULL;
        } else {
            day_reroute(d, f); /* if there is no way, the old one, which is dead */
        }
        if (f->driver && f->st.from == endpoint)
            vio_processor_move(f->driver, d->b->processors.core[endpoint]);
        vio_flow_attach(f->flow, f->now[0].path, f->now[1].path);
    }
}
