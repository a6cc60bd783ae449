/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_outlook.c - money over time and under uncertainty: years, growth, which design is cheapest how
 * surely, what moves that, and where it turns. Of the combination of factors that is shown in detail.
 */
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"
#include "sim/kernel/assert.h"

enum { OUTLOOK_COLUMNS = 12, OUTLOOK_CURVES = 3 };

/* A statement with the first and the last point of the combination as ?1 and ?2; for sqlite3_finalize(). */
static sqlite3_stmt *outlook_query(const struct ana_context *c, const char *sql)
{
    sqlite3_stmt *s = NULL;
    const int rc = sqlite3_prepare_v2(c->db, sql, -1, &s, NULL);

    SIM_ASSERT(rc == SQLITE_OK); /* the statement is wrong: ana_open() has seen to the layout */
    sqlite3_bind_int64(s, 1, c->study->point[c->combo->point[0]].id);
    sqlite3_bind_int64(s, 2, c->study->point[c->combo->point[c->combo->points - 1]].id);
    return s;
}

static double outlook_real(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
}

struct outlook_column {
    struct ana_column column;
    const char *unit; /* of numbers */
};
#define OUTLOOK_TEXT(head, key)                                                                                        \
    {                                                                                                                  \
        {head, key, ANA_COLUMN_TEXT, false}, NULL                                                                      \
    }
#define OUTLOOK_NUMBER(head, key, unit)                                                                                \
    {                                                                                                                  \
        {head, key, ANA_COLUMN_NUMBER, false}, unit                                                                    \
    }

/* A table of a query's rows; none if it has no rows. Returns the table, or NULL. */
static struct ana_table *outlook_table(struct ana_context *c, const char *id, const char *caption,
                                       const struct outlook_column *of, size_t n, const char *sql)
{
    struct ana_column *column = sim_arena_alloc(c->arena, n, sizeof *column);
    sqlite3_stmt *s = outlook_query(c, sql);
    struct ana_table *t = NULL;

    for (size_t i = 0; i < n; i++)
        column[i] = of[i].column;
    while (sqlite3_step(s) == SQLITE_ROW) {
        if (!t) {
            t = ana_doc_table(c->doc, id, caption, column, n);
            t->csv = sim_arena_printf(c->arena, "%s.csv", id);
        }
        for (size_t i = 0; i < n; i++) {
            if (of[i].unit)
                ana_cell_number(c->doc, t, outlook_real(s, (int)i), of[i].unit);
            else
                ana_cell_text(c->doc, t, "%s", (const char *)sqlite3_column_text(s, (int)i));
        }
    }
    sqlite3_finalize(s);
    return t;
}

static void outlook_years(struct ana_context *c)
{
    static const struct outlook_column columns[] = {OUTLOOK_TEXT("design", "design"),
                                                    OUTLOOK_NUMBER("after years", "year", "1"),
                                                    OUTLOOK_NUMBER("capex", "capex_usd", "USD"),
                                                    OUTLOOK_NUMBER("energy", "energy_usd", "USD"),
                                                    OUTLOOK_NUMBER("space", "space_usd", "USD"),
                                                    OUTLOOK_NUMBER("administration", "admin_usd", "USD"),
                                                    OUTLOOK_NUMBER("maintenance", "maintenance_usd", "USD"),
                                                    OUTLOOK_NUMBER("resale", "residual_usd", "USD"),
                                                    OUTLOOK_NUMBER("total, discounted", "total_usd", "USD"),
                                                    OUTLOOK_NUMBER("book value", "book_usd", "USD")};

    outlook_table(c, "cost-years", "Cost year by year", columns, sizeof columns / sizeof *columns,
                  "SELECT design, year, capex_usd, energy_usd, space_usd, admin_usd, maintenance_usd, residual_usd, "
                  "total_usd, book_usd FROM cost_year JOIN point USING (point_id) WHERE point_id BETWEEN ?1 AND ?2 "
                  "ORDER BY point_id, year");
}

static void outlook_growth(struct ana_context *c)
{
    static const struct outlook_column columns[] = {
        OUTLOOK_TEXT("design", "design"),       OUTLOOK_NUMBER("year", "year", "1"),
        OUTLOOK_NUMBER("VMs", "vms", "1"),      OUTLOOK_NUMBER("servers", "servers", "1"),
        OUTLOOK_NUMBER("bought", "usd", "USD"), OUTLOOK_NUMBER("bought so far", "total_usd", "USD"),
        OUTLOOK_TEXT("what", "bought")};

    outlook_table(c, "growth", "What growth asks for, year by year", columns, sizeof columns / sizeof *columns,
                  "SELECT design, year, vms, servers, usd, total_usd, bought FROM growth JOIN point USING (point_id) "
                  "WHERE point_id BETWEEN ?1 AND ?2 ORDER BY point_id, year");
}

