/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_deadlock.c - packets that can never move again, and the cycle that holds them.
 *
 * A queue (a class of an egress) that flow control holds back waits for room in the receive buffer behind its wire. The
 * room comes when packets that occupy this buffer leave; they wait in the queues of the next node, which may themselves
 * be held back. A deadlock is a set of queues such that every packet in the buffer that one waits for is in a queue of
 * the set.
 *
 * Algorithm  The largest such set: begin with all queues held back with no message on its way to them, and take out,
 *            until nothing changes, those whose buffer is occupied by a packet that moves: on a wire, on a transmitter,
 *            in a queue outside the set; or for which a packet is still on the wire. What remains can never move,
 *            whatever else goes on: this is a proof, not a time-out, and a long stall is none. Its cycle is found by
 *            going from a queue to one that holds a packet of the buffer it waits for.
 * Cost       Each packet is looked at once per round; rounds are few. Nothing of it if no queue has waited long.
 * Source     Coffman, Elphick and Shoshani, "System deadlocks", ACM Computing Surveys 3 (1971) 67.
 */
#include <stdio.h>
#include <stdlib.h>

#include "models/egress_private.h"
#include "sim/kernel/arena.h"

struct deadlock_queue {
    struct vio_egress *egress;
    uint32_t tc;
};

static uint32_t deadlock_account_bit(const struct vio_late *l, uint8_t tc)
{
    return 1u << vio_late_account(l, tc < l->sched->classes ? tc : l->sched->classes - 1);
}

struct deadlock_old { /* classes with a packet that has waited for long */
    const struct vio_sched *sched;
    sim_time since_ps;
    uint32_t classes;
};

static void deadlock_is_old(struct vio_packet *p, void *arg)
{
    struct deadlock_old *o = arg;

    if (p->enq_ps <= o->since_ps)
        o->classes |= 1u << vio_sched_class(o->sched, p);
}

/* The classes of l that wait, since since_ps at least, for a message that is not on its way. */
static uint32_t deadlock_held_back(const struct vio_late *l, sim_time since_ps, sim_time now)
{
    struct deadlock_old old = {l->sched, since_ps, 0};
    uint32_t held, told = 0;

    if (!l->control || !l->backlogged)
        return 0;
    held = l->backlogged & ~l->control->ready(l, l->backlogged, now);
    if (!held || (l->control->again_ps && l->control->again_ps(l, now) != SIM_TIME_NEVER))
        return 0;
    for (uint32_t i = 0; i < l->signals; i++)
        told |= 1u << l->signal[(l->signal_first + i) & (l->signal_capacity - 1)].account;
    for (uint32_t m = held; m; m &= m - 1) {
        const uint32_t tc = (uint32_t)__builtin_ctz(m);

        if (told >> vio_late_account(l, tc) & 1)
            held &= ~(1u << tc);
    }
    if (held)
        vio_sched_each(l->sched, deadlock_is_old, &old);
    return held & old.classes;
}

static void deadlock_free(const struct vio_packet *p)
{
    if (p->held)
        p->held->late->freed |= deadlock_account_bit(p->held->late, p->tc);
}

/* A packet that waits in a queue outside the set will move. */
static void deadlock_free_waiting(struct vio_packet *p, void *of)
{
    const struct vio_late *l = of;

    if (!(l->dead >> vio_sched_class(l->sched, p) & 1))
        deadlock_free(p);
}

/* Mark the accounts whose buffers will have more room. */
static void deadlock_mark_freed(struct vio_world *w)
{
    for (struct vio_egress *e = w->egresses; e; e = e->next)
        if (e->late)
            e->late->freed = 0;
    for (struct vio_egress *e = w->egresses; e; e = e->next) {
        struct vio_late *l = e->late;

        for (const struct vio_packet *p = e->wire_head; p; p = p->next) {
            deadlock_free(p);
            if (l && l->control) /* it will occupy the buffer behind this wire, and leave it */
                l->freed |= deadlock_account_bit(l, p->tc);
        }
        if (!l)
            continue;
        if (l->freeing)
            l->freeing->late->freed |= deadlock_account_bit(l->freeing->late, l->freeing_tc);
        vio_sched_each(l->sched, deadlock_free_waiting, l);
    }
}

