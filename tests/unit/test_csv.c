/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_csv.c - rows, their line numbers, and what is wrong with broken files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <criterion/criterion.h>

#include "sim/kernel/csv.h"

struct seen {
    char *text; /* "line:field|field|\n" of each row */
    size_t size, rows, stop_after;
    FILE *out;
};

static bool see(const struct sim_csv_row *r, void *arg)
{
    struct seen *s = arg;

    cr_assert(r->pos.col == 1);
    fprintf(s->out, "%d:", r->pos.line);
    for (size_t i = 0; i < r->n; i++)
        fprintf(s->out, "%s|", r->field[i]);
    fprintf(s->out, "\n");
    return ++s->rows != s->stop_after;
}

/* Read `size` bytes as a file; the rows go to `s`, the diagnostics, without the file's name, to `faults`. */
static bool read_bytes(const char *bytes, size_t size, struct seen *s, char *faults, size_t faults_size)
{
    char path[] = "/tmp/test_csv_XXXXXX", *text;
    struct sim_diags diags;
    const int fd = mkstemp(path);
    FILE *out = open_memstream(&text, &(size_t){0});

    cr_assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    close(fd);
    sim_diags_init(&diags);
    s->rows = 0;
    s->out = open_memstream(&s->text, &s->size);
    const bool good = sim_csv_read(path, see, s, &diags);

    fclose(s->out);
    sim_diags_print(&diags, out);
    fclose(out);
    snprintf(faults, faults_size, "%s", strncmp(text, path, strlen(path)) == 0 ? text + strlen(path) : text);
    free(text);
    cr_expect(good || s->stop_after || diags.errors == 1, "a refused file has one error");
    sim_diags_fini(&diags);
    unlink(path);
    return good;
}

static const struct {
    const char *name, *bytes, *rows;
    const char *fault; /* NULL: none */
} files[] = {
    {"plain", "a,b\n1,2\n", "1:a|b|\n2:1|2|\n", NULL},
    {"no newline at the end", "a,b\n1,2", "1:a|b|\n2:1|2|\n", NULL},
    {"CRLF", "a,b\r\n1,2\r\n\r\n3,4\r\n", "1:a|b|\n2:1|2|\n4:3|4|\n", NULL},
    {"lone CR", "a,b\r1,2\r3,4", "1:a|b|\n2:1|2|\n3:3|4|\n", NULL},
    {"byte-order mark",
     "\xEF\xBB\xBF"
     "a,b\n1,2\n",
     "1:a|b|\n2:1|2|\n", NULL},
    {"mark and comment", "\xEF\xBB\xBF# note, \"open\na\n", "2:a|\n", NULL},
    {"blank and comment lines", "\n  \n# note\n\t# note\na,b\n\n#x\n1,2\n", "5:a|b|\n8:1|2|\n", NULL},
    {"empty", "", "", NULL},
    {"only comments", "# a\n# b", "", NULL},
    {"trimmed", " a , b\t\n\" 1 \",2 \n", "1:a|b|\n2:1|2|\n", NULL},
    {"empty fields", ",\n,,x\n\"\"\n", "1:||\n2:||x|\n3:|\n", NULL},
    {"quotes", "\"a,b\",\"say \"\"no\"\"\"\n", "1:a,b|say \"no\"|\n", NULL},
    {"quoted newlines", "a,b\n\"1\n# not a note\n\n1\",2\n3,4\n", "1:a|b|\n2:1\n# not a note\n\n1|2|\n6:3|4|\n", NULL},
    {"quoted CRLF", "\"1\r\n1\",2\r\n3,4\r\n", "1:1\r\n1|2|\n3:3|4|\n", NULL},
    {"hash inside", "a,#b\n1,2#3\n", "1:a|#b|\n2:1|2#3|\n", NULL},
    {"uneven rows are the caller's", "a,b\n1\n1,2,3\n", "1:a|b|\n2:1|\n3:1|2|3|\n", NULL},
    {"open quote", "a,b\n1,\"2\n3,4\n5,6\n", "1:a|b|\n",
     ":2:1: error: a quoted field that begins on this line is never"},
    {"second open quote", "\"1\n2\",x\n\"3\n4\",\"5\n6\n", "1:1\n2|x|\n", ":4:1: error: a quoted field that begins"},
    {"open quote on the last line", "a\n\"b", "1:a|\n", ":2:1: error: a quoted field"},
    {"quote inside", "a,b\n1,2\"3\n", "1:a|b|\n", ":2:4: error: a quote in the wrong place"},
    {"text after quote", "a\n\"1\"2\n", "1:a|\n", ":2:4: error: a quote in the wrong place"},
};

Test(test_csv, files)
{
    char fault[512];

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct seen s = {0};
        const bool good = read_bytes(files[i].bytes, strlen(files[i].bytes), &s, fault, sizeof(fault));

        cr_expect(good == !files[i].fault, "%s: %s", files[i].name, fault);
        cr_expect(strcmp(s.text, files[i].rows) == 0, "%s:\n%s", files[i].name, s.text);
        cr_expect(files[i].fault ? strncmp(fault, files[i].fault, strlen(files[i].fault)) == 0 : fault[0] == '\0',
                  "%s: %s", files[i].name, fault);
        free(s.text);
    }

    static const char utf16[] = "\xFF\xFE"
                                "a\0,\0b\0\n\0";
    struct seen s = {0};

    cr_expect(!read_bytes(utf16, sizeof(utf16), &s, fault, sizeof(fault)));
    cr_expect(strstr(fault, ":1:1: error: a zero byte: this is not text, or UTF-16"), "%s", fault);
    free(s.text);
    /* The caller stops: no more rows, no diagnostic, and false. */
    s = (struct seen){.stop_after = 2};
    cr_expect(!read_bytes("a\nb\nc\rd\n", 8, &s, fault, sizeof(fault)) && fault[0] == '\0');
    cr_expect_str_eq(s.text, "1:a|\n2:b|\n");
    free(s.text);
}

/* Ten thousand rows, one long field: buffers grow, and numbers stay right. */
Test(test_csv, large)
{
    char *bytes, fault[512];
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    struct seen s = {0};

    for (int i = 0; i < 10000; i++)
        fprintf(out, "%d,\"%d\nx\"\n", i, i);
    fprintf(out, "%0100000d\n", 7);
    fclose(out);
    cr_expect(read_bytes(bytes, size, &s, fault, sizeof(fault)) && s.rows == 10001);
    cr_expect(strstr(s.text, "\n19999:9999|9999\nx|\n20001:000"));
    free(bytes);
    free(s.text);
}

Test(test_csv, files_that_cannot_be_read)
{
    static const struct {
        const char *path, *fault;
    } cases[] = {
        {"/nowhere/flows.csv", "/nowhere/flows.csv: error: No such file or directory\n1 error, 0 warnings\n"},
        {"/", "/: error: Is a directory\n1 error, 0 warnings\n"},
    };

    for (size_t i = 0; i < 2; i++) {
        struct sim_diags diags;
        struct seen s = {0};
        char *text;
        FILE *out = open_memstream(&text, &(size_t){0});

        sim_diags_init(&diags);
        cr_expect(!sim_csv_read(cases[i].path, see, &s, &diags));
        sim_diags_print(&diags, out);
        fclose(out);
        cr_expect_str_eq(text, cases[i].fault);
        free(text);
        sim_diags_fini(&diags);
    }
}
