/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_ana_html.c - the page is well-formed, needs nothing else, and names are data, never markup.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/unit/ana_fixture.h"

enum { DEPTH = 64, NAME = 32, IDS = 4096 };

struct page { /* a checker of tags, after XML's rules: every element is closed, in order */
    char open[DEPTH][NAME];
    size_t depth, elements;
    char *id[IDS];
    size_t ids;
};

/* The end of a tag: '>' outside quotes. */
static const char *tag_end(const char *p)
{
    for (char quote = 0; *p && (quote || *p != '>'); p++) {
        if (quote)
            quote = *p == quote ? 0 : quote;
        else if (*p == '"' || *p == '\'')
            quote = *p;
    }
    cr_assert_eq(*p, '>', "a tag is not closed");
    return p;
}

static void attribute(struct page *page, const char *name, const char *value)
{
    if (strcmp(name, "id") == 0) {
        for (size_t i = 0; i < page->ids; i++)
            cr_assert_str_neq(page->id[i], value, "id %s twice", value);
        cr_assert_lt(page->ids, IDS);
        page->id[page->ids++] = strdup(value);
    }
    cr_assert_str_neq(name, "src", "something is loaded: %s", value);
    if (strcmp(name, "href") == 0 || strcmp(name, "xlink:href") == 0)
        cr_assert_null(strchr(value, ':'), "a link leaves the report: %s", value);
    cr_assert_null(strchr(value, '<'), "%s=%s", name, value);
}

static void attributes(struct page *page, const char *p, const char *end)
{
    char name[64], value[16384];
    int used;

    while (p < end) {
        char quote[2];

        p += strspn(p, " \n\t/");
        if (p >= end)
            break;
        cr_assert_geq(sscanf(p, "%63[^= \n>] = %1[\"']%n", name, quote, &used), 2, "attribute without value: %.60s", p);
        p += used;
        used = (int)strcspn(p, quote);
        snprintf(value, sizeof value, "%.*s", used, p);
        attribute(page, name, value);
        p += used + 1;
    }
}

static const char *element(struct page *page, const char *p)
{
    const char *end = tag_end(p);
    const size_t length = strcspn(p + 1, " \n\t/>");
    char name[NAME];

    cr_assert_lt(length, NAME);
    snprintf(name, sizeof name, "%.*s", (int)length, p + 1);
    attributes(page, p + 1 + length, end);
    page->elements++;
    if (end[-1] == '/')
        return end + 1;
    cr_assert_lt(page->depth, DEPTH);
    strcpy(page->open[page->depth++], name);
    if (strcmp(name, "style") != 0 && strcmp(name, "script") != 0)
        return end + 1;
    end = strstr(end, strcmp(name, "style") == 0 ? "</style>" : "</script>");
    cr_assert_not_null(end);
    return end;
}

static void check_page(struct page *page, const char *html)
{
    const char *p = html;

    cr_assert_eq(strncmp(p, "<!DOCTYPE html>", 15), 0);
    for (p = strchr(p + 15, '<'); p; p = strchr(p, '<')) {
        if (strncmp(p, "<!--", 4) == 0) {
            p = strstr(p, "-->") + 3;
        } else if (p[1] == '/') {
            cr_assert_gt(page->depth, 0);
            const char *name = page->open[--page->depth];

            cr_assert_eq(strncmp(p + 2, name, strlen(name)), 0, "<%s> is closed by %.20s", name, p);
            cr_assert_eq(p[2 + strlen(name)], '>');
            p += 3;
        } else {
            p = element(page, p);
        }
    }
    cr_assert_eq(page->depth, 0, "<%s> is never closed", page->open[page->depth ? page->depth - 1 : 0]);
}

static void page_fini(struct page *page)
{
    for (size_t i = 0; i < page->ids; i++)
        free(page->id[i]);
}

Test(test_ana_html, well_formed_and_self_contained)
{
    const struct ana_fixture_design designs[] = {{"a<b>&\"c'", 1000, {6, 7, 8}, {120, 120, 120}, {NULL}, NULL},
                                                 {"two", 620, {20, 21, 22}, {50, 51, 52}, {NULL, "failed", NULL}, NULL},
                                                 {"three", 620, {0}, {0}, {NULL}, "no </section> \"fits\" & more"}};
    struct ana_fixture f;
    struct page page = {.depth = 0};
    char *html, *markdown, *csv;

    ana_fixture_begin(
        &f, designs, 3,
        "INSERT INTO warning VALUES (1, 1, '<script>alert(1)</script>');"
        "UPDATE study SET scenario = 'a: </pre><b>';"
        "UPDATE entity SET path = 'db/<x>&''y' WHERE kind = 'link' AND point_id = 1;"
        "INSERT INTO plan VALUES (1, 1, 'h'), (2, 1, 'h');"
        "INSERT INTO rack VALUES (1, 0, 'r<1>&', 4, 5000);"
        "INSERT INTO device VALUES (1, 0, 's<0>&\"\\N', 'server', 'i<t>', 0, 1, 1, 100), "
        "(1, 1, 'e''\"0', 'edge', 'sw', 0, 4, 1, 50);"
        "INSERT INTO cable VALUES (1, 0, 's<0>/<p>', 0, '<p>', 1, '\"p1', 'gbe', 1e9, 3, 'c<a>', 'server', "
        "'l<n>', 'a&b');"
        "INSERT INTO port VALUES (1, 0, 1, '<p>', 'adapter', 'gbe', 0), (1, 1, 1, '\"p1', 'down&link', 'gbe', "
        "0), (1, 1, 2, 'p2', 'down&link', 'gbe', NULL)");
    cr_assert_eq(ana_fixture_report(&f), 0);
    html = ana_fixture_read(&f, "index.html");
    check_page(&page, html);
    cr_expect_gt(page.elements, 300);
    cr_expect_null(strstr(html, "a<b>"));
    cr_expect_null(strstr(html, "<script>alert"));
    cr_expect_not_null(strstr(html, "<figure id=\"figure-topology-1\">"));
    cr_expect_not_null(strstr(html, "<figure id=\"figure-cabling-2\">"));
    cr_expect_not_null(strstr(html, "<figure id=\"figure-racks-1\">"));
    cr_expect_null(strstr(html, "There is nothing to draw"));
    cr_expect_not_null(strstr(html, "<title>a&lt;b&gt;&amp;&quot;c&#39; is the only design"));
    cr_expect_not_null(strstr(html, "a: &lt;/pre&gt;&lt;b&gt;"));
    cr_expect_not_null(strstr(html, "1 of 3 runs failed"));
    markdown = ana_fixture_read(&f, "report.md");
    cr_expect_not_null(strstr(markdown, "# a\\<b\\>\\&\"c' is the only design"));
    csv = ana_fixture_read(&f, "runs.csv");
    cr_expect_not_null(strstr(csv, "\"a<b>&\"\"c'\",1,ok,"), "%s", csv);
    free(html);
    free(markdown);
    free(csv);
    page_fini(&page);
    ana_fixture_end(&f);
}

/* The checker sees elements and ids, also behind a sign in quotes. */
Test(test_ana_html, checker_counts)
{
    struct page page = {.depth = 0};

    check_page(&page, "<!DOCTYPE html>\n<p id=\"a\"><b title='x > y'>t</b><br/></p>");
    cr_assert_eq(page.elements, 3);
    cr_assert_eq(page.ids, 1);
    page_fini(&page);
}