/* What is paid for what is delivered: goodput over all workloads that have one. */
static void outlook_delivered(struct ana_context *c)
{
    static const struct outlook_column columns[] = {
        OUTLOOK_TEXT("design", "design"), OUTLOOK_NUMBER("delivered", "goodput_bps", "bit/s"),
        OUTLOOK_NUMBER("total cost", "total_usd", "USD"), OUTLOOK_NUMBER("per Gb/s delivered", "per_gbps_usd", "USD"),
        OUTLOOK_NUMBER("per Gb/s installed", "per_installed_usd", "USD")};

    outlook_table(c, "cost-delivered", "Cost of a delivered Gb/s", columns, sizeof columns / sizeof *columns,
                  "SELECT design, goodput_bps, total_usd, per_gbps_usd, per_installed_usd FROM v_delivered "
                  "WHERE point_id BETWEEN ?1 AND ?2");
}

static void outlook_risk(struct ana_context *c)
{
    static const struct outlook_column columns[] = {
        OUTLOOK_TEXT("design", "design"),
        OUTLOOK_NUMBER("as planned", "planned", "USD"),
        OUTLOOK_NUMBER("mean", "mean", "USD"),
        OUTLOOK_NUMBER("5 %", "p05", "USD"),
        OUTLOOK_NUMBER("median", "p50", "USD"),
        OUTLOOK_NUMBER("95 %", "p95", "USD"),
        OUTLOOK_NUMBER("cheapest", "cheapest", "1"),
        OUTLOOK_NUMBER("cheapest that meets the levels", "cheapest_good", "1")};

    if (outlook_table(c, "cost-risk", "Total cost with uncertain prices, and how often each design is the cheapest",
                      columns, sizeof columns / sizeof *columns,
                      "SELECT design, planned, mean, p05, p50, p95, cheapest, cheapest_good FROM v_risk "
                      "WHERE point_id BETWEEN ?1 AND ?2"))
        ana_doc_text(c->doc, "All designs saw the same draws. The last column counts designs that meet every service "
                             "level; it is empty for the others.");
}

static void outlook_tornado_table(struct ana_context *c)
{
    static const struct outlook_column columns[] = {OUTLOOK_TEXT("uncertain", "name"),
                                                    OUTLOOK_NUMBER("10 %", "p10", "1"),
                                                    OUTLOOK_NUMBER("median", "p50", "1"),
                                                    OUTLOOK_NUMBER("90 %", "p90", "1"),
                                                    OUTLOOK_NUMBER("difference at 10 %", "low_usd", "USD"),
                                                    OUTLOOK_NUMBER("difference at 90 %", "high_usd", "USD")};

    outlook_table(c, "tornado", "The same in numbers", columns, sizeof columns / sizeof *columns,
                  "SELECT name, p10, p50, p90, low_usd, high_usd FROM tornado WHERE point_id BETWEEN ?1 AND ?2 "
                  "ORDER BY abs(high_usd - low_usd) DESC, name");
}

static void outlook_tornado(struct ana_context *c)
{
    sqlite3_stmt *s = outlook_query(
        c, "SELECT t.name, low_usd, high_usd, median_usd, p.design, a.design, count(*) OVER () FROM tornado AS t "
           "JOIN point AS p USING (point_id) JOIN point AS a ON a.point_id = against_id WHERE t.point_id BETWEEN "
           "?1 AND ?2 ORDER BY abs(high_usd - low_usd) DESC, t.name");
    struct ana_figure *f = NULL;
    const char **category = NULL;
    double *middle = NULL, *half = NULL;

    while (sqlite3_step(s) == SQLITE_ROW) {
        const double low = sqlite3_column_double(s, 1) / 1e3, high = sqlite3_column_double(s, 2) / 1e3;

        if (!f) {
            const size_t n = (size_t)sqlite3_column_int64(s, 6);

            f = ana_doc_figure(c->doc, ANA_FIGURE_DOTS, "tornado",
                               sim_arena_printf(c->arena, "What moves the difference: %s against %s",
                                                (const char *)sqlite3_column_text(s, 5),
                                                (const char *)sqlite3_column_text(s, 4)));
            f->desc =
                "A bar per uncertain setting, widest first: the difference in total cost with that setting at its "
                "10 % and 90 % quantile and all others at their median.";
            f->x_label = "difference in total cost [thousand USD]";
            f->y_label = "";
            f->zero_line = true;
            f->category = category = sim_arena_alloc(c->arena, n, sizeof *category);
            f->plot = sim_arena_alloc(c->arena, 1, sizeof *f->plot);
            middle = sim_arena_alloc(c->arena, n, sizeof *middle);
            half = sim_arena_alloc(c->arena, n, sizeof *half);
            f->plot[f->plots++] = (struct ana_plot){.name = "10 % to 90 %", .x = middle, .half = half};
            f->limit = sim_arena_alloc(c->arena, 1, sizeof *f->limit);
            f->limit[f->limits++] = (struct ana_limit){sqlite3_column_double(s, 3) / 1e3, NAN, "all at their median"};
        }
        category[f->categories] = sim_arena_text(c->arena, (const char *)sqlite3_column_text(s, 0));
        middle[f->categories] = (low + high) / 2;
        half[f->categories++] = fabs(high - low) / 2;
        f->plot[0].n = f->categories;
    }
    sqlite3_finalize(s);
    if (f)
        outlook_tornado_table(c);
}

