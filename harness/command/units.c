#include "units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t scale;
};

static const struct unit durations[] = {
    {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"min", UINT64_C(60000000000)}, {NULL, 0},
};

static const struct unit sizes[] = {
    {"B", 1},         {"kB", 1000},     {"MB", 1000000},  {"GB", 1000000000},
    {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {NULL, 0},
};

/* "12.5" as digits / divisor, and where it ends. */
struct decimal {
    uint64_t digits, divisor;
    const char *end;
    bool overflow;
};

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void add_digit(struct decimal *d, char digit)
{
    d->overflow |= __builtin_mul_overflow(d->digits, UINT64_C(10), &d->digits);
    d->overflow |= __builtin_add_overflow(d->digits, (uint64_t)(digit - '0'), &d->digits);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* False unless text starts with digits, which a point and more digits may follow. */
static bool parse_decimal(const char *text, struct decimal *d)
{
    *d = (struct decimal){.divisor = 1};
    if (!is_digit(*text))
        return false;
    while (is_digit(*text))
        add_digit(d, *text++);
    if (text[0] == '.' && !is_digit(text[1]))
        return false;
    if (text[0] == '.')
        for (text++; is_digit(*text); text++) {
            add_digit(d, *text);
            d->overflow |= __builtin_mul_overflow(d->divisor, UINT64_C(10), &d->divisor);
        }
    d->end = text;
    return true;
}

static const struct unit *find_unit(const struct unit *units, const char *name)
{
    for (; units->name; units++)
        if (strcmp(units->name, name) == 0)
            return units;
    return NULL;
}

static bool refuse(char why[WHY_SIZE], const char *text, const char *reason)
{
    snprintf(why, WHY_SIZE, "'%.80s' %s", text, reason);
    return false;
}

/* What an error says about one kind of number. */
struct kind {
    const struct unit *units;
    const char *malformed, *too_fine;
};

static const struct kind duration_kind = {
    durations,
    "is not a duration: a number and one of ns, us, ms, s, min, as in 50us",
    "is not a whole number of nanoseconds",
};

static const struct kind size_kind = {
    sizes,
    "is not a size: a number and one of B, kB, MB, GB, KiB, MiB, GiB, as in 4KiB",
    "is not a whole number of bytes",
};

static bool parse_with_unit(const struct kind *kind, const char *text, uint64_t *value, char why[WHY_SIZE])
{
    struct decimal d;

    if (!parse_decimal(text, &d))
        return refuse(why, text, kind->malformed);
    const bool zero = !d.digits && !d.overflow && !*d.end;
    const struct unit *unit = find_unit(kind->units, zero ? kind->units[0].name : d.end);
    if (!unit)
        return refuse(why, text, kind->malformed);
    if (d.overflow)
        return refuse(why, text, "is too large or has too many digits");
    const uint64_t common = greatest_common_divisor(unit->scale, d.divisor);
    if (d.digits % (d.divisor / common))
        return refuse(why, text, kind->too_fine);
    if (__builtin_mul_overflow(d.digits / (d.divisor / common), unit->scale / common, value))
        return refuse(why, text, "is too large");
    return true;
}

bool units_parse_duration_ns(const char *text, uint64_t *ns, char why[WHY_SIZE])
{
    return parse_with_unit(&duration_kind, text, ns, why);
}

bool units_parse_bytes(const char *text, size_t *bytes, char why[WHY_SIZE])
{
    uint64_t value;

    if (!parse_with_unit(&size_kind, text, &value, why))
        return false;
    if (value > SIZE_MAX / 2)
        return refuse(why, text, "is more than this machine can address");
    *bytes = (size_t)value;
    return true;
}

bool units_parse_count(const char *text, uint64_t min, uint64_t max, uint64_t *count, char why[WHY_SIZE])
{
    struct decimal d;

    if (parse_decimal(text, &d) && d.divisor == 1 && !*d.end && !d.overflow && d.digits >= min && d.digits <= max) {
        *count = d.digits;
        return true;
    }
    if (max == UINT64_MAX)
        snprintf(why, WHY_SIZE, "'%.80s' is not a whole number of at least %" PRIu64, text, min);
    else
        snprintf(why, WHY_SIZE, "'%.80s' is not a whole number from %" PRIu64 " to %" PRIu64, text, min, max);
    return false;
}

/* One element of a list; limits is what parse_count needs besides. */
struct limits {
    uint64_t min, max;
};

static bool parse_count_element(const struct limits *limits, const char *text, uint64_t *value, char why[WHY_SIZE])
{
    return units_parse_count(text, limits->min, limits->max, value, why);
}

static bool parse_duration_element(const struct limits *limits, const char *text, uint64_t *value, char why[WHY_SIZE])
{
    (void)limits;
    return units_parse_duration_ns(text, value, why);
}

static size_t count_elements(const char *text)
{
    size_t count = 1;

    for (; *text; text++)
        count += *text == ',';
    return count;
}

typedef bool parse_element(const struct limits *, const char *text, uint64_t *value, char why[WHY_SIZE]);

static bool parse_list(parse_element *parse, const struct limits *limits, const char *text, uint64_t **list,
                       size_t *length, char why[WHY_SIZE])
{
    const size_t count = count_elements(text);
    uint64_t *values = calloc(count, sizeof *values);
    char *copy = strdup(text), *rest = copy;
    bool ok = values && copy;

    if (!ok)
        snprintf(why, WHY_SIZE, "no memory for a list of %zu numbers", count);
    for (size_t i = 0; ok && i < count; i++)
        ok = parse(limits, strsep(&rest, ","), &values[i], why);
    free(copy);
    if (!ok) {
        free(values);
        return false;
    }
    *list = values;
    *length = count;
    return true;
}

bool units_parse_counts(const char *text, uint64_t min, uint64_t max, uint64_t **list, size_t *length,
                        char why[WHY_SIZE])
{
    return parse_list(parse_count_element, &(struct limits){min, max}, text, list, length, why);
}

bool units_parse_durations_ns(const char *text, uint64_t **list, size_t *length, char why[WHY_SIZE])
{
    return parse_list(parse_duration_element, &(struct limits){0, 0}, text, list, length, why);
}

/* Three significant digits of value in the first unit in which it stays below 1000; names end with NULL. */
static const char *format_scaled(double value, double step, const char *const names[], char *text, size_t size)
{
    if (!isfinite(value)) {
        snprintf(text, size, "n/a");
        return text;
    }
    while (fabs(value) >= 999.5 && names[1]) {
        value /= step;
        names++;
    }
    const double magnitude = fabs(value);
    const int decimals = magnitude == 0 || magnitude >= 99.95 ? 0
                         : magnitude >= 9.995                 ? 1
                         : magnitude >= 0.9995                ? 2
                                                              : 3;
    snprintf(text, size, "%.*f %s", decimals, value, names[0]);
    return text;
}

const char *units_format_ns(double ns, char *text, size_t size)
{
    static const char *const names[] = {"ns", "us", "ms", "s", NULL};

    return format_scaled(ns, 1000, names, text, size);
}

const char *units_format_bytes(double bytes, char *text, size_t size)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", NULL};

    if (fabs(bytes) < 999.5 && bytes == floor(bytes))
        snprintf(text, size, "%.0f B", bytes);
    else
        format_scaled(bytes, 1024, names, text, size);
    return text;
}

const char *units_format_rate(double per_second, char *text, size_t size)
{
    static const char *const names[] = {"/s", "k/s", "M/s", "G/s", "T/s", NULL};

    return format_scaled(per_second, 1000, names, text, size);
}

const char *units_format(double value, const char *unit, char *text, size_t size)
{
    const bool plain = strcmp(unit, "1") == 0;

    if (strcmp(unit, "ns") == 0)
        return units_format_ns(value, text, size);
    if (strcmp(unit, "B") == 0)
        return units_format_bytes(value, text, size);
    if (strcmp(unit, "1/s") == 0)
        return units_format_rate(value, text, size);
    snprintf(text, size, "%.3g%s%s", value, plain ? "" : " ", plain ? "" : unit);
    return text;
}
