/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/processors.c - cores, drivers and computation of the servers of a plan.
 */
#include "sim/plan/processors.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/compute.h"
#include "sim/kernel/assert.h"
#include "sim/plan/demand.h"

enum {
    PROCESSOR_QUEUE_PKTS = 4096, /* receive and transmit rings of the software switch */
    PROCESSOR_PATH_MAX = 256
};

static void *processors_array(const struct plan_processors *p, size_t n)
{
    return sim_arena_alloc(&p->world->arena, n ? n : 1, sizeof(void *));
}

static bool processors_shared(const struct plan_processors *p)
{
    return p->plan->study->host.sharing == SCN_SHARED;
}

/* One class for each of the scenario's, and behind them, last in turn, computation. */
static void processors_share(const struct plan_processors *p, struct vio_egress_config *c)
{
    c->sched = vio_sched_find("strict");
    c->classes = (uint32_t)p->plan->study->classes + 1;
    SIM_ASSERT(c->classes <= VIO_CLASSES); /* the scenario's check */
    for (uint32_t tc = 0; tc < c->classes; tc++)
        c->cls[tc] = (struct vio_class_config){.weight = 1, .priority = tc + 1 == c->classes};
}

static struct vio_egress *processors_core(const struct plan_processors *p, const char *name)
{
    const struct scn_host *h = &p->plan->study->host;
    const bool sw = p->plan->design->software_switch;
    const double cycles_per_packet = sw ? h->switch_cycles_per_packet : h->direct_cycles_per_packet;
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("cpu"));
    c.resource = VIO_RESOURCE_CPU;
    c.rate_bps = vio_link_rate_of_cycles(h->clock_hz, sw ? h->switch_cycles_per_B : h->direct_cycles_per_B);
    c.fixed_ps = (sim_time)(cycles_per_packet / h->clock_hz * (double)SIM_S + 0.5);
    c.limit_pkts = PROCESSOR_QUEUE_PKTS;
    if (processors_shared(p))
        processors_share(p, &c);
    return vio_egress_create(p->world, name, &c);
}

/* The processor of a server, with room for a core for each of its `guests`. */
static void processors_server(struct plan_processors *p, uint32_t node, const struct scn_servers *group,
                              uint32_t guests)
{
    const struct scn_study *st = p->plan->study;
    const struct plan_node *server = &p->plan->node[node];
    const bool shared = processors_shared(p), sw = p->plan->design->software_switch;
    struct vio_processor *cpu = sim_arena_alloc(&p->world->arena, 1, sizeof *cpu);
    char name[PROCESSOR_PATH_MAX];

    cpu->path = server->path;
    cpu->cores = server->item->cores;
    cpu->set_aside = shared ? 0 : plan_cores_computing(st, group);
    cpu->n = shared ? cpu->cores : sw ? st->host.io_cores : 0;
    cpu->core = processors_array(p, cpu->n + guests);
    cpu->slices = sim_arena_alloc(&p->world->arena, cpu->n + 1, sizeof(*cpu->slices));
    for (uint32_t k = 0; k < cpu->n; k++) {
        snprintf(name, sizeof name, "%s/cpu%u", server->path, k);
        cpu->core[k] = processors_core(p, name);
    }
    p->processor[node] = cpu;
    vio_processor_register(p->world, cpu);
}

/* Pass-through on cores set aside: a core of the guest's for each of its adapters. */
static void processors_own(struct plan_processors *p, uint32_t endpoint)
{
    const struct plan_endpoint *ep = &p->plan->endpoint[endpoint];
    struct vio_processor *cpu = p->processor[ep->node];
    char name[PROCESSOR_PATH_MAX];

    if (p->plan->study->network[ep->network].kind != SCN_ETHERNET && p->plan->study->host.storage_cycles_per_io == 0)
        return;
    snprintf(name, sizeof name, "%s/cpu", ep->path);
    p->core[endpoint] = processors_core(p, name);
    cpu->core[cpu->n++] = p->core[endpoint];
}

