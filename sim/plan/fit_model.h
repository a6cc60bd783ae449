/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit_model.h - one server of the catalogue tried for a group; private to sim/plan/fit*.c.
 */
#ifndef SIM_PLAN_FIT_MODEL_H
#define SIM_PLAN_FIT_MODEL_H

#include "sim/plan/draft.h"
#include "sim/plan/fit.h"

struct fit_usable { /* the adapters that may serve a connection */
    const struct scn_item **item;
    struct fit_offer *offer; /* of each, in this server */
    size_t n;
    const char *out;       /* why others may not: "hba-1x4g: sold 2007-2011, not in 2025", or "" */
    const char *board_out; /* why ports on board may not, or NULL */
};

struct fit {
    const struct scn_item *model;
    const struct scn_item *chassis;    /* of a blade; or NULL */
    const struct scn_item **io_module; /* of it, by connection: brings the ports out; or NULL */
    uint32_t *io_modules;              /* of it, by connection */
    struct fit_problem problem;
    struct fit_kind {
        int form;                         /* enum scn_card */
        const struct vio_link_type *link; /* of the slots; NULL = any, as a card in a slot too narrow runs slower */
    } kind[FIT_KINDS_MAX];
    struct fit_usable *usable; /* by connection */
    struct fit_part *part;     /* by connection */
    double usd;                /* of a server with its cards and its part of chassis; INFINITY: does not fit */
    const char *why;           /* it does not, for another reason than ports and slots; or NULL */
};

/* Make `f` the trial of a server model for the group, without solving it. */
void fit_set_up(struct draft *d, const struct draft_group *g, const struct scn_item *model, struct fit *f);

/* Chassis and I/O modules that blades need besides. False: f->why says why they do not do. */
bool fit_add_chassis(struct draft *d, const struct draft_group *g, struct fit *f);

/* Why the model does not fit, as a clause. */
const char *fit_reason(struct draft *d, const struct draft_group *g, const struct fit *f);

#endif
