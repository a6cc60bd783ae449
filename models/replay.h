/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/replay.h - replaying a trace: when its records are due, and which of them are an instance's own.
 *
 * An instance reads the file by itself, record by record: memory does not grow with the trace. Records are issued at
 * their times (divided by `speed`), open loop, unless `queue_depth` holds them back. A record earlier than one before
 * it is due with that one, and counted; so is a row that is malformed.
 */
#ifndef MODELS_REPLAY_H
#define MODELS_REPLAY_H

#include "models/trace.h"
#include "models/workload.h"

struct vio_replay_config {
    const struct vio_trace_type *format;
    const char *file;
    double speed;
    sim_time skip_ps, stagger_ps;
    bool loop;
    int split; /* 0 none, 1 by volume */
    const char *volume, *digest;
    uint32_t queue_depth;
};

struct vio_replay_rank; /* a volume and its number, in order of appearance */

struct vio_replay { /* first member of the state of a type that replays */
    struct sim_event next;
    struct vio_workload *wl;
    const struct vio_replay_config *config;
    void (*issue)(struct vio_workload *wl, const struct vio_trace_record *rec);
    struct vio_trace *trace;
    struct vio_trace_record rec;   /* the next to issue */
    sim_time due_ps;               /* of rec; SIM_TIME_NEVER = there is none */
    uint32_t number, of;           /* of the instance */
    sim_time begin_ps;             /* of the replay, in the run */
    uint64_t first_ticks, records; /* of this pass over the file; of its first record */
    sim_time at_ps, lap_ps;        /* in the trace: of the record read last; where this pass begins */
    sim_time skip_ps;              /* of the trace, for this instance */
    bool held, ours;               /* waiting for the queue; some record of this pass was ours */
    struct vio_replay_rank *rank;  /* hash; heap */
    sim_counter issued, malformed, out_of_order, other, laps;
    struct sim_tally time;
};

/* Rows of a config whose member `replay` is a struct vio_replay_config. */
#define VIO_REPLAY_PARAMS(config)                                                                                      \
    {"format",      SIM_PARAM_REF,  offsetof(config, replay.format), NULL, "trace-formats", NULL,                      \
     "of the file", "design choice"},                                                                                  \
        {"file",                                                                                                       \
         SIM_PARAM_FILE,                                                                                               \
         offsetof(config, replay.file),                                                                                \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "the trace, relative to the scenario's file; it is read as it is replayed and need not fit in memory",        \
         "design choice"},                                                                                             \
        {"speed",                                                                                                      \
         SIM_PARAM_NUMBER,                                                                                             \
         offsetof(config, replay.speed),                                                                               \
         "1",                                                                                                          \
         "0.000001",                                                                                                   \
         "1000000000",                                                                                                 \
         "seconds of the trace in a simulated second",                                                                 \
         "design choice"},                                                                                             \
        {"skip",                                                                                                       \
         SIM_PARAM_TIME,                                                                                               \
         offsetof(config, replay.skip_ps),                                                                             \
         "0s",                                                                                                         \
         "0s",                                                                                                         \
         NULL,                                                                                                         \
         "begin this far into the trace, in its own time",                                                             \
         "design choice"},                                                                                             \
        {"stagger",                                                                                                    \
         SIM_PARAM_TIME,                                                                                               \
         offsetof(config, replay.stagger_ps),                                                                          \
         "0s",                                                                                                         \
         "0s",                                                                                                         \
         NULL,                                                                                                         \
         "each further VM begins this much further into the trace, so that one trace serves many",                     \
         "design choice"},                                                                                             \
        {"loop",                                                                                                       \
         SIM_PARAM_BOOL,                                                                                               \
         offsetof(config, replay.loop),                                                                                \
         "no",                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "begin again at the end, a mean gap after the last record",                                                   \
         "design choice"},                                                                                             \
        {"split",                                                                                                      \
         SIM_PARAM_CHOICE,                                                                                             \
         offsetof(config, replay.split),                                                                               \
         "none",                                                                                                       \
         "none|volume",                                                                                                \
         NULL,                                                                                                         \
         "volume: each VM replays the volumes (of flows: the sources) whose turn it is, in order of appearance",       \
         "design choice"},                                                                                             \
        {"volume",                                                                                                     \
         SIM_PARAM_TEXT,                                                                                               \
         offsetof(config, replay.volume),                                                                              \
         "",                                                                                                           \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "only records of this volume (HOST.DISK, device, file, source)",                                              \
         "design choice"},                                                                                             \
        {"digest",                                                                                                     \
         SIM_PARAM_TEXT,                                                                                               \
         offsetof(config, replay.digest),                                                                              \
         "",                                                                                                           \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "of the file's bytes: a replay of another file is an error; stored scenarios have it",                        \
         "design choice"},                                                                                             \
    {                                                                                                                  \
        "queue_depth", SIM_PARAM_COUNT, offsetof(config, replay.queue_depth), "0", "0", "1000000",                     \
            "records under way at most, later ones wait; 0 = as the trace has them", "design choice"                   \
    }

/* The metrics of a state whose first member is a struct vio_replay. */
extern const struct sim_metric vio_replay_metrics[];

/* Start, with `issue` to send a record; a record has been answered; let go of the file. */
void vio_replay_start(struct vio_workload *wl, const struct vio_replay_config *config,
                      void (*issue)(struct vio_workload *wl, const struct vio_trace_record *rec));
void vio_replay_done(struct vio_workload *wl);
void vio_replay_fini(struct vio_workload *wl);

#endif
