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
        cmocka_unit_test(test_anonymous),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
