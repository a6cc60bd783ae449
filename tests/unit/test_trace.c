/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_trace.c - rows that are read one by one, formats of traces, and what a replay makes of them.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/replay.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

static void write_file(char path[64], const char *text, size_t size)
{
    FILE *out;

    snprintf(path, 64, "/tmp/viosim-trace-%d-XXXXXX", (int)getpid());
    close(mkstemp(path));
    out = fopen(path, "wb");
    fwrite(text, 1, size, out);
    fclose(out);
}

/* Lines are counted through blank ones and comments; a bad line does not take the next one with it. */
Test(test_trace, rows)
{
    static const char text[] = "\xEF\xBB\xBF"
                               "a, b ,c\r\n\n# no\n\"x,y\",2\n\"open,3\nnext,4\nz\0z,5\n";
    char path[64];
    struct sim_rows *r;
    struct sim_rows_row row;

    write_file(path, text, sizeof(text) - 1);
    r = sim_rows_open(path, false);
    cr_assert_not_null(r);
    for (int lap = 0; lap < 2; lap++) {
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_ROW);
        cr_expect(row.line == 1 && row.n == 3 && !strcmp(row.field[1], "b") && !strcmp(row.field[2], "c"));
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_ROW);
        cr_expect(row.line == 4 && row.n == 2 && !strcmp(row.field[0], "x,y"));
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_BAD, "an open quote");
        cr_expect(row.line == 5 && strstr(row.why, "quote"));
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_ROW);
        cr_expect(row.line == 6 && row.n == 2 && !strcmp(row.field[1], "4"));
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_BAD, "a zero byte");
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_END);
        cr_expect(!sim_rows_failed(r));
        sim_rows_rewind(r);
    }
    sim_rows_close(r);
    unlink(path);
}

/* Lines of 4096 B, longer ones, and some longer than the buffer, among good ones; the last without an end. */
Test(test_trace, long_rows)
{
    enum { SIZE = 400000 };
    char *text = calloc(1, SIZE), path[64];
    static const size_t length[] = {4095, 4096, 70000, 200000, 3};
    struct sim_rows *r;
    struct sim_rows_row row;
    size_t n = 0;

    for (size_t i = 0; i < 5; i++) {
        memset(text + n, 'x', length[i]);
        n += length[i];
        n += (size_t)sprintf(text + n, "\n%zu\n", i);
    }
    write_file(path, text, n - 1);
    r = sim_rows_open(path, true);
    for (size_t i = 0; i < 5; i++) {
        cr_expect_eq(sim_rows_next(r, &row), length[i] < 4096 ? SIM_ROWS_ROW : SIM_ROWS_BAD, "%zu", length[i]);
        cr_expect_eq(row.line, 2 * i + 1);
        cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_ROW, "after %zu", length[i]);
        cr_expect(row.line == 2 * i + 2 && row.n == 1 && atoi(row.field[0]) == (int)i);
    }
    cr_expect_eq(sim_rows_next(r, &row), SIM_ROWS_END);
    sim_rows_close(r);
    free(text);
    unlink(path);
}

Test(test_trace, numbers)
{
    uint64_t x;

    cr_expect(sim_rows_whole("18446744073709551615", &x) && x == UINT64_MAX);
    cr_expect(!sim_rows_whole("18446744073709551616", &x) && !sim_rows_whole("", &x) && !sim_rows_whole("-1", &x));
    cr_expect(!sim_rows_whole("1 ", &x) && !sim_rows_whole("1.0", &x));
    cr_expect(sim_rows_decimal("33898", &x) && x == UINT64_C(33898000000000));
    cr_expect(sim_rows_decimal("1.5", &x) && x == 1500000000 && sim_rows_decimal("0.0000000019", &x) && x == 1);
    cr_expect(!sim_rows_decimal("1.5.2", &x) && !sim_rows_decimal("1e3", &x) && !sim_rows_decimal(".5", &x));
    cr_expect(!sim_rows_decimal("99999999999999999999", &x) && !sim_rows_decimal("18446744074", &x));
}

static const struct vio_trace_type *format_of(const char *type)
{
    for (size_t i = 0; vio_trace_types[i]; i++)
        if (strcmp(vio_trace_types[i]->type, type) == 0)
            return vio_trace_types[i];
    cr_assert_fail("no format %s", type);
    return NULL;
}

