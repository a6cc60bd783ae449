/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_pause.c - pause with quanta: what PFC does per class and 802.3x for a whole link.
 *
 * The receive buffer of an account (class, or link) holds what has arrived and has not left the next stage. Above XOFF
 * a pause goes back: it waits for the frame that the reverse wire is just sending, takes the time of a control frame,
 * and then the wire's propagation. It lasts pause_quanta of 512 bit times. While the buffer stays above XON the
 * receiver renews it every pause_refresh quanta; at XON it sends a pause of time 0. With renewal in time a pause has no
 * gap, so that no event is spent on it: whether it is in force is computed from when it came. Without renewal
 * (pause_refresh 0) it ends by itself, and the next frame that finds the buffer above XOFF brings another.
 *
 * At a node with a shared buffer XOFF is alpha times what is free of it, and XON as much lower as xon is than xoff. A
 * packet of a paused account goes into its headroom, which is its own.
 *
 * Simplified: a control frame delays nothing but itself on the reverse wire; its renewals are not counted.
 *
 * Source: IEEE 802.1Qbb, IEEE 802.3 annex 31B, facts.md 3.1.
 */
#include "models/egress_private.h"
#include "sim/kernel/assert.h"

enum { PAUSE_FRAME_B = 84 }; /* 64 B MAC control frame, preamble and gap */

void vio_pause_init(struct vio_late *l, const struct vio_egress_config *c)
{
    uint64_t carry = 0;
    struct vio_egress *e = l->egress;

    l->xoff_B = c->xoff_B;
    l->xon_B = c->xon_B;
    l->limit_B = c->xoff_B + c->headroom_B;
    l->signal_delay_ps += vio_wire_time(PAUSE_FRAME_B, e->rate_bps, &carry);
    l->pause_ps = vio_wire_time((uint64_t)VIO_QUANTUM_B * c->pause_quanta, e->rate_bps, &carry);
    l->refresh_ps = vio_wire_time((uint64_t)VIO_QUANTUM_B * c->pause_refresh_quanta, e->rate_bps, &carry);
}

/* A pause in force for ever, unless it is ended: renewed before it ends. */
static bool pause_is_renewed(const struct vio_late *l)
{
    return l->refresh_ps && l->refresh_ps <= l->pause_ps;
}

/* When the pause that came at since_ps ends, if it is in force at now; else `now`. */
static sim_time pause_end_ps(const struct vio_late *l, sim_time since_ps, sim_time now)
{
    sim_time from_ps = since_ps;

    if (l->refresh_ps)
        from_ps += (now - since_ps) / l->refresh_ps * l->refresh_ps;
    return from_ps + l->pause_ps > now ? from_ps + l->pause_ps : now;
}

uint32_t vio_pause_in_force(const struct vio_late *l, sim_time now)
{
    uint32_t in_force = l->paused;

    if (pause_is_renewed(l))
        return in_force;
    for (uint32_t m = l->paused; m; m &= m - 1) {
        const uint32_t account = (uint32_t)__builtin_ctz(m);

        if (pause_end_ps(l, l->paused_ps[account], now) == now)
            in_force &= ~(1u << account);
    }
    return in_force;
}

sim_time vio_pause_ends_ps(const struct vio_late *l, sim_time now)
{
    sim_time first_ps = SIM_TIME_NEVER;

    if (pause_is_renewed(l))
        return first_ps;
    for (uint32_t m = l->paused; m; m &= m - 1) {
        const sim_time end_ps = pause_end_ps(l, l->paused_ps[__builtin_ctz(m)], now);

        if (end_ps > now && end_ps < first_ps)
            first_ps = end_ps;
    }
    return first_ps;
}

void vio_pause_told(struct vio_egress *e, const struct vio_signal *s)
{
    struct vio_late *l = e->late;

    if (!s->amount) {
        l->paused &= ~(1u << s->account);
        return;
    }
    l->paused |= 1u << s->account;
    l->paused_ps[s->account] = s->at;
    e->stats.pauses++;
}

/* How long a control frame waits for what the reverse wire is sending at `now`. */
static sim_time pause_wait_ps(const struct vio_egress *reverse, sim_time now)
{
    const struct vio_packet *p;

    if (!reverse || reverse->free_ps <= now)
        return 0;
    if (reverse->late)
        return reverse->free_ps - now;
    p = reverse->tx_head; /* the FIFO form commits ahead: the first that has not left is on the transmitter */
    while (p && p->depart_ps <= now)
        p = p->next;
    return p ? p->depart_ps - now : 0;
}

