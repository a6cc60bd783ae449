/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/progress.c - the live line and the plain lines.
 */
#include "sim/study/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_BAR = 24 }; /* characters */

static double progress_since(const struct timespec *from)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) * 1e-9;
}

void study_progress_init(struct study_progress *p, FILE *out)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    *p = (struct study_progress){.out = out};
    p->live = out && isatty(fileno(out)) && !(term && strcmp(term, "dumb") == 0);
    p->colour = p->live && !(no_colour && *no_colour);
    clock_gettime(CLOCK_MONOTONIC, &p->start);
}

double study_progress_seconds(const struct study_progress *p)
{
    return progress_since(&p->start);
}

static const char *progress_design(const struct study_point *point)
{
    return point->design ? point->design->name : point->study->name;
}

static void progress_duration(double s, char *out, size_t size)
{
    const int whole = (int)fmin(ceil(s), 359999);

    if (whole < 100)
        snprintf(out, size, "%d s", whole);
    else if (whole < 6000)
        snprintf(out, size, "%d min %02d s", whole / 60, whole % 60);
    else
        snprintf(out, size, "%d h %02d min", whole / 3600, whole / 60 % 60);
}

void study_progress_show(struct study_progress *p, const struct study_worker *worker, size_t workers)
{
    char bar[PROGRESS_BAR + 1], left[32] = "?";
    const struct study_worker *current = NULL;
    double done = (double)p->done;

    if (!p->live || (p->shown.tv_sec && progress_since(&p->shown) < 0.2))
        return;
    clock_gettime(CLOCK_MONOTONIC, &p->shown);
    for (size_t i = 0; i < workers; i++) {
        if (worker[i].pid) {
            done += worker[i].fraction;
            current = current ? current : &worker[i];
        }
    }
    const double fraction = p->total ? done / (double)p->total : 1;
    const int full = (int)(fraction * PROGRESS_BAR);

    memset(bar, '.', PROGRESS_BAR);
    memset(bar, '#', (size_t)full);
    bar[PROGRESS_BAR] = '\0';
    if (fraction > 0.01)
        progress_duration(study_progress_seconds(p) * (1 - fraction) / fraction, left, sizeof(left));
    fprintf(p->out, "\r\033[K%s[%s]%s %" PRIu64 "/%" PRIu64 " runs", p->colour ? "\033[32m" : "", bar,
            p->colour ? "\033[0m" : "", p->done, p->total);
    if (current)
        fprintf(p->out, ", %.30s, replication %" PRIu32 ", %s left", progress_design(current->point),
                current->replication, left);
    fflush(p->out);
}

void study_progress_clear(struct study_progress *p)
{
    if (p->live) {
        fputs("\r\033[K", p->out);
        fflush(p->out);
        p->shown = (struct timespec){0};
    }
}

static void progress_line(struct study_progress *p, const struct study_worker *w, const struct study_head *h)
{
    const bool bad = h->outcome != STUDY_OK;

    fprintf(p->out, "[%*" PRIu64 "/%" PRIu64 "] %s", p->total > 99 ? 4 : 2, p->done, p->total,
            progress_design(w->point));
    for (size_t i = 0; i < w->point->study->factors; i++)
        fprintf(p->out, ", %s=%s", w->point->study->factor[i].path, w->point->study->factor[i].value);
    fprintf(p->out, ", replication %" PRIu32 ": %s%s%s", w->replication, bad && p->colour ? "\033[31m" : "",
            study_outcome_name(h->outcome), bad && p->colour ? "\033[0m" : "");
    if (*h->why)
        fprintf(p->out, " (%s)", h->why);
    if (h->outcome != STUDY_FAILED)
        fprintf(p->out, ", %.3g M events, %.1f s", (double)h->events * 1e-6, h->wall_s);
    fputc('\n', p->out);
    fflush(p->out);
}

void study_progress_run(struct study_progress *p, const struct study_worker *w)
{
    p->done++;
    if (!p->out)
        return;
    /* On a terminal only what needs attention leaves a line behind. */
    if (!p->live || w->record.head.outcome != STUDY_OK) {
        study_progress_clear(p);
        progress_line(p, w, &w->record.head);
    }
}
