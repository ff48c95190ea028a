/* Durations, sizes, counts and lists of them: what is taken is what was written, by the words of units.h alone. */
#include "target.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The number in front, as strtold reads it, times the unit's scale, within what a long double can tell. */
static void must_be_about(const char *text, const char *const names[], const double scales[], uint64_t value)
{
    char *unit;
    const long double number = strtold(text, &unit);

    if (value == 0 && *unit == '\0')
        return;
    for (size_t i = 0; names[i]; i++)
        if (strcmp(unit, names[i]) == 0) {
            const long double wanted = number * (long double)scales[i];
            must(fabsl(wanted - (long double)value) <= 1e-15L * wanted, "another value than was written");
            return;
        }
    must(false, "a unit that there is not");
}

static void try_duration(const char *text)
{
    static const char *const names[] = {"ns", "us", "ms", "s", "min", NULL};
    static const double scales[] = {1, 1e3, 1e6, 1e9, 60e9};
    char why[WHY_SIZE] = "";
    uint64_t ns;

    if (units_parse_duration_ns(text, &ns, why))
        must_be_about(text, names, scales, ns);
    else
        must_be_reason(why);
}

static void try_bytes(const char *text)
{
    static const char *const names[] = {"B", "kB", "MB", "GB", "KiB", "MiB", "GiB", NULL};
    static const double scales[] = {1, 1e3, 1e6, 1e9, 1024, 1048576, 1073741824};
    char why[WHY_SIZE] = "", shown[32];
    size_t bytes;

    if (units_parse_bytes(text, &bytes, why)) {
        must_be_about(text, names, scales, bytes);
        must(units_format_bytes((double)bytes, shown, sizeof shown) == shown && shown[0], "bytes that are not shown");
    } else
        must_be_reason(why);
}

static void try_count(const char *text, uint64_t min, uint64_t max)
{
    char why[WHY_SIZE] = "";
    uint64_t count;

    errno = 0;
    const unsigned long long number = strtoull(text, NULL, 10);
    const bool whole = *text && text[strspn(text, "0123456789")] == '\0' && errno == 0;
    const bool taken = units_parse_count(text, min, max, &count, why);
    must(taken == (whole && number >= min && number <= max), "a count taken or refused against the rule");
    must(!taken || count == number, "another count than was written");
    if (!taken)
        must_be_reason(why);
}

static void try_lists(const char *text)
{
    char why[WHY_SIZE] = "";
    uint64_t *list;
    size_t length, commas = 0;

    for (const char *c = text; *c; c++)
        commas += *c == ',';
    if (units_parse_counts(text, 1, 4096, &list, &length, why)) {
        must(length == commas + 1, "a list of another length");
        for (size_t i = 0; i < length; i++)
            must(list[i] >= 1 && list[i] <= 4096, "a count out of its range");
        free(list);
    } else
        must_be_reason(why);
    if (units_parse_durations_ns(text, &list, &length, why)) {
        must(length == commas + 1, "a list of another length");
        free(list);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = target_text(data, size);
    char shown[32];

    try_duration(text);
    try_bytes(text);
    try_count(text, 1, 4096);
    try_count(text, 0, UINT64_MAX);
    try_lists(text);
    units_format_ns(strtod(text, NULL), shown, sizeof shown);
    units_format_rate(strtod(text, NULL), shown, sizeof shown);
    free(text);
    return 0;
}
