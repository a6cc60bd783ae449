/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload.h - what applications ask of the I/O: messages and I/Os in time, never frames.
 *
 * A workload instance belongs to one VM (or host, or hand-written flow). It is given the flows it needs by the builder,
 * draws from its own streams, and measures what the application sees. A workload is one file in models/workload/.
 */
#ifndef MODELS_WORKLOAD_H
#define MODELS_WORKLOAD_H

#include "models/mix.h"
#include "models/pace.h"
#include "models/transport.h"
#include "sim/kernel/metric.h"
#include "sim/kernel/param.h"
#include "sim/kernel/rng.h"

/* The flows a workload type needs between its home endpoint and its peer; n = connections. */
enum vio_shape {
    VIO_SHAPE_SEND,       /* flow[k]: home -> peer, k < n */
    VIO_SHAPE_ROUND_TRIP, /* flow[2k]: peer -> home (request), flow[2k+1]: home -> peer (response), k < n */
    VIO_SHAPE_BLOCK,      /* flow[0]: storage flow home -> array */
    VIO_SHAPE_FAN_IN,     /* flow[2k]: home -> server k (request), flow[2k+1]: server k -> home, k < n * servers */
    VIO_SHAPE_BACKUP      /* flow[0]: storage flow home -> array; flow[1..n]: home -> peer */
};

struct vio_workload_common { /* first member of every type's config: the keys every workload has */
    sim_time start_ps;       /* since the start of the run */
    sim_time stop_ps;        /* 0 = to the end */
    uint32_t connections;    /* transport connections to open */
};

/* The rows of the common keys, to begin a type's table with. `config` is the type's struct, `common` its first member.
 */
#define VIO_WORKLOAD_COMMON_PARAMS(config)                                                                             \
    {"start",                                                                                                          \
     SIM_PARAM_TIME,                                                                                                   \
     offsetof(config, common.start_ps),                                                                                \
     "0s",                                                                                                             \
     "0s",                                                                                                             \
     NULL,                                                                                                             \
     "when it begins, from the start of the run (warm-up included)",                                                   \
     "design choice"},                                                                                                 \
        {"stop",                                                                                                       \
         SIM_PARAM_TIME,                                                                                               \
         offsetof(config, common.stop_ps),                                                                             \
         "0s",                                                                                                         \
         "0s",                                                                                                         \
         NULL,                                                                                                         \
         "when it issues its last request; 0s = never stops",                                                          \
         "design choice"},                                                                                             \
    {                                                                                                                  \
        "connections", SIM_PARAM_COUNT, offsetof(config, common.connections), "1", "1", "1024",                        \
            "transport connections to its peer", "design choice"                                                       \
    }

struct vio_workload;

struct vio_workload_type {
    const char *type, *summary; /* "request-response": file request_response.c */
    enum vio_shape shape;
    size_t state_size, config_size;
    const struct sim_param *params;   /* offsets into the config; begins with the common rows */
    const struct sim_metric *metrics; /* offsets into the state, beside those of every workload; or NULL */
    const char *source;
    /* Optional: what is wrong with the settings together, in words; NULL = nothing. Each is in its range. */
    const char *(*check)(const void *config);
    void (*start)(struct vio_workload *wl); /* schedule the first event */
    void (*fini)(struct vio_workload *wl);  /* free heap state; or NULL */
    /* Mean offered load of one instance, for the plan: application bit/s (network or storage); 0 = as much as it gets.
     */
    double (*offered_bps)(const void *config);
};

struct vio_workload_metrics { /* what the application sees; the same for every type */
    struct sim_tally latency; /* ps; from issue to completion of a request, message or I/O */
    sim_counter issued, completed, failed;
    sim_counter bytes; /* application bytes completed */
};