static void pause_send(struct vio_egress *e, uint32_t account, int32_t what, sim_time now)
{
    const sim_time at = now + pause_wait_ps(e->reverse, now) + e->late->signal_delay_ps;

    vio_late_signal(e, (struct vio_signal){at, account, what});
}

static uint64_t pause_xoff_B(const struct vio_egress *e)
{
    return e->config.far_buffer ? (uint64_t)vio_buffer_threshold_B(e->config.far_buffer) : e->late->xoff_B;
}

/* Take room for a packet; false if there is none. */
static bool pause_take(struct vio_egress *e, uint32_t account, uint32_t wire_B)
{
    struct vio_late *l = e->late;
    struct vio_buffer *b = e->config.far_buffer;

    if (!b) {
        if (l->rx_B[account] + wire_B > l->limit_B)
            return false;
    } else if (l->rx_paused >> account & 1 || b->used_B + wire_B > b->size_B) {
        if (l->rx_headroom_B[account] + wire_B > e->config.headroom_B)
            return false;
        l->rx_headroom_B[account] += wire_B;
    } else {
        vio_buffer_take(b, wire_B);
    }
    l->rx_B[account] += wire_B;
    if (l->rx_B[account] > l->rx_max_B[account])
        l->rx_max_B[account] = l->rx_B[account];
    return true;
}

bool vio_pause_received(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time now)
{
    struct vio_late *l = e->late;
    const bool again = !l->refresh_ps && now >= l->rx_paused_ps[account] + l->pause_ps;

    if (!pause_take(e, account, wire_B))
        return false;
    if (l->rx_B[account] > pause_xoff_B(e) && (!(l->rx_paused >> account & 1) || again)) {
        l->rx_paused |= 1u << account;
        l->rx_paused_ps[account] = now;
        pause_send(e, account, 1, now);
    }
    return true;
}

/* A packet leaves: what is in the headroom moves up into the shared buffer, so that the headroom empties first. */
static void pause_leave(struct vio_egress *e, uint32_t account, uint32_t wire_B)
{
    struct vio_late *l = e->late;
    const uint64_t spare_B = l->rx_headroom_B[account] < wire_B ? l->rx_headroom_B[account] : wire_B;

    l->rx_B[account] -= wire_B;
    if (!e->config.far_buffer)
        return;
    l->rx_headroom_B[account] -= spare_B;
    e->config.far_buffer->used_B -= wire_B - spare_B;
}

static bool pause_is_over(const struct vio_egress *e, uint32_t account)
{
    const struct vio_late *l = e->late;
    const uint64_t gap_B = l->xoff_B - l->xon_B;

    if (!e->config.far_buffer)
        return l->rx_B[account] <= l->xon_B;
    return l->rx_B[account] == 0 || (l->rx_headroom_B[account] == 0 && l->rx_B[account] + gap_B <= pause_xoff_B(e));
}

void vio_pause_released(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time freed_ps)
{
    struct vio_late *l = e->late;

    pause_leave(e, account, wire_B);
    if (!(l->rx_paused >> account & 1) || !pause_is_over(e, account))
        return;
    l->rx_paused &= ~(1u << account);
    pause_send(e, account, 0, freed_ps);
}

uint64_t vio_egress_rx_max_B(const struct vio_egress *e, uint32_t tc)
{
    return e->late ? e->late->rx_max_B[tc] : 0;
}

uint64_t vio_egress_headroom_B(const struct vio_egress *e, uint64_t *own_B)
{
    enum { FCOE_MTU_B = 2240 }; /* facts.md 2.2: the mini-jumbo frame */
    const struct vio_egress_config *c = &e->config;
    const uint32_t frame_B = vio_egress_max_wire_B(e);
    const sim_time cable_ps = e->delay_ps - c->latency_ps;
    const double length_m = c->delay_ps >= 0 ? (double)cable_ps / c->link->ps_per_m : c->length_m;
    const uint32_t mtu_B = vio_egress_mtu_B(c) > FCOE_MTU_B ? vio_egress_mtu_B(c) : FCOE_MTU_B;
    uint64_t carry = 0;
    /* Noticed when the frame that crosses the threshold is there, and the node has looked at it. */
    const sim_time response_ps = c->latency_ps + vio_wire_time(frame_B, e->rate_bps, &carry);

    *own_B = vio_headroom_B(e->rate_bps, cable_ps, frame_B, frame_B, response_ps);
    return vio_headroom_nic_B(e->rate_bps, length_m, mtu_B);
}
