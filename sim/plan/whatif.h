/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/whatif.h - the same scenario with other numbers: other prices, more servers, VMs packed more densely.
 *
 * Nothing of the scenario is changed: a what-if has copies of what differs and refers to the rest.
 */
#ifndef SIM_PLAN_WHATIF_H
#define SIM_PLAN_WHATIF_H

#include "sim/plan/cost.h"
#include "sim/plan/demand.h"

/* Prices that can be moved. */
struct plan_scene {
    const struct scn_study *study;
    struct scn_cost cost;
    struct scn_item *item;     /* heap; in the order of the catalogue */
    struct scn_design *design; /* heap; only the hours of administration are read */
};

void plan_scene_init(struct plan_scene *s, const struct scn_study *study);
void plan_scene_fini(struct plan_scene *s);
/* What the scenario says of everything that `uncertain` can move. */
void plan_scene_reset(struct plan_scene *s);
/* Move one uncertain entry to a draw of its distribution. */
void plan_scene_move(struct plan_scene *s, const struct scn_uncertain *u, double draw);
/* The prices of a plan of this study, valid until the scene moves again. */
struct plan_prices plan_scene_prices(const struct plan_scene *s, const struct plan *p);

/* Other numbers of servers and VMs. */
struct plan_size {
    struct scn_study study; /* a shallow copy; the scenario keeps what it refers to */
    struct scn_servers *servers;
    struct scn_placement **place; /* by group, where densities differ; or NULL */
};

/* `count` servers in all, divided over the groups as they are now. */
void plan_size_servers(struct plan_size *s, const struct scn_study *study, uint32_t count);
/* `vms` more VMs than now (at least as many: the last server may have room), at the present density. Groups without
 * VMs stay. */
void plan_size_grow(struct plan_size *s, const struct scn_study *study, double vms);
/* The same VMs, `density` of them on a server on average over the groups that carry any; classes keep their
 * proportions as well as whole numbers can. */
void plan_size_density(struct plan_size *s, const struct scn_study *study, uint32_t density);
void plan_size_fini(struct plan_size *s);

#endif
