/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/request_response.c - clients ask a server: request there, response back.
 *
 * Requests come from the peer (the clients) as a Poisson process over its connections in turn; the server answers after
 * a service time. Measured is the response time that a client sees: from sending the request to the last byte of the
 * response.
 */
#include "models/workload.h"

struct rr_config {
    struct vio_workload_common common;
    double rate_per_s;
    struct sim_dist request, response, service;
};

struct rr {
    struct sim_event next;
    struct vio_workload *wl;
    double mean_ps;
    uint32_t turn;
    struct sim_stream arrivals, requests, responses, services;
};

static const struct sim_param rr_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct rr_config),
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct rr_config, rate_per_s), NULL, "0.001/s", "1000000000/s",
     "requests per second", "facts.md 5.2, per class"},
    {"request", SIM_PARAM_DIST_SIZE, offsetof(struct rr_config, request), "512B", NULL, NULL, "request size",
     "assumption A-053: a short query or HTTP request"},
    {"response", SIM_PARAM_DIST_SIZE, offsetof(struct rr_config, response), "8KiB", NULL, NULL, "response size",
     "assumption A-053: a page of results"},
    {"service", SIM_PARAM_DIST_TIME, offsetof(struct rr_config, service), "0s", NULL, NULL,
     "time the server takes before it answers", "design choice: I/O time alone"},
    {0}};

static void rr_response_done(struct vio_message *m)
{
    vio_workload_complete(m->owner, m, m->size_B);
}

static void rr_answer(struct sim *sim, struct sim_event *ev)
{
    struct vio_message *m = sim_container_of(ev, struct vio_message, ev);

    (void)sim;
    vio_flow_send(m->at_stream, m);
}

/* The request has arrived; the same message, with its birth, goes back as the response. */
static void rr_request_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    const struct rr_config *c = wl->config;
    struct rr *s = vio_workload_state(wl);
    sim_time service_ps;

    if (m->failed) {
        vio_workload_complete(wl, m, 0);
        return;
    }
    service_ps = (sim_time)sim_dist_draw(&c->service, &s->services);
    m->size_B = (uint64_t)(sim_dist_draw(&c->response, &s->responses) + 0.5);
    if (!m->size_B)
        m->size_B = 1;
    m->done = rr_response_done;
    if (service_ps <= 0) {
        vio_flow_send(m->at_stream, m);
        return;
    }
    vio_chain_service(m, service_ps);
    sim_event_init(&m->ev, rr_answer);
    sim_after(&wl->world->sim, &m->ev, service_ps);
}

static void rr_fire(struct sim *sim, struct sim_event *ev)
{
    struct rr *s = sim_container_of(ev, struct rr, next);
    struct vio_workload *wl = s->wl;
    const struct rr_config *c = wl->config;
    uint64_t size_B = (uint64_t)(sim_dist_draw(&c->request, &s->requests) + 0.5);
    struct vio_message *m;

    if (vio_workload_is_over(wl))
        return;
    sim_after(sim, ev, (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
    m = vio_workload_issue(wl, size_B, rr_request_done);
    m->at_stream = wl->flow[2 * s->turn + 1];
    vio_flow_send(wl->flow[2 * s->turn], m);
    if (++s->turn == wl->flows / 2)
        s->turn = 0;
}

static void rr_start(struct vio_workload *wl)
{
    struct rr *s = vio_workload_state(wl);
    const struct rr_config *c = wl->config;

    s->wl = wl;
    s->mean_ps = (double)SIM_S / c->rate_per_s;
    sim_stream_init(&s->arrivals, wl->world->seed, wl->world->replication, wl->path, "arrivals");
    sim_stream_init(&s->requests, wl->world->seed, wl->world->replication, wl->path, "requests");
    sim_stream_init(&s->responses, wl->world->seed, wl->world->replication, wl->path, "responses");
    sim_stream_init(&s->services, wl->world->seed, wl->world->replication, wl->path, "services");
    sim_event_init(&s->next, rr_fire);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl) + (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
}

static double rr_offered_bps(const void *config)
{
    const struct rr_config *c = config;

    return c->rate_per_s * vio_link_bits(sim_dist_mean(&c->request) + sim_dist_mean(&c->response));
}

const struct vio_workload_type vio_workload_request_response = {
    .type = "request-response",
    .summary = "clients ask, the server answers: response time as the client sees it",
    .shape = VIO_SHAPE_ROUND_TRIP,
    .state_size = sizeof(struct rr),
    .config_size = sizeof(struct rr_config),
    .params = rr_params,
    .source = "definition",
    .start = rr_start,
    .offered_bps = rr_offered_bps,
};
