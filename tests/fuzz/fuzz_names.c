/* The lists of names that -s and -w take, with their options: what is taken is in this build, once, and its options
 * are such that a workload prepares an item with them. */
#include "command/catalogue.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

static struct catalogue catalogue;

static void try_strategies(const char *text)
{
    struct chosen_strategy *list;
    char why[WHY_SIZE] = "";
    size_t count;

    if (!catalogue_choose_strategies(&catalogue, text, &list, &count, why)) {
        must_be_reason(why);
        return;
    }
    for (size_t i = 0; i < count; i++)
        must(!list[i].ops->absent && (strcmp(text, "all") == 0 || strstr(text, list[i].ops->name)),
             "a strategy that nobody has asked for");
    catalogue_free_strategies(list, count);
}

static void try_workloads(const char *text)
{
    struct chosen_workload *list;
    char why[WHY_SIZE] = "";
    size_t count;

    if (!catalogue_choose_workloads(&catalogue, text, &list, &count, why)) {
        must_be_reason(why);
        return;
    }
    for (size_t i = 0; i < count; i++)
        must(!list[i].workload->absent, "a workload that is not there");
    catalogue_free_workloads(list, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = target_text(data, size), why[WHY_SIZE];

    if (!catalogue.strategies)
        must(catalogue_open(&catalogue, why), "no catalogue");
    try_strategies(text);
    try_workloads(text);
    (void)catalogue_lacks(&catalogue, text);
    free(text);
    return 0;
}
