/* Taking a table apart: what is understood, and what is refused in one sentence that names the line. */
#include "saved/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A string that csv_parse may cut up. Owns: the caller. */
static char *copy(const char *text)
{
    char *out = strdup(text);
    assert_non_null(out);
    return out;
}

static void csv_takes_quotes_and_both_line_ends(void **state)
{
    char why[WHY_SIZE], *text = copy("a,\"b,\"\"c\"\"\",d\r\n1,,\"two\nlines\"\n\"\",x,\r\n");
    struct csv csv;

    (void)state;
    assert_true(csv_parse(text, strlen(text), &csv, why));
    assert_int_equal(csv.columns, 3);
    assert_int_equal(csv.rows, 3);
    assert_int_equal(csv_column(&csv, "b,\"c\""), 1);
    assert_true(csv_column(&csv, "b") == SIZE_MAX);
    assert_string_equal(csv_cell(&csv, 0, 2), "d");
    assert_string_equal(csv_cell(&csv, 1, 1), "");
    assert_string_equal(csv_cell(&csv, 1, 2), "two\nlines");
    assert_string_equal(csv_cell(&csv, 2, 0), "");
    assert_string_equal(csv_cell(&csv, 2, 1), "x");
    assert_string_equal(csv_cell(&csv, 2, 2), "");
    assert_int_equal(csv.line[1], 2);
    assert_int_equal(csv.line[2], 4);
    csv_free(&csv);
    free(text);
}

static void csv_refuses_what_is_no_table(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", "line 1 is missing"},
        {"a,b\n1,2", "line 2 has no end"},
        {"a,b\n1\n", "line 2 has fewer"},
        {"a,b\n1,2\n1,2,3\n", "line 3 has more"},
        {"a,b\n\"1,2\n", "line 2 opens a quote"},
        {"a,b\n\"1\"x,2\n", "line 2 has text behind"},
        {"a,b\n1,2\r3\n", "stray control"},
        {"a,b\n\n", "line 2 has fewer"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char why[WHY_SIZE] = "", *text = copy(cases[i].text);
        struct csv csv;
        assert_false(csv_parse(text, strlen(text), &csv, why));
        assert_non_null(strstr(why, cases[i].expected));
        free(text);
    }
}

static void csv_refuses_nul_bytes_and_endless_headers(void **state)
{
    char why[WHY_SIZE], nul[] = "a,b\n1,\0\n", wide[2 * CSV_COLUMNS_MAX + 4];
    struct csv csv;

    (void)state;
    assert_false(csv_parse(nul, sizeof(nul) - 1, &csv, why));
    assert_non_null(strstr(why, "NUL"));
    memset(wide, ',', sizeof(wide));
    wide[sizeof(wide) - 2] = '\n';
    wide[sizeof(wide) - 1] = '\0';
    assert_false(csv_parse(wide, sizeof(wide) - 1, &csv, why));
    assert_non_null(strstr(why, "too many columns"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_takes_quotes_and_both_line_ends),
        cmocka_unit_test(csv_refuses_what_is_no_table),
        cmocka_unit_test(csv_refuses_nul_bytes_and_endless_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
