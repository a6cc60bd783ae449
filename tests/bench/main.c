/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/main.c - run the benchmarks, print a table, write build/bench.csv.
 *
 * Figures move with the machine. `ref_heap_hold_1e4_ns` is taken in the same run so that others can be read as ratios.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static void (*const bench_modules[])(struct bench_sink *) = {
    bench_hold, bench_mm1, bench_forward, bench_tcp, bench_parallel,
};

bool bench_wanted(const struct bench_sink *sink, const char *name)
{
    return !sink->filter || strstr(name, sink->filter);
}

void bench_emit(struct bench_sink *sink, const char *name, double value, const char *unit)
{
    if (!bench_wanted(sink, name) || sink->n == BENCH_ROWS_MAX)
        return;
    sink->row[sink->n++] = (struct bench_row){name, value, unit};
    printf("%-32s %14.6g %s\n", name, value, unit);
    fflush(stdout);
}

double bench_cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int bench_order(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(double *x, size_t n)
{
    qsort(x, n, sizeof(*x), bench_order);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The first line that `command` prints, without its newline. */
static void bench_line(const char *command, char *line, int size)
{
    FILE *p = popen(command, "r");

    line[0] = '\0';
    if (!p)
        return;
    if (fgets(line, size, p))
        line[strcspn(line, "\n")] = '\0';
    pclose(p);
}

static void bench_print_machine(void)
{
    char cpu[128];
    char commit[64];

    bench_line("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo", cpu, sizeof(cpu));
    bench_line("git describe --always --dirty", commit, sizeof(commit));
    printf("machine  %s, %ld cores\ncompiler %s\ncommit   %s\n\n", *cpu ? cpu : "unknown",
           sysconf(_SC_NPROCESSORS_ONLN), __VERSION__, *commit ? commit : "unknown");
}

static int bench_write(const struct bench_sink *sink, const char *path)
{
    FILE *file = fopen(path, "w");

    if (!file) {
        perror(path);
        return EXIT_FAILURE;
    }
    fprintf(file, "name,value,unit\n");
    for (size_t i = 0; i < sink->n; i++)
        fprintf(file, "%s,%.6g,%s\n", sink->row[i].name, sink->row[i].value, sink->row[i].unit);
    return fclose(file) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct bench_sink sink = {0};

    if (argc == 3 && strcmp(argv[1], "--filter") == 0) {
        sink.filter = argv[2];
    } else if (argc != 1) {
        fprintf(stderr, "usage: bench [--filter PART-OF-A-NAME]\n");
        return 2;
    }
    bench_print_machine();
    for (size_t i = 0; i < sizeof(bench_modules) / sizeof(bench_modules[0]); i++)
        bench_modules[i](&sink);
    return bench_write(&sink, "build/bench.csv");
}
