/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/plan_study.h - small studies by hand, for tests of plans and costs.
 *
 * Prices are chosen so that every sum can be done in the head. A study has networks corp, dmz (Ethernet) and san (FC),
 * a client cloud on corp and dmz, an array on san, one VM class "db" (corp and san) and one "web" (dmz), and one group
 * of servers "hosts".
 */
#ifndef TESTS_UNIT_PLAN_STUDY_H
#define TESTS_UNIT_PLAN_STUDY_H

#include "sim/plan/plan.h"

enum { STUDY_CORP, STUDY_DMZ, STUDY_SAN, STUDY_NETWORKS };
enum { STUDY_CLIENTS, STUDY_ARRAY, STUDY_PEERS };
enum { STUDY_DB, STUDY_WEB, STUDY_VMS };
enum { STUDY_SHARED, STUDY_DEDICATED, STUDY_CEE, STUDY_IB, STUDY_DESIGNS };

/* A study with `servers` servers of one db and two web VMs each, and the four designs. Owns: the caller, for
 * plan_study_destroy(). Its parts may be changed before a plan is made. */
struct scn_study *plan_study_create(uint32_t servers);
void plan_study_destroy(struct scn_study *st);

/* The catalogue row, to be changed. */
struct scn_item *plan_study_item(struct scn_study *st, const char *item);

#endif
