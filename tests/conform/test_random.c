/* Random sequences: their text, how they shrink, and that they find pools that cheat. */
#define _GNU_SOURCE
#include "conform/random/sequence.h"
#include "conform/random/shrink.h"

#include "strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { LENGTH = 400, SMALL = 6, RARE_SMALL = 12 };

static const struct sequence_limits limits = {
    .workers_max = 16, .cpus = 2, .capabilities = POOL_CAP_PROCS | POOL_CAP_OVERLAP};

static void test_text_repeats_the_commands(void **state)
{
    struct sequence_command made[LENGTH], *read;
    char why[WHY_SIZE];
    size_t count;

    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        sequence_generate(&limits, seed, made, LENGTH);
        char *text = sequence_write(made, LENGTH);
        assert_non_null(text);
        assert_true(sequence_read(text, &read, &count, why));
        assert_int_equal(count, LENGTH);
        char *again = sequence_write(read, count);
        assert_string_equal(again, text);
        assert_memory_equal(read, made, sizeof made);
        free(again);
        free(read);
        free(text);
    }
}

static void test_bad_text_is_refused(void **state)
{
    static const char *const bad[] = {
        "",    ",", "c,", "e", "c-1", "c1/", "c1//2", "c1/2/3/4/5/6", "c1@", "c1@2", "c 1", "c99999999999999999999",
        "c1x", "mc"};
    struct sequence_command *commands;
    char why[WHY_SIZE];
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (sequence_read(bad[i], &commands, &count, why))
            fail_msg("'%s' was read as %zu commands", bad[i], count);
}

static void test_a_seed_says_it_all(void **state)
{
    struct sequence_command one[LENGTH], same[LENGTH], other[LENGTH];

    (void)state;
    sequence_generate(&limits, 7, one, LENGTH);
    sequence_generate(&limits, 7, same, LENGTH);
    sequence_generate(&limits, 8, other, LENGTH);
    assert_memory_equal(one, same, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
}

/* Every verb turns up, so that none is tested in name only. */
static void test_every_verb_turns_up(void **state)
{
    struct sequence_command made[LENGTH];
    size_t seen[128] = {0};

    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        sequence_generate(&limits, seed, made, LENGTH);
        for (size_t i = 0; i < LENGTH; i++)
            seen[(unsigned char)made[i].verb]++;
    }
    for (const char *verb = "cmsaMSAgwfoyYinxpqkKzrCTJDFbI"; *verb; verb++)
        if (seen[(unsigned char)*verb] < 10)
            fail_msg("'%c' was made %zu times in 8000 commands", *verb, seen[(unsigned char)*verb]);
}

/* Fails when a kill comes after a map of at least five items. */
static bool kill_after_map(void *arg, const struct sequence_command *commands, size_t count)
{
    bool mapped = false;

    ++*(size_t *)arg;
    for (size_t i = 0; i < count; i++) {
        if (commands[i].verb == VERB_KILL_BUSY && mapped)
            return true;
        mapped |= commands[i].verb == VERB_MAP && commands[i].arg[0] >= 5;
    }
    return false;
}

static void test_a_failure_shrinks_to_its_cause(void **state)
{
    struct sequence_command commands[LENGTH];
    size_t asked, found = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        sequence_generate(&limits, seed, commands, LENGTH);
        asked = 0;
        if (!kill_after_map(&asked, commands, LENGTH))
            continue;
        found++;
        assert_int_equal(shrink_sequence(commands, LENGTH, kill_after_map, &asked, 2000), 2);
        char *text = sequence_write(commands, 2);
        assert_string_equal(text, "m5,k");
        free(text);
        assert_in_range(asked, 2, 2000);
    }
    assert_in_range(found, 40, 50);
}

static void test_shrinking_is_bounded(void **state)
{
    struct sequence_command commands[LENGTH];
    size_t asked = 0;

    (void)state;
    sequence_generate(&limits, 3, commands, LENGTH);
    shrink_sequence(commands, LENGTH, kill_after_map, &asked, 7);
    assert_int_equal(asked, 7);
}

static char output[1 << 16];

