/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/columns.c - tables with a column for each design; see the header. */
#include "sim/plan/columns.h"

#include <math.h>
#include <string.h>

enum { LABEL = 21, SECOND = 7, CELL = 13 }; /* 21 + 7 + 4 x 13 = 80 */

/* How much of a name goes on the first line: all of it, or up to the last hyphen that leaves a blank before it. */
static size_t columns_break(const char *name)
{
    size_t cut = strlen(name);

    if (cut < CELL)
        return cut;
    cut = CELL - 1;
    for (size_t i = CELL - 1; i-- > 1;)
        if (name[i] == '-')
            return i + 1;
    return cut;
}

void plan_columns_head(FILE *out, const char *title, const struct plan *const *plan, size_t n)
{
    size_t broken = 0;

    fprintf(out, "\n%-*s", LABEL + SECOND, title);
    for (size_t i = 0; i < n; i++) {
        const char *name = plan[i]->design->name;
        const size_t cut = columns_break(name);

        fprintf(out, "%*.*s", CELL, (int)cut, name);
        if (name[cut])
            broken = i + 1;
    }
    plan_columns_end(out);
    if (broken == 0)
        return;
    fprintf(out, "%*s", LABEL + SECOND, "");
    for (size_t i = 0; i < broken; i++)
        plan_columns_text(out, plan[i]->design->name + columns_break(plan[i]->design->name));
    plan_columns_end(out);
}

void plan_columns_label(FILE *out, const char *label, const char *unit)
{
    fprintf(out, "%-*.*s%*.*s", LABEL, LABEL, label, SECOND, SECOND - 1, unit);
}

void plan_columns_number(FILE *out, double value, const char *unit)
{
    if (isnan(value))
        fprintf(out, "%*s", CELL, "-");
    else if (strcmp(unit, "1") == 0 && value != floor(value))
        fprintf(out, "%*.3f", CELL, value);
    else if (strcmp(unit, "U") == 0 || strcmp(unit, "Gb/s") == 0)
        fprintf(out, "%*.6g", CELL, value);
    else if (strcmp(unit, "%") == 0)
        fprintf(out, "%*.1f", CELL, value * 100);
    else
        fprintf(out, "%*.0f", CELL, value);
}

void plan_columns_text(FILE *out, const char *text)
{
    fprintf(out, "%*.*s", CELL, CELL - 1, text);
}

void plan_columns_end(FILE *out)
{
    fputc('\n', out);
}
