/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/request_response.c - clients ask a server: request there, response back.
 *
 * Requests come from the peer (the clients) over its connections in turn: in an open loop as a Poisson process, or in a
 * closed loop from `users` who think, ask, and wait for the answer. The server answers after a service time. Measured
 * is the response time that a client sees: from sending the request to the last byte of the response.
 */
#include "models/workload.h"

struct rr_config {
    struct vio_workload_common common;
    double rate_per_s;
    uint32_t users;
    struct sim_dist think, request, response, service;
};

struct rr {
    struct sim_event next;
    struct vio_workload *wl;
    double mean_ps;
    uint32_t turn;
    struct sim_stream arrivals, requests, responses, services, thinks;
};

static const struct sim_param rr_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct rr_config),
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct rr_config, rate_per_s), "0/s", "0/s", "1000000000/s",
     "requests per second, open loop; 0/s = closed loop", "facts.md 5.2, per class"},
    {"users", SIM_PARAM_COUNT, offsetof(struct rr_config, users), "0", "0", "1000000",
     "closed loop: users, each with one request under way or thinking", "design choice: none, an open loop"},
    {"think", SIM_PARAM_DIST_TIME, offsetof(struct rr_config, think), "0s", NULL, NULL,
     "closed loop: pause of a user between response and next request", "design choice: none"},
    {"request", SIM_PARAM_DIST_SIZE, offsetof(struct rr_config, request), "512B", NULL, NULL, "request size",
     "assumption A-053: a short query or HTTP request"},
    {"response", SIM_PARAM_DIST_SIZE, offsetof(struct rr_config, response), "8KiB", NULL, NULL, "response size",
     "assumption A-053: a page of results"},
    {"service", SIM_PARAM_DIST_TIME, offsetof(struct rr_config, service), "0s", NULL, NULL,
     "time the server takes before it answers", "design choice: I/O time alone"},
    {0}};

static void rr_ask(struct vio_workload *wl);
static void rr_ended(struct vio_message *m, uint64_t size_B);

static void rr_response_done(struct vio_message *m)
{
    rr_ended(m, m->size_B);
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
        rr_ended(m, 0);
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

static void rr_ask(struct vio_workload *wl)
{
    struct rr *s = vio_workload_state(wl);
    const struct rr_config *c = wl->config;
    const uint64_t size_B = (uint64_t)(sim_dist_draw(&c->request, &s->requests) + 0.5);
    struct vio_message *m = vio_workload_issue(wl, size_B, rr_request_done);

    m->at_stream = wl->flow[2 * s->turn + 1];
    vio_flow_send(wl->flow[2 * s->turn], m);
    if (++s->turn == wl->flows / 2)
        s->turn = 0;
}

/* A user has thought. */
static void rr_thought(struct sim *sim, struct sim_event *ev)
{
    struct vio_message *m = sim_container_of(ev, struct vio_message, ev);
    struct vio_workload *wl = m->owner;

    (void)sim;
    sim_pool_give(&wl->world->messages, m);
    if (!vio_workload_is_over(wl))
        rr_ask(wl);
}

static void rr_think(struct vio_workload *wl)
{
    struct rr *s = vio_workload_state(wl);
    const struct rr_config *c = wl->config;
    struct vio_message *m = sim_pool_take(&wl->world->messages); /* of the user, only its event is used */

    m->owner = wl;
    sim_event_init(&m->ev, rr_thought);
    sim_after(&wl->world->sim, &m->ev, (sim_time)sim_dist_draw(&c->think, &s->thinks));
}

static void rr_ended(struct vio_message *m, uint64_t size_B)
{
    struct vio_workload *wl = m->owner;
    const struct rr_config *c = wl->config;

    vio_workload_complete(wl, m, size_B);
    if (c->users && !vio_workload_is_over(wl))
        rr_think(wl);
}

static void rr_fire(struct sim *sim, struct sim_event *ev)
{
    struct rr *s = sim_container_of(ev, struct rr, next);
    struct vio_workload *wl = s->wl;
    const struct rr_config *c = wl->config;

    if (vio_workload_is_over(wl))
        return;
    if (c->users) {
        for (uint32_t i = 0; i < c->users; i++)
            rr_think(wl);
        return;
    }
    sim_after(sim, ev, (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
    if (vio_workload_admits(wl))
        rr_ask(wl);
}

static void rr_start(struct vio_workload *wl)
{
    struct rr *s = vio_workload_state(wl);
    const struct rr_config *c = wl->config;
    sim_time first_ps = vio_workload_start_ps(wl);

    s->wl = wl;
    vio_workload_stream(wl, &s->arrivals, "arrivals");
    vio_workload_stream(wl, &s->requests, "requests");
    vio_workload_stream(wl, &s->responses, "responses");
    vio_workload_stream(wl, &s->services, "services");
    vio_workload_stream(wl, &s->thinks, "thinks");
    sim_event_init(&s->next, rr_fire);
    if (!c->users) {
        s->mean_ps = (double)SIM_S / (c->rate_per_s * wl->peak);
        first_ps += (sim_time)sim_exponential(&s->arrivals, s->mean_ps);
    }
    sim_at(&wl->world->sim, &s->next, first_ps);
}

static double rr_offered_bps(const void *config)
{
    const struct rr_config *c = config;

    return c->rate_per_s * vio_link_bits(sim_dist_mean(&c->request) + sim_dist_mean(&c->response));
}

static const char *rr_check(const void *config)
{
    const struct rr_config *c = config;

    if (c->users && c->rate_per_s > 0)
        return "both rate and users are given: a loop is open (rate) or closed (users); leave one out";
    return c->users || c->rate_per_s > 0 ? NULL : "either rate (open loop) or users (closed loop) is needed";
}

const struct vio_workload_type vio_workload_request_response = {
    .type = "request-response",
    .summary = "clients ask, the server answers: response time as the client sees it",
    .shape = VIO_SHAPE_ROUND_TRIP,
    .state_size = sizeof(struct rr),
    .config_size = sizeof(struct rr_config),
    .params = rr_params,
    .source = "definition",
    .check = rr_check,
    .start = rr_start,
    .offered_bps = rr_offered_bps,
};
