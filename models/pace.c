/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/pace.c - profiles, followed workloads and thinning.
 */
#include "models/pace.h"

#include <math.h>
#include <string.h>

#include "models/workload.h"
#include "sim/kernel/assert.h"

struct vio_pace { /* of one instance */
    const struct vio_pace_config *config;
    const struct vio_workload *const **followed; /* by `during`: the instances, NULL at the end */
    double credit;                               /* of even thinning: what is not let through yet */
    struct sim_stream stream;
};

/* The profile's own time at now_ps of the run, within one repetition. */
static double pace_clock(const struct vio_pace_config *c, sim_time now_ps)
{
    const double at = (double)c->from_ps + (double)now_ps * c->speed;

    return c->repeat_ps ? fmod(at, (double)c->repeat_ps) : at;
}

/* The factor at `at` of the profile's time; before the first point its factor, after the last that of the last. */
static double pace_at(const struct vio_pace_config *c, double at)
{
    size_t low = 0, high = c->points; /* points [0, low) are not after `at` */

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if ((double)c->point[middle].at_ps <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return c->point[0].factor;
    if (low == c->points || c->steps)
        return c->point[low - 1].factor;
    const struct vio_pace_point *a = &c->point[low - 1], *b = &c->point[low];

    return a->factor + (b->factor - a->factor) * (at - (double)a->at_ps) / (double)(b->at_ps - a->at_ps);
}

double vio_pace_profile(const struct vio_pace_config *c, sim_time now_ps)
{
    return c->points ? pace_at(c, pace_clock(c, now_ps)) : 1;
}

/* Integral of the profile over [0, to], to within one repetition. */
static double pace_integral(const struct vio_pace_config *c, double to)
{
    double sum = 0, at = 0;

    for (size_t i = 0; i <= c->points && at < to; i++) {
        const double next = i < c->points ? fmin((double)c->point[i].at_ps, to) : to;
        const double first = pace_at(c, at), last = c->steps || i == 0 ? first : pace_at(c, next);

        sum += (next - at) * (first + last) / 2;
        at = fmax(at, next);
    }
    return sum;
}

static double pace_cumulative(const struct vio_pace_config *c, sim_time now_ps)
{
    const double at = (double)c->from_ps + (double)now_ps * c->speed;
    const double rounds = c->repeat_ps ? floor(at / (double)c->repeat_ps) : 0;
    const double whole = rounds > 0 ? rounds * pace_integral(c, (double)c->repeat_ps) : 0;

    return whole + pace_integral(c, at - rounds * (double)c->repeat_ps);
}

double vio_pace_mean(const struct vio_pace_config *c, sim_time from_ps, sim_time to_ps)
{
    SIM_ASSERT(to_ps > from_ps);
    if (!c->points)
        return 1;
    return (pace_cumulative(c, to_ps) - pace_cumulative(c, from_ps)) / ((double)(to_ps - from_ps) * c->speed);
}

static double pace_peak(const struct vio_pace_config *c)
{
    double peak = c->points ? 0 : 1;

    for (size_t i = 0; i < c->points; i++)
        peak = fmax(peak, c->point[i].factor);
    for (size_t i = 0; i < c->durings; i++)
        peak *= fmax(1, c->during[i].factor);
    return peak;
}

void vio_workload_set_pace(struct vio_workload *wl, const struct vio_pace_config *c)
{
    struct vio_pace *p = sim_arena_alloc(&wl->world->arena, 1, sizeof *p);

    p->config = c;
    sim_stream_init(&p->stream, wl->world->seed, wl->world->replication, wl->path, "pace");
    wl->pace = p;
    wl->peak = pace_peak(c);
    SIM_ASSERT(wl->peak > 0);
}

/* Whether `other` is one of those that `wl` follows. */
static bool pace_follows(const struct vio_workload *wl, const struct vio_pace_while *d,
                         const struct vio_workload *other)
{
    const char *slash = strrchr(wl->path, '/');
    const size_t owner = slash ? (size_t)(slash + 1 - wl->path) : 0;

    if (!d->own)
        return strcmp(other->group, d->name) == 0;
    return strncmp(other->path, wl->path, owner) == 0 && strcmp(other->path + owner, d->name) == 0;
}

void vio_workload_find_followed(struct vio_workload *wl)
{
    struct vio_pace *p = wl->pace;

    if (!p || !p->config->durings)
        return;
    p->followed = sim_arena_alloc(&wl->world->arena, p->config->durings, sizeof *p->followed);
    for (size_t i = 0; i < p->config->durings; i++) {
        const struct vio_pace_while *d = &p->config->during[i];
        const struct vio_workload **list;
        size_t n = 0;

        for (const struct vio_workload *o = wl->world->workloads; o; o = o->next)
            n += pace_follows(wl, d, o);
        list = sim_arena_alloc(&wl->world->arena, n + 1, sizeof(*list));
        n = 0;
        for (const struct vio_workload *o = wl->world->workloads; o; o = o->next)
            if (pace_follows(wl, d, o))
                list[n++] = o;
        p->followed[i] = list;
    }
}

double vio_workload_factor(const struct vio_workload *wl)
{
    const struct vio_pace *p = wl->pace;
    double factor;

    if (!p)
        return 1;
    factor = vio_pace_profile(p->config, sim_now(&wl->world->sim));
    for (size_t i = 0; i < p->config->durings; i++) {
        const struct vio_workload *const *o = p->followed[i];

        while (*o && !vio_workload_is_active(*o))
            o++;
        if (*o)
            factor *= p->config->during[i].factor;
    }
    return factor;
}

bool vio_pace_admits(struct vio_workload *wl)
{
    return sim_uniform(&wl->pace->stream) * wl->peak < vio_workload_factor(wl);
}

bool vio_workload_admits_evenly(struct vio_workload *wl)
{
    struct vio_pace *p = wl->pace;

    if (!p)
        return true;
    p->credit += vio_workload_factor(wl) / wl->peak;
    if (p->credit < 1)
        return false;
    p->credit -= 1;
    return true;
}