/* One line each: what comes of it, and for a record its ticks, size, direction and volume. */
static const struct {
    const char *type, *line;
    enum vio_trace_got got;
    uint64_t ticks, size_B;
    bool write;
    const char *volume;
} format_rows[] = {
    {"msr", "128166372003061629,usr,0,Read,7014609920,24576,41286", VIO_TRACE_RECORD, 128166372003061629, 24576, false,
     "usr.0"},
    {"msr", "128166372003061629,src1,2,Write,0,512,1", VIO_TRACE_RECORD, 128166372003061629, 512, true, "src1.2"},
    {"msr", "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"msr", "128166372003061629,usr,0,Trim,0,24576,41286", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"msr", "128166372003061629,usr,0,Read,0,24576", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"msr", "128166372003061629,usr,0,Read,0,0,1", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"msr", "12816637200306162x,usr,0,Read,0,24576,1", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"alibaba-block", "419,W,31780610048,4096,1577808000000046", VIO_TRACE_RECORD, 1577808000000046, 4096, true, "419"},
    {"alibaba-block", "419,R,31780610048,4096,1577808000000046", VIO_TRACE_RECORD, 1577808000000046, 4096, false,
     "419"},
    {"alibaba-block", "device_id,opcode,offset,length,timestamp", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"alibaba-block", "419,X,31780610048,4096,1577808000000046", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"alibaba-block", "419,W,31780610048,4096,-5", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"cloudphysics", "1,33898,2a,512,42932745", VIO_TRACE_RECORD, UINT64_C(33898000000000), 512, true, ""},
    {"cloudphysics", "1,33898.25,0x88,512,42932745", VIO_TRACE_RECORD, UINT64_C(33898250000000), 512, false, ""},
    {"cloudphysics", "1,33898,0a,512,42932745", VIO_TRACE_RECORD, UINT64_C(33898000000000), 512, true, ""},
    {"cloudphysics", "1,33898,35,0,0", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"cloudphysics", "1,33898,read,512,42932745", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"libcachesim", "12,8813,4096,-1", VIO_TRACE_RECORD, UINT64_C(12000000000), 4096, false, ""},
    {"libcachesim", "12,8813,4096", VIO_TRACE_RECORD, UINT64_C(12000000000), 4096, false, ""},
    {"libcachesim", "time,object,size", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"libcachesim", "12,,4096,-1", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"libcachesim", "12,8813", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"fio-iolog-v2", "fio version 2 iolog", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"fio-iolog-v2", "fio version 3 iolog", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"fio-iolog-v2", "/dev/sda open", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"fio-iolog-v2", "/dev/sda read 0 65536", VIO_TRACE_RECORD, 0, 65536, false, "/dev/sda"},
    {"fio-iolog-v2", "/dev/sda trim 0 65536", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"fio-iolog-v2", "/dev/sda scrub 0 65536", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"fio-iolog-v2", "/dev/sda read 0", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"fio-iolog-v3", "fio version 3 iolog", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"fio-iolog-v3", "250 /dev/sda write 0 65536", VIO_TRACE_RECORD, 250, 65536, true, "/dev/sda"},
    {"fio-iolog-v3", "250 /dev/sda close", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"fio-iolog-v3", "/dev/sda write 0 65536", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"fio-iolog-v3", "250 /dev/sda write 0", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"flow-list", "2", VIO_TRACE_OTHER, 0, 0, false, NULL},
    {"flow-list", "3 9 3 100 1448 2.000000001", VIO_TRACE_RECORD, 2000000001, 1448, true, "3"},
    {"flow-list", "3 9 3 100 1448", VIO_TRACE_BAD, 0, 0, false, NULL},
    {"flow-list", "3 9 3 100 1448 soon", VIO_TRACE_BAD, 0, 0, false, NULL},
};

Test(test_trace, formats)
{
    for (size_t i = 0; i < sizeof format_rows / sizeof *format_rows; i++) {
        const struct vio_trace_type *type = format_of(format_rows[i].type);
        const char *line = format_rows[i].line;
        struct vio_trace_record rec;
        char path[64];
        struct vio_trace *t;

        write_file(path, line, strlen(line));
        t = vio_trace_open(type, path);
        cr_assert_eq(vio_trace_next(t, &rec), format_rows[i].got, "%s", line);
        cr_expect_eq(vio_trace_line(t), 1);
        if (format_rows[i].got == VIO_TRACE_BAD)
            cr_expect_gt(strlen(vio_trace_why(t)), 0, "%s", line);
        if (format_rows[i].got == VIO_TRACE_RECORD)
            cr_expect(rec.ticks == format_rows[i].ticks && rec.size_B == format_rows[i].size_B &&
                          rec.write == format_rows[i].write && strcmp(rec.volume, format_rows[i].volume) == 0,
                      "%s: %" PRIu64 " ticks, %" PRIu64 " B, %s", line, rec.ticks, rec.size_B, rec.volume);
        cr_expect_eq(vio_trace_next(t, &rec), VIO_TRACE_END);
        vio_trace_close(t);
        unlink(path);
    }
}

/* Seven records of 100 B at 0, 10, 20, 40 and, out of order, 30 (with the one at 40), 50, 60 ms of volumes a, b, a, c,
 * b, a, c; one malformed row. */
static const char replay_text[] = "1,h,0,Read,0,100,0\n100001,h,1,Read,0,100,0\n200001,h,0,Read,0,100,0\nnonsense\n"
                                  "400001,h,2,Write,0,100,0\n300001,h,1,Read,0,100,0\n500001,h,0,Read,0,100,0\n"
                                  "600001,h,2,Read,0,100,0\n";

struct replay_rig {
    struct vio_world *w;
    struct vio_flow *flow[2];
    struct vio_workload *wl[2];
};

/* Instances of one group over probes; `set` changes the config of a replay. */
static void replay_run(struct replay_rig *r, uint32_t instances, const struct vio_replay_config *settings,
                       sim_time end_ps)
{
    struct vio_egress *e;
    char path[64];

    write_file(path, replay_text, sizeof(replay_text) - 1);
    r->w = vio_world_create(1, 0);
    e = rig_server(r->w, "e", UINT64_C(8000000000000), 0, 0);
    for (uint32_t i = 0; i < instances; i++) {
        const struct vio_workload_type *type = vio_workload_find("flow-trace");
        char *config = sim_arena_alloc(&r->w->arena, 1, type->config_size);
        struct vio_replay_config c = *settings;

        for (const struct sim_param *p = type->params; p->name; p++) {
            char why[64];

            if (p->dflt)
                cr_assert(sim_param_set(p, config, p->dflt, &r->w->arena, why, sizeof why));
        }
        c.format = format_of("msr");
        c.file = path;
        if (!c.volume)
            c.volume = "";
        memcpy(config + sim_param_find(type->params, "format")->offset - offsetof(struct vio_replay_config, format), &c,
               sizeof c);
        r->flow[i] = probe_flow(r->w, i ? "f1" : "f0", VIO_PROTO_IP, rig_path(r->w, 1, &e), 0);
        r->wl[i] = vio_workload_create(r->w, i ? "w/1" : "w/0", "w", type, config, &r->flow[i], 1);
    }
    rig_run(r->w, 0, end_ps);
    unlink(path);
}

static void replay_expect(struct replay_rig *r, uint32_t i, const char *what, const double *ms, size_t n)
{
    const struct probe *p = probe_of(r->flow[i]);

    cr_assert_eq(p->n, n, "%s: %zu records", what, p->n);
    for (size_t k = 0; k < n; k++)
        cr_expect_float_eq((double)p->mark[k].born_ps * 1e-9, ms[k], 1e-6, "%s: record %zu at %g ms, not %g", what, k,
                           (double)p->mark[k].born_ps * 1e-9, ms[k]);
}

#define EXPECT(r, i, what, ...)                                                                                        \
    do {                                                                                                               \
        static const double at[] = {__VA_ARGS__};                                                                      \
        replay_expect(r, i, what, at, sizeof at / sizeof *at);                                                         \
    } while (0)

Test(test_trace, replay)
{
    struct replay_rig r;
    const struct vio_replay *s;

    replay_run(&r, 1, &(struct vio_replay_config){.speed = 1}, SIM_S);
    EXPECT(&r, 0, "as it is", 0, 10, 20, 40, 40, 50, 60);
    s = vio_workload_state(r.wl[0]);
    cr_expect(s->issued == 7 && s->malformed == 1 && s->out_of_order == 1 && s->other == 0 && r.wl[0]->idle);
    cr_expect_eq(s->time.min, 60 * SIM_MS + 100, "100 B take 100 ps");
    vio_world_destroy(r.w);

    replay_run(&r, 1, &(struct vio_replay_config){.speed = 2, .skip_ps = 15 * SIM_MS}, SIM_S);
    EXPECT(&r, 0, "twice as fast from 15 ms on", 2.5, 12.5, 12.5, 17.5, 22.5);
    vio_world_destroy(r.w);

    replay_run(&r, 2, &(struct vio_replay_config){.speed = 1, .stagger_ps = 35 * SIM_MS}, SIM_S);
    EXPECT(&r, 0, "the first", 0, 10, 20, 40, 40, 50, 60);
    EXPECT(&r, 1, "the second, 35 ms further", 5, 5, 15, 25);
    vio_world_destroy(r.w);

    /* Volumes in order of appearance h.0, h.1, h.2: the first instance has h.0 and h.2, the second h.1. */
    replay_run(&r, 2, &(struct vio_replay_config){.speed = 1, .split = 1}, SIM_S);
    EXPECT(&r, 0, "even volumes", 0, 20, 40, 50, 60);
    EXPECT(&r, 1, "odd volumes", 10, 40);
    vio_world_destroy(r.w);

    replay_run(&r, 1, &(struct vio_replay_config){.speed = 1, .volume = "h.2"}, SIM_S);
    EXPECT(&r, 0, "one volume", 40, 60);
    vio_world_destroy(r.w);

    /* A lap is 60 ms and a mean gap of 10 ms. */
    replay_run(&r, 1, &(struct vio_replay_config){.speed = 1, .volume = "h.2", .loop = true}, 205 * SIM_MS);
    EXPECT(&r, 0, "again and again", 40, 60, 110, 130, 180, 200);
    s = vio_workload_state(r.wl[0]);
    cr_expect(s->malformed >= 2 && s->laps == 3 && !r.wl[0]->idle);
    vio_world_destroy(r.w);

    /* A million times as fast, one at a time: each waits for the 100 ps of the one before. */
    replay_run(&r, 1, &(struct vio_replay_config){.speed = 1e9, .queue_depth = 1}, SIM_S);
    EXPECT(&r, 0, "one at a time", 0, 1e-7, 2e-7, 3e-7, 4e-7, 5e-7, 6e-7);
    vio_world_destroy(r.w);
}
