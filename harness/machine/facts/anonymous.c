/* Leaving out of the facts whose machine it was. */
#define _GNU_SOURCE
#include "../facts.h"

#include <stdlib.h>
#include <string.h>

static const char reason[] = "left out: --anonymous";

static void leave_out(json_t *facts, json_t *why, const char *key)
{
    json_object_set_new(facts, key, json_null());
    json_object_set_new(why, key, json_string(reason));
}

/* hwloc's XML has the same names in <info> elements, one a line. */
static bool names_the_machine(const char *line, size_t length)
{
    static const char *const names[] = {"HostName", "OSRelease", "OSVersion", "LinuxCgroup", "\"DMI"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (memmem(line, length, "<info", 5) && memmem(line, length, names[i], strlen(names[i])))
            return true;
    return false;
}

static void clean_xml(json_t *topology)
{
    const char *xml = json_string_value(json_object_get(topology, "xml"));
    char *kept = xml ? calloc(strlen(xml) + 1, 1) : NULL, *at = kept;

    while (kept && *xml) {
        const size_t length = strcspn(xml, "\n") + (strchr(xml, '\n') != NULL);
        if (!names_the_machine(xml, length))
            at = mempcpy(at, xml, length);
        xml += length;
    }
    json_object_set_new(topology, "xml", kept ? json_string(kept) : json_null());
    free(kept);
}

/* "Linux 6.1.0-13-amd64": what follows the first hyphen can name a provider. */
static void cut_release(json_t *facts)
{
    const char *kernel = json_string_value(json_object_get(facts, "kernel"));

    if (kernel)
        json_object_set_new(facts, "kernel", json_stringn(kernel, strcspn(kernel, "-")));
}

void facts_anonymize(json_t *facts)
{
    json_t *why = json_object_get(facts, "why");

    leave_out(facts, why, "hostname");
    leave_out(facts, why, "kernel_command_line");
    leave_out(facts, why, "kernel_version");
    leave_out(facts, why, "cgroup");
    leave_out(facts, why, "command");
    cut_release(facts);
    clean_xml(json_object_get(facts, "topology"));
}