/* The program's exit code for these arguments; what it writes is in `output`. */
static int run(const char *arguments)
{
    char command[4096];

    snprintf(command, sizeof command, "%s conform --plugin %s --plugin %s %s 2>&1", POOLBENCH, CHEATS, RARE, arguments);
    FILE *pipe = popen(command, "re");
    assert_non_null(pipe);
    output[fread(output, 1, sizeof output - 1, pipe)] = '\0';
    const int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* It is found, the message says what is wrong, and the line that is printed - at most SMALL commands - repeats it. */
static void expect_found(const char *cheat, double factor, const char *message)
{
    char arguments[4096];
    unsigned commands = 0;

    snprintf(arguments, sizeof arguments, "-s %s --random 20000 --timeout-factor %g", cheat, factor);
    if (run(arguments) != 1 || !strstr(output, message))
        fail_msg("%s: '%s' is not in\n%s", cheat, message, output);
    const char *with = strstr(output, " runs with ");
    const char *line = strstr(output, "poolbench conform ");
    assert_non_null(line);
    assert_int_equal(sscanf(with, " runs with %u commands", &commands), 1);
    if (commands < 1 || commands > (strncmp(cheat, "rare", 4) ? SMALL : RARE_SMALL))
        fail_msg("%s: %u commands are left:\n%s", cheat, commands, output);
    line = strstr(line, " -s ");
    snprintf(arguments, sizeof arguments, "%.*s --repeat 20 --timeout-factor %g", (int)strcspn(line, "\n"), line,
             factor);
    if (run(arguments) != 1 || !strstr(output, message))
        fail_msg("%s does not repeat it:\n%s", arguments, output);
}

static void test_cheats_are_found_and_their_line_repeats_it(void **state)
{
    static const char *const cheats[] = {"cheat_zeros", "cheat_nothing", "cheat_crash", "cheat_leave"};

    (void)state;
    for (size_t i = 0; i < sizeof cheats / sizeof *cheats; i++)
        expect_found(cheats[i], 1, ": FAIL ");
    expect_found("cheat_hang", 0.5, "hung");
}

/* These go right nearly always: only few sequences show what is wrong. */
static void test_rare_cheats_are_found_too(void **state)
{
    (void)state;
    expect_found("rare_tail", 1, ": FAIL ");  /* of 1009 items in chunks */
    expect_found("rare_again", 1, ": FAIL "); /* after an item that failed */
    expect_found("rare_worn", 1, ": FAIL ");  /* from the fourth batch of a pool */
    expect_found("rare_error", 1, ": FAIL "); /* the first of 13 items or more fails */
}

static void test_good_strategies_pass(void **state)
{
    (void)state;
    for (size_t i = 0; pool_strategies[i]; i++) {
        char arguments[128];
        snprintf(arguments, sizeof arguments, "-s %s --random 500 --seed 99", pool_strategies[i]->name);
        if (!pool_strategies[i]->absent && (run(arguments) != 0 || !strstr(output, ": PASS 5")))
            fail_msg("%s", output);
    }
}

static void test_usage(void **state)
{
    (void)state;
    assert_int_equal(run("--random 0"), 2);
    assert_int_equal(run("--random x"), 2);
    assert_int_equal(run("--replay nonsense -s serial"), 2);
    assert_non_null(strstr(output, "'nonsense' is no command"));
    assert_int_equal(run("--random 5 --clause B1 -s serial"), 2);
    assert_int_equal(run("--random 5 --format tap -s serial"), 2);
    assert_int_equal(run("--replay c,m7,J -s serial"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_repeats_the_commands),
        cmocka_unit_test(test_bad_text_is_refused),
        cmocka_unit_test(test_a_seed_says_it_all),
        cmocka_unit_test(test_every_verb_turns_up),
        cmocka_unit_test(test_a_failure_shrinks_to_its_cause),
        cmocka_unit_test(test_shrinking_is_bounded),
        cmocka_unit_test(test_cheats_are_found_and_their_line_repeats_it),
        cmocka_unit_test(test_rare_cheats_are_found_too),
        cmocka_unit_test(test_good_strategies_pass),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
