/* What machine.json is made with: programs that are asked, and facts that do not tell whose machine it was. */
#define _GNU_SOURCE
#include "machine/facts.h"
#include "machine/facts/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_program(void **state)
{
    char text[4], why[WHY_SIZE];

    (void)state;
    assert_true(program_output((const char *const[]){"echo", "abcdef", NULL}, 10000000000, text, sizeof text, why));
    assert_string_equal(text, "abc"); /* cut, not overrun */
    assert_false(program_output((const char *const[]){"false", NULL}, 10000000000, text, sizeof text, why));
    assert_false(program_output((const char *const[]){"no-such-program", NULL}, 10000000000, text, sizeof text, why));
    assert_non_null(strstr(why, "no-such-program"));
    assert_false(program_output((const char *const[]){"sleep", "1000", NULL}, 10000000, text, sizeof text, why));
    assert_non_null(strstr(why, "too long"));
}

static bool warned(const json_t *facts, const char *code)
{
    json_t *list = facts_warnings(facts), *warning;
    size_t i;
    bool found = false;

    assert_non_null(list);
    json_array_foreach(list, i, warning)
    {
        found = found || strcmp(json_string_value(json_object_get(warning, "code")), code) == 0;
        assert_true(strlen(json_string_value(json_object_get(warning, "text"))) > 10);
        assert_true(strlen(json_string_value(json_object_get(warning, "advice"))) > 10);
    }
    json_decref(list);
    return found;
}

/* Each warning comes with its fact and goes without it. */
static void test_warnings(void **state)
{
    static const struct {
        const char *code, *bad, *good;
    } cases[] = {
        {"governor", "{\"cpu\":{\"governors\":[\"performance\",\"powersave\"]}}",
         "{\"cpu\":{\"governors\":[\"performance\"]}}"},
        {"boost", "{\"cpu\":{\"boost\":true}}", "{\"cpu\":{\"boost\":false}}"},
        {"smt", "{\"topology\":{\"cores\":2,\"usable\":4}}", "{\"topology\":{\"cores\":2,\"usable\":2}}"},
        {"load", "{\"activity\":{\"load\":[1.5,0,0]}}", "{\"activity\":{\"load\":[0.1,2,2]}}"},
        {"steal", "{\"activity\":{\"steal_percent\":3.5}}", "{\"activity\":{\"steal_percent\":0.1}}"},
        {"quota", "{\"topology\":{\"quota\":3}}", "{\"topology\":{\"quota\":null}}"},
        {"throttled", "{\"cgroup\":{\"throttled_periods\":3}}", "{\"cgroup\":{\"throttled_periods\":0}}"},
        {"virtual_machine", "{\"virtual\":{\"machine\":true}}", "{\"virtual\":{\"machine\":false}}"},
        {"sanitizer", "{\"build\":{\"sanitize\":\"thread\"}}", "{\"build\":{\"sanitize\":\"\"}}"},
        {"debug_build", "{\"build\":{\"optimized\":false}}", "{\"build\":{\"optimized\":true}}"},
        {"dirty", "{\"source\":{\"dirty\":true}}", "{\"source\":{\"dirty\":null}}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *bad = json_loads(cases[i].bad, 0, NULL), *good = json_loads(cases[i].good, 0, NULL);
        assert_non_null(bad);
        assert_non_null(good);
        assert_true(warned(bad, cases[i].code));
        assert_false(warned(good, cases[i].code));
        json_decref(bad);
        json_decref(good);
    }
}

static void test_anonymous(void **state)
{
    static const char xml[] = "<info name=\"HostName\" value=\"tell-tale\"/>\n<object type=\"Core\"/>\n"
                              "<info name=\"DMIBoardVendor\" value=\"tell-tale\"/>\n";
    json_t *facts = json_pack("{s:s, s:s, s:s, s:s, s:{s:s}, s:[s], s:{s:s, s:i}, s:{}, s:s}", "hostname", "tell-tale",
                              "kernel", "Linux 6.1.0-tell-tale", "kernel_command_line", "root=tell-tale",
                              "kernel_version", "#1 tell-tale", "cgroup", "path", "tell-tale", "command", "tell-tale",
                              "topology", "xml", xml, "cores", 2, "why", "cpu_model", "a model");

    (void)state;
    assert_non_null(facts);
    facts_anonymize(facts);
    char *text = json_dumps(facts, 0);
    assert_null(strstr(text, "tell-tale"));
    assert_non_null(strstr(text, "Linux 6.1.0"));
    assert_non_null(strstr(text, "Core"));
    assert_non_null(strstr(text, "a model"));
    assert_non_null(strstr(text, "--anonymous"));
    free(text);
    json_decref(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_program),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_anonymous),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
