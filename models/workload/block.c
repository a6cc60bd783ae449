/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/block.c - block I/O: reads and writes of a virtual disk, open or closed loop.
 *
 * Open loop: I/Os at the instants of a Poisson process, whatever the storage does (many users). Closed loop:
 * `queue_depth` I/Os are kept outstanding, each reissued after a think time (a benchmark, a batch job); that is the
 * machine-repair model whose mean values are known exactly. Sizes and directions are drawn one by one, or together from
 * a mix.
 */
#include "models/workload.h"

struct block_config {
    struct vio_workload_common common;
    double rate_per_s;
    uint32_t queue_depth;
    struct sim_dist think, size;
    double read;
    const struct vio_mix *mix;
};

struct block {
    struct sim_event next;
    struct vio_workload *wl;
    double mean_ps;
    struct sim_stream arrivals, sizes, kinds, thinks, parts;
};

static const struct sim_param block_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct block_config),
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct block_config, rate_per_s), "0/s", "0/s", "1000000000/s",
     "I/Os per second, open loop; 0/s = closed loop", "facts.md 5.2, per class"},
    {"queue_depth", SIM_PARAM_COUNT, offsetof(struct block_config, queue_depth), "1", "1", "65536",
     "closed loop: I/Os kept outstanding", "Iometer: outstanding I/Os per target"},
    {"think", SIM_PARAM_DIST_TIME, offsetof(struct block_config, think), "0s", NULL, NULL,
     "closed loop: pause between completion and reissue", "design choice: none, as Iometer"},
    {"size", SIM_PARAM_DIST_SIZE, offsetof(struct block_config, size), "8KiB", NULL, NULL, "bytes per I/O",
     "facts.md 5.2: OLTP 8 KB"},
    {"read", SIM_PARAM_FRACTION, offsetof(struct block_config, read), "67%", "0%", "100%", "share of reads",
     "facts.md 5.2: OLTP 67/33"},
    {"mix", SIM_PARAM_REF, offsetof(struct block_config, mix), "", "mixes", NULL,
     "sizes and directions together, instead of size and read", "facts.md 5.2, scenarios/mixes"},
    {0}};

static void block_issue(struct vio_workload *wl);

static void block_reissue(struct sim *sim, struct sim_event *ev)
{
    struct vio_message *m = sim_container_of(ev, struct vio_message, ev);
    struct vio_workload *wl = m->owner;

    (void)sim;
    sim_pool_give(&wl->world->messages, m);
    block_issue(wl);
}

static void block_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    const struct block_config *c = wl->config;
    struct block *s = vio_workload_state(wl);
    sim_time think_ps;

    vio_workload_complete(wl, m, m->size_B);
    if (c->rate_per_s > 0 || vio_workload_is_over(wl))
        return;
    think_ps = (sim_time)sim_dist_draw(&c->think, &s->thinks);
    if (think_ps <= 0) {
        block_issue(wl);
        return;
    }
    m = sim_pool_take(&wl->world->messages); /* a thinker: only its event is used */
    m->owner = wl;
    sim_event_init(&m->ev, block_reissue);
    sim_after(&wl->world->sim, &m->ev, think_ps);
}

static void block_issue(struct vio_workload *wl)
{
    const struct block_config *c = wl->config;
    struct block *s = vio_workload_state(wl);
    const struct vio_mix_part *part = c->mix ? vio_mix_draw(c->mix, sim_uniform(&s->parts)) : NULL;
    uint64_t size_B = (uint64_t)(sim_dist_draw(part ? &part->size : &c->size, &s->sizes) + 0.5);
    struct vio_message *m = vio_workload_issue(wl, size_B, block_done);

    m->write = sim_uniform(&s->kinds) >= (part ? part->read : c->read);
    vio_flow_send(wl->flow[0], m);
}

static void block_fire(struct sim *sim, struct sim_event *ev)
{
    struct block *s = sim_container_of(ev, struct block, next);
    const struct block_config *c = s->wl->config;

    if (vio_workload_is_over(s->wl))
        return;
    if (c->rate_per_s > 0) {
        sim_after(sim, ev, (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
        if (vio_workload_admits(s->wl))
            block_issue(s->wl);
        return;
    }
    for (uint32_t i = 0; i < c->queue_depth; i++)
        block_issue(s->wl);
}

static void block_start(struct vio_workload *wl)
{
    struct block *s = vio_workload_state(wl);
    const struct block_config *c = wl->config;
    sim_time first_ps = vio_workload_start_ps(wl);

    s->wl = wl;
    vio_workload_stream(wl, &s->arrivals, "arrivals");
    vio_workload_stream(wl, &s->sizes, "sizes");
    vio_workload_stream(wl, &s->kinds, "kinds");
    vio_workload_stream(wl, &s->thinks, "thinks");
    vio_workload_stream(wl, &s->parts, "parts");
    sim_event_init(&s->next, block_fire);
    if (c->rate_per_s > 0) {
        s->mean_ps = (double)SIM_S / (c->rate_per_s * wl->peak);
        first_ps += (sim_time)sim_exponential(&s->arrivals, s->mean_ps);
    }
    sim_at(&wl->world->sim, &s->next, first_ps);
}

static double block_offered_bps(const void *config)
{
    const struct block_config *c = config;

    return c->rate_per_s * vio_link_bits(c->mix ? vio_mix_mean_B(c->mix) : sim_dist_mean(&c->size));
}

const struct vio_workload_type vio_workload_block = {
    .type = "block",
    .summary = "block I/O to a LUN, open loop (rate) or closed loop (queue depth, think time)",
    .shape = VIO_SHAPE_BLOCK,
    .state_size = sizeof(struct block),
    .config_size = sizeof(struct block_config),
    .params = block_params,
    .source = "definition; mixes facts.md 5.2",
    .start = block_start,
    .offered_bps = block_offered_bps,
};