/* Which group each server is of, and how many endpoints are on it, by node. */
static void processors_servers(struct plan_processors *p, uint32_t *guests)
{
    const struct plan *plan = p->plan;
    uint32_t node = 0;

    for (size_t g = 0; g < plan->study->server_groups; g++) {
        for (uint32_t i = 0; i < plan->study->servers[g].count; i++, node++) {
            while (plan->node[node].tier != PLAN_SERVER)
                node++;
            p->group[node] = &plan->study->servers[g];
        }
    }
    for (size_t i = 0; i < plan->endpoints; i++)
        guests[plan->endpoint[i].node]++;
}

void plan_processors_init(struct plan_processors *p, const struct plan *plan, struct vio_world *w)
{
    const uint32_t io_cores = plan->study->host.io_cores;
    uint32_t *guests;

    *p = (struct plan_processors){.plan = plan, .world = w};
    p->group = processors_array(p, plan->nodes);
    p->processor = processors_array(p, plan->nodes);
    p->core = processors_array(p, plan->endpoints);
    if (!plan->design)
        return;
    guests = sim_alloc(plan->nodes + 1, sizeof *guests);
    processors_servers(p, guests);
    for (uint32_t node = 0; node < plan->nodes; node++)
        if (p->group[node])
            processors_server(p, node, p->group[node], guests[node]);
    free(guests);
    for (uint32_t i = 0; i < plan->endpoints; i++) {
        const struct vio_processor *cpu = p->processor[plan->endpoint[i].node];

        if (cpu && !plan->design->software_switch && !processors_shared(p))
            processors_own(p, i);
        else if (cpu)
            p->core[i] = cpu->core[i % (io_cores < cpu->n ? io_cores : cpu->n)];
    }
}

struct vio_egress *plan_processor_of(const struct plan_processors *p, uint32_t endpoint, enum vio_proto proto)
{
    const struct scn_design *d = p->plan->design;

    return proto == VIO_PROTO_IP || (proto == VIO_PROTO_FC && d && d->storage_software) ? p->core[endpoint] : NULL;
}

struct vio_flow *plan_processor_driver(const struct plan_processors *p, uint32_t endpoint, struct vio_flow *flow)
{
    const struct scn_host *h = &p->plan->study->host;
    struct vio_egress *core = p->core[endpoint];
    const char *path;

    if (!core || h->storage_cycles_per_io == 0)
        return flow;
    path = sim_arena_printf(&p->world->arena, "%s/driver", flow->path);
    return vio_processor_flow(
        p->world, path, core, flow->tc,
        vio_processor_work_B(core, (sim_time)(h->storage_cycles_per_io / h->clock_hz * (double)SIM_S)), flow);
}

static void processors_vm(struct plan_processors *p, struct vio_processor *cpu, const struct scn_vm *vm,
                          const char *path, uint32_t number)
{
    const struct scn_host *h = &p->plan->study->host;
    struct vio_compute_config *c = sim_arena_alloc(&p->world->arena, 1, sizeof *c);
    struct vio_flow **flow = processors_array(p, cpu->n);

    *c = (struct vio_compute_config){.vcpus = vm->vcpus,
                                     .compute = vm->compute,
                                     .burst = h->burst,
                                     .slice_ps = h->slice_ps,
                                     .processor = cpu,
                                     .first_core = number};
    for (uint32_t k = 0; k < cpu->n; k++)
        flow[k] = vio_processor_flow(p->world, sim_arena_printf(&p->world->arena, "%s#%u", path, k), cpu->core[k],
                                     (uint8_t)p->plan->study->classes, 0, NULL);
    vio_workload_create(p->world, path, sim_arena_printf(&p->world->arena, "%s/compute", vm->name), &vio_compute, c,
                        flow, cpu->n);
}

void plan_processors_compute(struct plan_processors *p)
{
    const struct scn_study *st = p->plan->study;

    for (size_t node = 0; processors_shared(p) && node < p->plan->nodes; node++) {
        const struct scn_servers *group = p->group[node];
        uint32_t number = 0;

        for (size_t k = 0; group && k < group->places; k++) {
            const struct scn_vm *vm = &st->vm[group->place[k].vm];

            for (uint32_t v = 0; v < group->place[k].count && vm->compute > 0; v++)
                processors_vm(
                    p, p->processor[node], vm,
                    sim_arena_printf(&p->world->arena, "%s/%s%u/compute", p->plan->node[node].path, vm->name, v),
                    number++);
        }
    }
}
