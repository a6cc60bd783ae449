/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_fault.c - an egress that dies and comes back, or whose rates change while it runs.
 *
 * Description  A dead egress transmits into the void: packets leave their queue at the rate of the line, as from a port
 *              whose light has gone out, and are lost where they would have arrived. So nothing piles up behind a
 *              failure that nobody has noticed, each loss has its own time and cause, and a sender that is told of its
 *              loss and sends again at once is paced by the line.
 *              Lost is what is on the wire or the transmitter when the egress dies, and what is on them when it comes
 *              back; what waits in its queue then is sent after all.
 * Flow control Nothing holds back what goes into the void. With the link its credits and pauses are reset; packets that
 *              came over it and still occupy the buffer at its far end keep their place in that node's queues, but will
 *              not be credited to the new link.
 * Cost         None while nothing has failed: what happens on arrival is another function of the same event, put in
 *              when the egress first dies. Dying looks at every packet of the world once.
 * Simplified   A packet is on the wire until the node behind has processed it (the latency of a switch counts to the
 *              wire before it). The statistics of the FIFO form count the packets that were committed to the wire.
 */
#include "models/egress_private.h"
#include "sim/kernel/assert.h"

static void fault_arrive(struct sim *sim, struct sim_event *ev)
{
    struct vio_egress *e = sim_container_of(ev, struct vio_egress, arrive);
    struct vio_packet *p = vio_egress_off_wire(e);

    (void)sim;
    if (p->depart_ps > e->dead_until_ps) {
        vio_egress_hand_on(e, p);
        return;
    }
    e->left_pkts--; /* it has not: it is lost */
    e->dropped_pkts++;
    e->stats.drop_pkts[e->cause]++;
    vio_egress_lose(p);
}

static void fault_release(struct vio_packet *p, void *of)
{
    if (p->held == of)
        p->held = NULL;
}

/* No packet holds room at the far end of `e` any more. */
static void fault_forget_held(struct vio_egress *e)
{
    for (struct vio_egress *x = e->world->egresses; x; x = x->next) {
        for (struct vio_packet *p = x->wire_head; p; p = p->next)
            fault_release(p, e);
        if (!x->late)
            continue;
        if (x->late->freeing == e)
            x->late->freeing = NULL;
        vio_sched_each(x->late->sched, fault_release, e);
    }
}

void vio_egress_fail(struct vio_egress *e, enum vio_fault cause)
{
    if (e->faults++)
        return;
    e->cause = cause;
    e->dead_until_ps = SIM_TIME_NEVER;
    e->arrive.fn = fault_arrive;
    if (!e->late)
        return;
    if (e->late->control)
        fault_forget_held(e);
    vio_late_cut(e);
}

void vio_egress_repair(struct vio_egress *e)
{
    const sim_time now = sim_now(&e->world->sim);

    SIM_ASSERT(e->faults > 0);
    if (--e->faults)
        return;
    if (e->late) {
        e->dead_until_ps = e->free_ps > now ? e->free_ps : now;
        vio_late_join(e);
    } else {
        e->dead_until_ps = vio_egress_sending_until(e, now);
    }
}

bool vio_egress_is_dead(const struct vio_egress *e)
{
    return e->faults > 0;
}

void vio_egress_set_cap(struct vio_egress *e, uint64_t rate_bps)
{
    struct vio_sched *s = e->late ? e->late->sched : NULL;

    SIM_ASSERT(rate_bps > 0);
    if (s && s->type->changed) {
        for (uint32_t tc = 0; tc < s->classes; tc++)
            s->cls[tc].pir_bps = rate_bps;
        s->type->changed(s);
        return;
    }
    e->rate_bps = rate_bps;
    e->ps_per_B = vio_link_ps_per_B(rate_bps);
    e->carry = 0;
}

void vio_egress_renew(struct vio_egress *e)
{
    if (e->late && e->late->sched->type->changed)
        e->late->sched->type->changed(e->late->sched);
}

bool vio_egress_set_weight(struct vio_egress *e, uint32_t tc, double weight)
{
    struct vio_sched *s = e->late ? e->late->sched : NULL;

    if (!s || !s->type->changed || tc >= s->classes)
        return false;
    s->cls[tc].weight = weight;
    s->type->changed(s);
    return true;
}
