/* Every clause has a case and every case a clause, under the names that others rely on; and what globs match. */
#define _GNU_SOURCE
#include "conform/clauses.h"

#include "conform/conform.h"
#include "conform/matrix.h"
#include "strategy.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static size_t count_cases_of(const struct clause *clause)
{
    size_t count = 0;

    for (size_t i = 0; i < conform_case_count; i++)
        count += conform_cases[i].clause == clause;
    return count;
}

static void test_every_clause_has_a_case(void **state)
{
    (void)state;
    assert_true(clause_count >= 47);
    for (size_t i = 0; i < clause_count; i++)
        if (count_cases_of(&clauses[i]) == 0)
            fail_msg("clause %s has no case", clauses[i].id);
}

static void test_every_case_is_named_for_its_clause(void **state)
{
    (void)state;
    for (size_t i = 0; i < conform_case_count; i++) {
        const struct conform_case *c = &conform_cases[i];
        const size_t length = strlen(c->clause->id);
        assert_memory_equal(c->name, c->clause->id, length);
        assert_int_equal(c->name[length], '_');
        assert_ptr_equal(clause_find(c->name), c->clause);
        assert_non_null(c->run);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(c->name, conform_cases[k].name);
    }
}

static void test_clauses_are_well_formed(void **state)
{
    static const char *const rooms[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K",
                                        "L", "M", "N", "O", "P", "U", "W", "X", "Y", "Z"};

    (void)state;
    for (size_t i = 0; i < clause_count; i++) {
        assert_true(isupper((unsigned char)clauses[i].id[0]) && isdigit((unsigned char)clauses[i].id[1]));
        assert_true(strlen(clauses[i].promise) > 10);
        assert_int_equal(clauses[i].level == CLAUSE_CAPABILITY, clauses[i].capability != 0);
        assert_ptr_equal(clause_find(clauses[i].id), &clauses[i]);
    }
    for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
        size_t count = 0;
        for (size_t i = 0; i < clause_count; i++)
            count += clauses[i].id[0] == rooms[r][0];
        assert_true(count > 0);
    }
    assert_null(clause_find("A99"));
    assert_null(clause_find(""));
}

static void test_globs(void **state)
{
    (void)state;
    assert_true(clause_glob_matches(NULL, "B1_results"));
    assert_true(clause_glob_matches("B1", "B1_results"));
    assert_true(clause_glob_matches("B*", "B1_results"));
    assert_true(clause_glob_matches("A*,B1_*", "B1_results"));
    assert_true(clause_glob_matches("J1", "J1_code"));
    assert_false(clause_glob_matches("J1", "J10_fail"));
    assert_false(clause_glob_matches("B", "B1_results"));
    assert_false(clause_glob_matches("", "B1_results"));
    assert_false(clause_glob_matches(",", "B1_results"));
    assert_true(clause_glob_matches("Y1_matrix/w=3/*", "Y1_matrix/w=3/n=13/chunk=2"));
    assert_false(clause_glob_matches("Y1_matrix/w=3/*", "Y1_matrix/w=2/n=13/chunk=2"));
}

static bool has_row(const struct matrix_row *rows, size_t count, size_t workers, size_t items)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].workers == workers && rows[i].count == items)
            return true;
    return false;
}

static void test_matrix_has_every_size_and_count(void **state)
{
    const struct pool_ops wide = {.workers_max = 4096}, narrow = {.workers_max = 1};
    struct subject s = {.ops = &wide, .cpus = 5};
    struct matrix_row rows[MATRIX_ROWS_MAX];
    const size_t workers[] = {1, 2, 3, 5, 20};

    (void)state;
    const size_t count = matrix_list_rows(&s, rows);
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        const size_t w = workers[i], counts[] = {0, 1, w - 1, w, w + 1, 4 * w + 1, 1009, 100000};
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            assert_true(has_row(rows, count, w, counts[k]));
    }
    for (size_t i = 0; i < count; i++)
        assert_false(has_row(rows, i, rows[i].workers, rows[i].count));
    assert_true(matrix_row_matches(&s, &rows[0], "Y1_matrix/w=1/n=0/chunk=auto"));
    assert_false(matrix_row_matches(&s, &rows[0], "Y1_matrix/w=1/n=1/*"));
    s.ops = &narrow;
    assert_int_equal(matrix_list_rows(&s, rows), 6); /* 0 1 2 5 1009 100000 on one worker */
}

static void test_correct_strategies_are_proven(void **state)
{
    struct chosen_strategy chosen = {0};
    char why[WHY_SIZE] = "";

    (void)state;
    for (size_t i = 0; pool_strategies[i]; i++) {
        chosen.ops = pool_strategies[i];
        if (!chosen.ops->absent && !conform_prove(&chosen, why))
            fail_msg("%s: %s", chosen.ops->name, why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_clause_has_a_case),
        cmocka_unit_test(test_every_case_is_named_for_its_clause),
        cmocka_unit_test(test_clauses_are_well_formed),
        cmocka_unit_test(test_globs),
        cmocka_unit_test(test_matrix_has_every_size_and_count),
        cmocka_unit_test(test_correct_strategies_are_proven),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