struct vio_workload { /* what every request touches comes first */
    const struct vio_workload_type *type;
    struct vio_world *world;
    const void *config;
    sim_time until_ps;     /* the last request is issued before: its `stop`, or what an event makes of it */
    struct vio_pace *pace; /* NULL = at its own rate */
    struct vio_flow **flow;
    uint32_t flows;
    bool idle;               /* between bursts, or done before its time: kept by types that know */
    uint64_t unfinished;     /* issued and neither completed nor failed; never reset */
    struct vio_watch *watch; /* models/watch.h; NULL: nobody watches */
    struct vio_workload_metrics m;
    struct vio_account account; /* with trace: where the time of completed requests went, beside the flows' accounts */
    struct vio_share at_target[VIO_STATIONS];
    struct vio_workload *next;
    const char *path;  /* "hosts03/db1/oltp": names its streams, the same in every design */
    const char *group; /* "db/oltp": VM class and workload, by which results are merged */
    sim_time shift_ps; /* added to the configured start: flows of a hand-written topology that begin one by one */
    double peak;       /* the largest factor of the pace; arrivals are generated at the rate times this */
    void (*stopped)(struct vio_workload *wl);   /* migration: the VM stands still; or NULL */
    void (*resumed)(struct vio_workload *wl);   /* it goes on, at the other end; or NULL */
    void *listener;                             /* whoever set these */
    uint64_t unfinished_at[3], completed_at[3]; /* at the start, middle and end of the measurement */
    /* private state of the type follows: vio_workload_state() */
};

static inline void *vio_workload_state(struct vio_workload *wl)
{
    return wl + 1;
}

/* Name of the tally `latency` in results: "response_time" (ROUND_TRIP), "io_latency" (BLOCK), "transfer_time" (others).
 */
const char *vio_workload_latency_name(const struct vio_workload_type *type);

extern const struct sim_metric vio_workload_metric_rows[]; /* offsets into struct vio_workload_metrics */
extern const struct vio_workload_type *const vio_workload_types[];
const struct vio_workload_type *vio_workload_find(const char *type);

/* Build an instance in the world's arena; `flow` is copied; `config` outlives the world. */
struct vio_workload *vio_workload_create(struct vio_world *w, const char *path, const char *group,
                                         const struct vio_workload_type *type, const void *config,
                                         struct vio_flow *const *flow, uint32_t flows);

/* For the types of models/workload/: when to begin; whether the time to issue is over. */
sim_time vio_workload_start_ps(const struct vio_workload *wl);
static inline bool vio_workload_is_over(const struct vio_workload *wl)
{
    return sim_now(&wl->world->sim) >= wl->until_ps;
}
/* Whether the candidate of this instant is let through by the pace, if there is one. */
static inline bool vio_workload_admits(struct vio_workload *wl)
{
    return !wl->pace || vio_pace_admits(wl);
}
/* Between its start and its stop, and not idle. */
bool vio_workload_is_active(const struct vio_workload *wl);
/* Which instance of its group it is, 0, 1, ..., and of how many. Cost: a look at every workload. */
uint32_t vio_workload_number(const struct vio_workload *wl, uint32_t *of);
/* One of its streams. */
void vio_workload_stream(const struct vio_workload *wl, struct sim_stream *s, const char *purpose);
/* A request issued now, counted; size_B at least 1. Owned by the caller until sent. */
struct vio_message *vio_workload_issue(struct vio_workload *wl, uint64_t size_B, vio_message_fn *done);
/* A request is finished: measure it (size_B application bytes) and give it back. */
void vio_workload_complete(struct vio_workload *wl, struct vio_message *m, uint64_t size_B);

/* One-way messages over the connections in turn: what arrival processes of shape SEND have in common. */
struct vio_one_way {
    struct sim_stream sizes;
    uint32_t turn;
};
void vio_one_way_init(struct vio_workload *wl, struct vio_one_way *ow);
vio_message_fn vio_one_way_done; /* private: of vio_one_way_send() */
/* A message of a size from `size`, now, over the next connection. */
static inline void vio_one_way_send(struct vio_workload *wl, struct vio_one_way *ow, const struct sim_dist *size)
{
    const uint64_t size_B = (uint64_t)(sim_dist_draw(size, &ow->sizes) + 0.5);

    vio_flow_send(wl->flow[ow->turn], vio_workload_issue(wl, size_B, vio_one_way_done));
    if (++ow->turn == wl->flows)
        ow->turn = 0;
}

#endif
