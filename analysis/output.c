/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/output.c - see the header. */
#include "analysis/output.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void ana_output_init(struct ana_output *o, const char *dir)
{
    *o = (struct ana_output){.dir = dir};
    sim_arena_init(&o->arena);
}

static int output_remove(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
    (void)status;
    (void)flag;
    (void)walk;
    return remove(path);
}

void ana_output_fini(struct ana_output *o)
{
    if (o->stage)
        nftw(o->stage, output_remove, 8, FTW_DEPTH | FTW_PHYS);
    sim_arena_fini(&o->arena);
}

int ana_output_fail(struct ana_output *o, const char *path)
{
    snprintf(o->why, sizeof o->why, "cannot write %s: %s", path, strerror(errno));
    return -1;
}

int ana_output_begin(struct ana_output *o)
{
    if (mkdir(o->dir, 0777) && errno != EEXIST)
        return ana_output_fail(o, o->dir);
    o->stage = sim_arena_printf(&o->arena, "%s/.report-XXXXXX", o->dir);
    if (mkdtemp(o->stage))
        return 0;
    o->stage = NULL;
    return ana_output_fail(o, o->dir);
}

const char *ana_output_path(struct ana_output *o, const char *name)
{
    return sim_arena_printf(&o->arena, "%s/%s", o->stage, name);
}

int ana_output_mkdir(struct ana_output *o, const char *name)
{
    const char *path = ana_output_path(o, name);

    return mkdir(path, 0777) && errno != EEXIST ? ana_output_fail(o, path) : 0;
}

int ana_output_write(struct ana_output *o, const char *name, void (*write)(FILE *out, void *arg), void *arg)
{
    const char *path = ana_output_path(o, name);
    FILE *out = fopen(path, "w");
    int failed;

    if (!out)
        return ana_output_fail(o, path);
    write(out, arg);
    failed = ferror(out);
    return fclose(out) || failed ? ana_output_fail(o, path) : 0;
}

int ana_output_move(struct ana_output *o, const char *name)
{
    const char *to = sim_arena_printf(&o->arena, "%s/%s", o->dir, name);

    return rename(ana_output_path(o, name), to) ? ana_output_fail(o, to) : 0;
}
