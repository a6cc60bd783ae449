/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/conformance/sched_rig.c - four classes on one 10GbE egress.
 */
#include "tests/conformance/sched_rig.h"

#include <criterion/criterion.h>

const uint32_t sched_sizes_B[SCHED_CLASSES] = {1500, 300, 46, 900};
const uint32_t sched_wire_B[SCHED_CLASSES] = {1538, 338, 84, 938};

void sched_config(struct vio_egress_config *c, const struct vio_sched_type *type)
{
    vio_egress_defaults(c, vio_link_find("10gbe"));
    c->classes = SCHED_CLASSES;
    c->sched = type;
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        c->cls[tc].weight = 1 + tc;
        c->cls[tc].cir_bps = (1 + tc) * UINT64_C(100000000);
        c->cls[tc].priority = (uint8_t)(SCHED_CLASSES - tc);
    }
}

static void sched_param(const struct vio_sched_type *type, void *config, const char *name, enum sim_param_type dim,
                        const char *value, struct sim_arena *arena)
{
    const struct sim_param *row = sim_param_find(type->params, name);
    char why[256];

    cr_assert(!row || row->type != dim || sim_param_set(row, config, value, arena, why, sizeof(why)), "%s %s: %s",
              type->type, name, why);
}

void sched_config_limited(struct vio_egress_config *c, const struct vio_sched_type *type, uint64_t rate_bps,
                          uint64_t burst_B, struct sim_arena *arena)
{
    sched_config(c, type);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        c->cls[tc].pir_bps = c->cls[tc].rate_bps = c->cls[tc].limit_bps = rate_bps;
        c->cls[tc].cir_bps = rate_bps / 2;
        c->cls[tc].pbs_B = c->cls[tc].cbs_B = burst_B;
    }
    if (!type->params)
        return;
    void *config = sim_arena_alloc(arena, 1, type->config_size);

    sim_param_defaults(type->params, config, arena);
    sched_param(type, config, "rate", SIM_PARAM_RATE, sim_arena_printf(arena, "%lu bps", (unsigned long)(4 * rate_bps)),
                arena);
    sched_param(type, config, "burst", SIM_PARAM_SIZE, sim_arena_printf(arena, "%lu B", (unsigned long)burst_B), arena);
    c->sched_config = config;
}

void sched_build(struct sched_rig *g, const struct vio_egress_config *c)
{
    g->world = vio_world_create(5, 0);
    g->egress = vio_egress_create(g->world, "egress", c);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        struct vio_vnic *vnic = sim_arena_alloc(&g->world->arena, 1, sizeof *vnic);

        *vnic = (struct vio_vnic){.number = tc, .cap_bps = c->cls[tc].limit_bps};
        g->flow[tc] = probe_flow(g->world, sim_arena_printf(&g->world->arena, "class%u", tc), VIO_PROTO_IP,
                                 rig_path(g->world, 1, &g->egress), (uint8_t)tc);
        g->flow[tc]->vnic = vnic;
    }
}