static void outlook_breakeven_table(struct ana_context *c)
{
    static const struct outlook_column columns[] = {OUTLOOK_TEXT("over", "what"),
                                                    OUTLOOK_NUMBER("now", "now", "1"),
                                                    OUTLOOK_NUMBER("from", "low", "1"),
                                                    OUTLOOK_NUMBER("to", "high", "1"),
                                                    OUTLOOK_TEXT("cheapest below", "design_from"),
                                                    OUTLOOK_NUMBER("changes at", "x", "1"),
                                                    OUTLOOK_TEXT("cheapest from there on", "design_to")};

    outlook_table(c, "break-even", "Where the cheapest design changes; without a change the one that always is",
                  columns, sizeof columns / sizeof *columns,
                  "SELECT what, now, low, high, design_from, x, design_to FROM v_breakeven WHERE ?1 <= ?2");
}

/* One plot of the curve for each design of the combination. */
static void outlook_curve_plot(struct ana_context *c, struct ana_figure *f, int64_t curve, size_t point)
{
    sqlite3_stmt *s = outlook_query(
        c, "SELECT x, total_usd / CASE what WHEN 'servers' THEN 1000 * x ELSE 1000 END, count(*) OVER () FROM curve "
           "WHERE curve_id = ?1 AND point_id = ?2 ORDER BY x");
    struct ana_plot *p = &f->plot[f->plots];
    double *x, *y;

    sqlite3_bind_int64(s, 1, curve);
    sqlite3_bind_int64(s, 2, c->study->point[point].id);
    for (x = y = NULL; sqlite3_step(s) == SQLITE_ROW; p->n++) {
        if (!x) {
            x = sim_arena_alloc(c->arena, (size_t)sqlite3_column_int64(s, 2), sizeof *x);
            y = sim_arena_alloc(c->arena, (size_t)sqlite3_column_int64(s, 2), sizeof *y);
            *p = (struct ana_plot){.name = ana_point_name(c, point), .x = x, .y = y};
            f->plots++;
        }
        x[p->n] = outlook_real(s, 0);
        y[p->n] = outlook_real(s, 1);
    }
    sqlite3_finalize(s);
}

/* The curves over servers, over VMs per server, and over the price that turns the decision nearest to now. */
static void outlook_curves(struct ana_context *c)
{
    sqlite3_stmt *s = outlook_query(
        c, "SELECT curve_id, what, now FROM v_breakeven WHERE ?1 <= ?2 GROUP BY curve_id ORDER BY what <> 'servers', "
           "what <> 'VMs per server', min(abs(ln(max(x, 1e-9) / now))) IS NULL, min(abs(ln(max(x, 1e-9) / now)))");

    for (int i = 0; i < OUTLOOK_CURVES && sqlite3_step(s) == SQLITE_ROW; i++) {
        const char *what = sim_arena_text(c->arena, (const char *)sqlite3_column_text(s, 1));
        const bool servers = strcmp(what, "servers") == 0;
        struct ana_figure *f =
            ana_doc_figure(c->doc, ANA_FIGURE_LINES, sim_arena_printf(c->arena, "break-even-%d", i + 1),
                           sim_arena_printf(c->arena, "Total cost%s over %s", servers ? " per server" : "", what));

        f->desc = "A line per design: where two cross, the cheaper one changes.";
        f->x_label = what;
        f->log_x = f->log_y = servers;
        f->y_label = servers ? "total cost per server [thousand USD]" : "total cost [thousand USD]";
        f->plot = sim_arena_alloc(c->arena, c->combo->points, sizeof *f->plot);
        f->limit = sim_arena_alloc(c->arena, 1, sizeof *f->limit);
        f->limit[f->limits++] = (struct ana_limit){sqlite3_column_double(s, 2), NAN, "now"};
        for (size_t k = 0; k < c->combo->points; k++)
            outlook_curve_plot(c, f, sqlite3_column_int64(s, 0), c->combo->point[k]);
    }
    sqlite3_finalize(s);
}

static bool outlook_has(const struct ana_context *c, const char *sql)
{
    sqlite3_stmt *s = outlook_query(c, sql);
    const bool has = sqlite3_step(s) == SQLITE_ROW;

    sqlite3_finalize(s);
    return has;
}

void ana_section_outlook(struct ana_context *c)
{
    if (!c->planning || !c->combo ||
        !outlook_has(c, "SELECT 1 FROM cost_year WHERE point_id BETWEEN ?1 AND ?2 LIMIT 1"))
        return;
    ana_doc_section(c->doc, "outlook", "Cost over time and under uncertainty");
    outlook_risk(c);
    outlook_tornado(c);
    if (outlook_has(c, "SELECT 1 FROM curve WHERE ?1 <= ?2 LIMIT 1")) {
        outlook_curves(c);
        outlook_breakeven_table(c);
    }
    outlook_delivered(c);
    outlook_growth(c);
    outlook_years(c);
}