/* Take out of the set what a freed buffer revives. Returns whether anything was. */
static bool deadlock_revive(struct vio_world *w)
{
    bool any = false;

    for (struct vio_egress *e = w->egresses; e; e = e->next)
        for (uint32_t m = e->late ? e->late->dead : 0; m; m &= m - 1) {
            const uint32_t tc = (uint32_t)__builtin_ctz(m);

            if (e->late->freed >> vio_late_account(e->late, tc) & 1) {
                e->late->dead &= ~(1u << tc);
                any = true;
            }
        }
    return any;
}

struct deadlock_holder { /* what is looked for in the queues of `l`: a packet in the buffer that `from` waits for */
    const struct vio_egress *from;
    uint32_t account; /* bit */
    const struct vio_late *l;
    int32_t tc; /* the class in which it is; -1: not found */
};

static void deadlock_is_holder(struct vio_packet *p, void *arg)
{
    struct deadlock_holder *h = arg;
    const uint32_t tc = vio_sched_class(h->l->sched, p);

    if (h->tc < 0 && h->l->dead >> tc & 1 && p->held == h->from &&
        deadlock_account_bit(h->from->late, p->tc) == h->account)
        h->tc = (int32_t)tc;
}

/* The first dead queue in which a packet holds room that `from` waits for; none: egress NULL. */
static struct deadlock_queue deadlock_next(struct vio_world *w, struct deadlock_queue from)
{
    struct deadlock_holder h = {.from = from.egress, .account = 1u << vio_late_account(from.egress->late, from.tc)};

    for (struct vio_egress *e = w->egresses; e; e = e->next) {
        if (!e->late || !e->late->dead)
            continue;
        h.l = e->late;
        h.tc = -1;
        vio_sched_each(e->late->sched, deadlock_is_holder, &h);
        if (h.tc >= 0)
            return (struct deadlock_queue){e, (uint32_t)h.tc};
    }
    return (struct deadlock_queue){NULL, 0};
}

static uint32_t deadlock_count(const struct vio_world *w, struct deadlock_queue *first)
{
    uint32_t n = 0;

    for (struct vio_egress *e = w->egresses; e; e = e->next)
        for (uint32_t m = e->late ? e->late->dead : 0; m; m &= m - 1)
            if (!n++)
                *first = (struct deadlock_queue){e, (uint32_t)__builtin_ctz(m)};
    return n;
}

/* "a, b, c" of the n queues; as much as there is room for. */
static void deadlock_names(const struct deadlock_queue *q, uint32_t n, char *text, size_t size)
{
    size_t at = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < n && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i ? ", " : "", q[i].egress->path);
}

static void deadlock_tell(struct vio_world *w, char *why, size_t why_size)
{
    struct deadlock_queue first = {NULL, 0}, q, *way;
    const uint32_t dead = deadlock_count(w, &first);
    uint32_t n = 0, from = 0;
    char names[160];
    double ms = (double)sim_now(&w->sim) / (double)SIM_MS;

    way = sim_alloc(dead, sizeof *way);
    for (q = first; q.egress; q = deadlock_next(w, q)) {
        for (from = 0; from < n && (way[from].egress != q.egress || way[from].tc != q.tc);)
            from++;
        if (from < n)
            break;
        way[n++] = q;
    }
    if (q.egress) {
        deadlock_names(way + from, n - from, names, sizeof names);
        snprintf(why, why_size, "%s: a cycle of full buffers, seen at %.6g ms (class %u, %u queues held)", names, ms,
                 q.tc, dead);
    } else { /* the end of the way waits for a buffer that nothing occupies */
        const struct vio_queue *queue = &way[n - 1].egress->late->sched->queue[way[n - 1].tc];

        snprintf(why, why_size,
                 "%s: a packet of %u bytes waits for credit, and the whole receive buffer, %u credits, is too small",
                 way[n - 1].egress->path, queue->head->wire_B, way[n - 1].egress->config.credits);
    }
    free(way);
}

bool vio_deadlock_find(struct vio_world *w, sim_time since_ps, char *why, size_t why_size)
{
    struct deadlock_queue first;
    uint32_t held = 0;

    for (struct vio_egress *e = w->egresses; e; e = e->next)
        if (e->late) {
            e->late->dead = deadlock_held_back(e->late, since_ps, sim_now(&w->sim));
            held |= e->late->dead;
        }
    if (!held)
        return false;
    do {
        deadlock_mark_freed(w);
    } while (deadlock_revive(w));
    if (!deadlock_count(w, &first))
        return false;
    deadlock_tell(w, why, why_size);
    return true;
}
