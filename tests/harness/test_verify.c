/* verify, answers: calls that wrote nothing, wrote again, or wrote wrongly; what one process has checked serves others.
 */
#include "measure/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plan_fixture.h"

enum { ITEMS = 50, RECORD = 5000, WORKERS = 2 }; /* records of more bytes than are exchanged at once */

static size_t checks; /* of items, so far */

/* The value of an item in its first byte, the same in all the others. */
static bool check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const unsigned char *bytes = out, *in = argv[0];

    (void)run;
    checks++;
    if (in[0] != (unsigned char)index)
        return false;
    for (size_t i = 0; i < RECORD; i++)
        if (bytes[i] != (unsigned char)(index + 1))
            return false;
    return true;
}

static const struct workload bytes = {.check = check};

struct stage {
    struct workload_run run;
    unsigned char in[ITEMS], out[ITEMS * RECORD];
    void *columns[POOL_ARGS_MAX];
    struct verify verify;
    char why[WHY_SIZE];
};

static void open_stage(struct stage *s, struct verify_right *right)
{
    *s = (struct stage){.run = {.spec = {.count = ITEMS}, .task = {.nargs = 1, .arg_size = {1}, .out_size = RECORD}}};
    for (size_t i = 0; i < ITEMS; i++)
        s->in[i] = (unsigned char)i;
    s->columns[0] = s->in;
    assert_true(verify_open(&s->verify, &bytes, &s->run, WORKERS, right, s->columns, s->out, s->why));
    checks = 0;
}

static void compute(struct stage *s)
{
    for (size_t i = 0; i < ITEMS; i++)
        memset(s->out + i * RECORD, s->in[i] + 1, RECORD);
}

static bool call(struct stage *s)
{
    verify_begin(&s->verify);
    compute(s);
    return verify_end(&s->verify, s->why);
}

static void later_calls_are_compared(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, NULL);
    for (int i = 0; i < 10; i++)
        assert_true(call(&s));
    assert_int_equal(checks, ITEMS);
    for (size_t i = 0; i < ITEMS; i++) /* the items are where they were */
        assert_int_equal(s.in[i], i);
    verify_free(&s.verify);
}

static void every_byte_counts(void **state)
{
    (void)state;
    for (size_t at = 0; at < ITEMS * RECORD; at += 997) {
        struct stage s;
        char expected[WHY_SIZE];
        open_stage(&s, NULL);
        assert_true(call(&s));
        verify_begin(&s.verify);
        compute(&s);
        size_t item = at / RECORD;
        s.out[at] ^= 1;
        assert_false(verify_end(&s.verify, s.why));
        item += item == s.verify.moved ? 1 : item == s.verify.moved + 1 ? (size_t)-1 : 0;
        snprintf(expected, sizeof expected, "the result of item %zu of 50 is wrong", item);
        assert_string_equal(s.why, expected);
        verify_free(&s.verify);
    }
}

static void what_was_not_written_is_found(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, NULL);
    assert_true(call(&s));
    verify_begin(&s.verify);
    assert_false(verify_end(&s.verify, s.why));
    verify_free(&s.verify);
}

static void what_was_written_before_is_found(void **state)
{
    static unsigned char before[ITEMS * RECORD];
    struct stage s;

    (void)state;
    open_stage(&s, NULL);
    verify_begin(&s.verify);
    compute(&s);
    memcpy(before, s.out, sizeof before);
    assert_true(verify_end(&s.verify, s.why));
    verify_begin(&s.verify);
    memcpy(s.out, before, sizeof before);
    assert_false(verify_end(&s.verify, s.why));
    verify_free(&s.verify);
}

/* Right in more ways than one: checked one by one where it is not what it was. */
static bool check_loosely(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    (void)run;
    (void)argv;
    checks++;
    return ((const unsigned char *)out)[0] == (unsigned char)(index + 1);
}

static void results_need_not_be_the_same(void **state)
{
    const struct workload loose = {.check = check_loosely};
    struct stage s;

    (void)state;
    open_stage(&s, NULL);
    s.verify.workload = &loose;
    assert_true(call(&s));
    verify_begin(&s.verify);
    compute(&s);
    s.out[1] ^= 1;
    assert_true(verify_end(&s.verify, s.why));
    assert_int_equal(checks, 2 * ITEMS);
    verify_free(&s.verify);
}

static void what_a_process_has_checked_serves_the_next(void **state)
{
    struct verify_right *right = verify_right_new(ITEMS * RECORD, true);
    struct stage s;
    int status;

    (void)state;
    assert_non_null(right);
    for (size_t process = 0; process < 2; process++) {
        const pid_t pid = fork();
        if (pid == 0) {
            open_stage(&s, right);
            _exit(call(&s) && checks == (process == 0 ? ITEMS : 0) ? 0 : 1);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
    open_stage(&s, right); /* and is no licence */
    verify_begin(&s.verify);
    compute(&s);
    s.out[7 * RECORD] ^= 1;
    assert_false(verify_end(&s.verify, s.why));
    verify_free(&s.verify);
    verify_right_free(right);
}

static void answers_of_another_size_are_not_used(void **state)
{
    struct verify_right *right = verify_right_new(ITEMS * RECORD - 1, true);
    struct stage s;

    (void)state;
    open_stage(&s, right);
    assert_true(call(&s));
    assert_false(right->checked);
    verify_free(&s.verify);
    verify_right_free(right);
}

static void cells_with_the_same_items_share_answers(void **state)
{
    struct plan_request r = request();
    struct answers a;
    struct plan p;

    (void)state;
    make(&r, &p);
    assert_true(answers_open(&a, &p));
    for (size_t i = 0; i < p.cell_count; i++) {
        p.cells[i].count = 10 + p.cells[i].strategy; /* the others differ in their workers */
        assert_null(answers_of(&a, i));
        answers_tell(&a, i, 8);
    }
    for (size_t i = 0; i < p.cell_count; i++)
        for (size_t k = 0; k < p.cell_count; k++)
            assert_true((answers_of(&a, i) == answers_of(&a, k)) ==
                        (p.series[i] == p.series[k] && p.cells[i].count == p.cells[k].count));
    answers_close(&a);
    plan_free(&p);
}

/* What is too much is not kept; sessions manage without. */
static void answers_are_bounded(void **state)
{
    struct plan_request r = request();
    struct answers a;
    struct plan p;
    size_t kept = 0;

    (void)state;
    make(&r, &p);
    assert_true(answers_open(&a, &p));
    for (size_t i = 0; i < p.cell_count; i++) {
        p.cells[i].count = 1000 + i;
        answers_tell(&a, i, 100000);
        kept += answers_of(&a, i) != NULL;
    }
    assert_int_equal(kept, 1);
    answers_close(&a);
    plan_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_calls_are_compared),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(what_was_not_written_is_found),
        cmocka_unit_test(what_was_written_before_is_found),
        cmocka_unit_test(results_need_not_be_the_same),
        cmocka_unit_test(what_a_process_has_checked_serves_the_next),
        cmocka_unit_test(answers_of_another_size_are_not_used),
        cmocka_unit_test(cells_with_the_same_items_share_answers),
        cmocka_unit_test(answers_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
