/* Numbers with units, as people and typing errors write them; and back again. */
#include "command/nearest.h"
#include "command/units.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *text;
    uint64_t value;
};

static void test_durations(void **state)
{
    static const struct example good[] = {
        {"0", 0},
        {"0ns", 0},
        {"0s", 0},
        {"1ns", 1},
        {"50us", 50000},
        {"1.5ms", 1500000},
        {"0.001us", 1},
        {"3s", 3000000000},
        {"2min", 120000000000},
        {"0.5min", 30000000000},
        {"1.000000000000s", 1000000000},
        {"18446744073709551615ns", UINT64_MAX},
        {"18446744073s", 18446744073000000000u},
    };
    static const char *const bad[] = {
        "",
        "5",
        "-1",
        "-1us",
        "+1us",
        " 5us",
        "5us ",
        "5 us",
        "1e9s",
        "1e3",
        "us",
        "nan",
        "inf",
        "0x10us",
        ".5us",
        "5.us",
        "5.",
        "5.us",
        "1,5us",
        "5Us",
        "5sec",
        "5m",
        "5µs",
        "1.5ns",
        "0.0001us",
        "1..5us",
        "18446744073709551616ns",
        "184467440737095516160ns",
        "18446744074s",
        "99999999999999999999999999999999999s",
        "1.00000000000000000000000000000000001s",
    };
    uint64_t ns;
    char why[WHY_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!units_parse_duration_ns(good[i].text, &ns, why))
            fail_msg("%s", why);
        assert_true(ns == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (units_parse_duration_ns(bad[i], &ns, why))
            fail_msg("'%s' was taken", bad[i]);
        assert_memory_equal(why + 1, bad[i], strlen(bad[i]));
    }
}

static void test_sizes(void **state)
{
    static const struct example good[] = {
        {"0", 0},         {"64B", 64},       {"1KiB", 1024},
        {"1.5KiB", 1536}, {"4MiB", 4194304}, {"2GiB", UINT64_C(2147483648)},
        {"1kB", 1000},    {"3MB", 3000000},  {"1GB", 1000000000},
        {"0.5KiB", 512},
    };
    static const char *const bad[] = {
        "",   "64", "-1B", "1K", "1k", "1M", "1KB", "1kib", "0.1KiB", "1.5B", "1e3B", "17179869184GiB", "9000000000GiB",
        " 1B"};
    size_t bytes;
    char why[WHY_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!units_parse_bytes(good[i].text, &bytes, why))
            fail_msg("%s", why);
        assert_true(bytes == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (units_parse_bytes(bad[i], &bytes, why))
            fail_msg("'%s' was taken", bad[i]);
}

static void test_counts(void **state)
{
    static const char *const bad[] = {"",
                                      "-1",
                                      "+1",
                                      " 5",
                                      "5 ",
                                      "5x",
                                      "1e3",
                                      "1.0",
                                      "0x5",
                                      "nan",
                                      "0",
                                      "101",
                                      "1_000",
                                      "18446744073709551617",
                                      "99999999999999999999999999999"};
    uint64_t count;
    char why[WHY_SIZE];

    (void)state;
    assert_true(units_parse_count("100", 1, 100, &count, why) && count == 100);
    assert_true(units_parse_count("007", 1, 100, &count, why) && count == 7);
    assert_true(units_parse_count("18446744073709551615", 0, UINT64_MAX, &count, why) && count == UINT64_MAX);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (units_parse_count(bad[i], 1, 100, &count, why))
            fail_msg("'%s' was taken", bad[i]);
    assert_string_equal(why, "'99999999999999999999999999999' is not a whole number from 1 to 100");
}

static void test_lists(void **state)
{
    static const char *const bad[] = {"", ",", "1,", ",1", "1,,2", "1;2", "1, 2", "1,0", "1,x"};
    uint64_t *list = NULL;
    size_t length = 9;
    char why[WHY_SIZE];

    (void)state;
    assert_true(units_parse_counts("1,2,8", 1, 10, &list, &length, why));
    assert_int_equal(length, 3);
    assert_true(list[0] == 1 && list[1] == 2 && list[2] == 8);
    free(list);
    assert_true(units_parse_durations_ns("0,1us,2ms", &list, &length, why));
    assert_true(length == 3 && list[0] == 0 && list[1] == 1000 && list[2] == 2000000);
    free(list);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (units_parse_counts(bad[i], 1, 10, &list, &length, why))
            fail_msg("'%s' was taken", bad[i]);
}

static void test_formats(void **state)
{
    static const struct {
        const char *(*format)(double, char *, size_t);
        double value;
        const char *text;
    } known[] = {
        {units_format_ns, 0, "0 ns"},
        {units_format_ns, 163.2, "163 ns"},
        {units_format_ns, 52800, "52.8 us"},
        {units_format_ns, 1.6, "1.60 ns"},
        {units_format_ns, 0.04, "0.040 ns"},
        {units_format_ns, 999.4, "999 ns"},
        {units_format_ns, 999.6, "1.00 us"},
        {units_format_ns, 9.996, "10.0 ns"},
        {units_format_ns, 99.96, "100 ns"},
        {units_format_ns, 3e9, "3.00 s"},
        {units_format_ns, 5e12, "5000 s"},
        {units_format_ns, -1500, "-1.50 us"},
        {units_format_ns, NAN, "n/a"},
        {units_format_ns, INFINITY, "n/a"},
        {units_format_bytes, 64, "64 B"},
        {units_format_bytes, 1536, "1.50 KiB"},
        {units_format_bytes, 0, "0 B"},
        {units_format_bytes, 2.5, "2.50 B"},
        {units_format_bytes, 4194304, "4.00 MiB"},
        {units_format_rate, 1.25e9, "1.25 G/s"},
        {units_format_rate, 12, "12.0 /s"},
    };
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_string_equal(known[i].format(known[i].value, text, sizeof text), known[i].text);
}

static const char *nearest_of(const char *typed)
{
    static const char *const names[] = {"list", "machine",       "conform",      "bench",
                                        "plot", "pthread_queue", "pthread_steal"};
    struct nearest n = {.typed = typed};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_try(&n, names[i]);
    return nearest_name(&n);
}

static void test_nearest(void **state)
{
    static const char *const known[][2] = {
        {"lsit", "list"},
        {"mahcine", "machine"},
        {"benhc", "bench"},
        {"BENCH", "bench"},
        {"conf", "conform"},
        {"plott", "plot"},
        {"pthread_que", "pthread_queue"},
        {"ptread_steel", "pthread_steal"},
        {"b", "bench"},
        {"pthread_stael", "pthread_steal"},
    };
    static const char *const far[] = {"", "x", "xyzzy", "completely_different_and_long", "zz"};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *name = nearest_of(known[i][0]);
        if (!name)
            fail_msg("nothing is near '%s'", known[i][0]);
        assert_string_equal(name, known[i][1]);
    }
    for (size_t i = 0; i < sizeof far / sizeof *far; i++)
        assert_null(nearest_of(far[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations), cmocka_unit_test(test_sizes),   cmocka_unit_test(test_counts),
        cmocka_unit_test(test_lists),     cmocka_unit_test(test_formats), cmocka_unit_test(test_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
