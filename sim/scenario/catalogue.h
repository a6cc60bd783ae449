/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/catalogue.h - the rows of the catalogue, between the file that holds them and the study; private to
 * sim/scenario.
 */
#ifndef SIM_SCENARIO_CATALOGUE_H
#define SIM_SCENARIO_CATALOGUE_H

#include "sim/scenario/check.h"

/* The columns, besides `item`. */
extern const struct sim_param scn_item_params[];

/* A row as an item called `name`; names of other items are not looked up yet. */
void scn_read_item(struct scn_at at, const char *name, struct scn_item *item);

/* Look up the items it names, when the whole catalogue is in the study. */
void scn_link_item(struct scn_at at, struct scn_item *item);

#endif
