/* What in the facts spoils numbers. */
#include "../facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOAD_MAX 0.5
#define STEAL_PERCENT_MAX 1.0

__attribute__((format(printf, 4, 5))) static void warn(json_t *list, const char *code, const char *advice,
                                                       const char *text, ...)
{
    char sentence[512];
    va_list values;

    va_start(values, text);
    vsnprintf(sentence, sizeof sentence, text, values);
    va_end(values);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "code", code, "text", sentence, "advice", advice));
}

/* The value at part.key, or part's own where key is NULL; NULL where it is missing. */
static const json_t *at(const json_t *facts, const char *part, const char *key)
{
    const json_t *value = json_object_get(facts, part);

    return key ? json_object_get(value, key) : value;
}

static void warn_frequency(const json_t *facts, json_t *list)
{
    size_t i;
    json_t *governor;

    json_array_foreach(at(facts, "cpu", "governors"), i, governor)
    {
        const char *name = json_string_value(governor);
        if (name && strcmp(name, "performance") != 0)
            warn(list, "governor", "run `cpupower frequency-set -g performance`",
                 "the frequency governor \"%s\" lets the clock follow the load", name);
    }
    if (json_is_true(at(facts, "cpu", "boost")))
        warn(list, "boost", "write 1 to intel_pstate/no_turbo, or 0 to cpufreq/boost, under /sys/devices/system/cpu",
             "turbo is on: one busy core runs faster than many, which looks like poor scaling");
}

static void warn_sharing(const json_t *facts, json_t *list)
{
    const json_int_t cores = json_integer_value(at(facts, "topology", "cores"));
    const json_int_t usable = json_integer_value(at(facts, "topology", "usable"));
    const double load = json_number_value(json_array_get(at(facts, "activity", "load"), 0));
    const double steal = json_number_value(at(facts, "activity", "steal_percent"));

    if (usable > cores)
        warn(list, "smt", "compare worker counts up to the number of cores, or switch SMT off",
             "above %" JSON_INTEGER_FORMAT " workers, two share a core", cores);
    if (load > LOAD_MAX)
        warn(list, "load", "stop what else runs, wait a minute, and start again",
             "the load average is %.2f: other programs are running", load);
    if (steal > STEAL_PERCENT_MAX)
        warn(list, "steal", "use a machine with CPUs of its own",
             "the hypervisor has given %.1f %% of this machine's time to others", steal);
}

static void warn_limits(const json_t *facts, json_t *list)
{
    const json_int_t throttled = json_integer_value(at(facts, "cgroup", "throttled_periods"));
    const json_t *quota = at(facts, "topology", "quota");

    if (json_is_integer(quota))
        warn(list, "quota", "run outside the container, or with a cpuset instead of a quota",
             "the control group's quota stops all workers together when its %" JSON_INTEGER_FORMAT " CPUs are used up",
             json_integer_value(quota));
    if (throttled > 0)
        warn(list, "throttled", "raise or remove the quota in cpu.max",
             "the control group has been throttled in %" JSON_INTEGER_FORMAT " periods", throttled);
}

static void warn_virtual(const json_t *facts, json_t *list)
{
    if (json_is_true(at(facts, "virtual", "machine")))
        warn(list, "virtual_machine", "repeat on bare metal what you publish, or say that it was virtual",
             "this is a virtual machine: waking a sleeping CPU costs tens of microseconds more, and its host may be "
             "busy");
}

static void warn_build(const json_t *facts, json_t *list)
{
    const char *sanitize = json_string_value(at(facts, "build", "sanitize"));

    if (sanitize && *sanitize)
        warn(list, "sanitizer", "build with `cmake --preset release`", "this build has the sanitizers %s", sanitize);
    if (json_is_false(at(facts, "build", "optimized")))
        warn(list, "debug_build", "build with `cmake --preset release`", "this build is not optimized");
    if (json_is_true(at(facts, "source", "dirty")))
        warn(list, "dirty", "commit first what you publish", "the source tree has changes that no commit names");
}

json_t *facts_warnings(const json_t *facts)
{
    json_t *list = json_array();

    if (!list)
        return NULL;
    warn_frequency(facts, list);
    warn_sharing(facts, list);
    warn_limits(facts, list);
    warn_virtual(facts, list);
    warn_build(facts, list);
    return list;
}
