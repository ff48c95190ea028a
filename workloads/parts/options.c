#include "options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct workload_option *find_option(struct workload_option options[], const char *key, size_t length)
{
    for (; options->key; options++)
        if (strlen(options->key) == length && strncmp(options->key, key, length) == 0)
            return options;
    return NULL;
}

static bool parse_number(const char *text, size_t length, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(*value, UINT64_C(10), value) ||
            __builtin_add_overflow(*value, (uint64_t)(text[i] - '0'), value))
            return false;
    return length > 0;
}

static bool parse_word(const char *const words[], const char *text, size_t length, uint64_t *value)
{
    for (size_t i = 0; words[i]; i++)
        if (strlen(words[i]) == length && strncmp(words[i], text, length) == 0) {
            *value = i;
            return true;
        }
    return false;
}

static int refuse_value(const struct workload_option *option, char why[WORKLOAD_WHY])
{
    size_t at;

    if (!option->words) {
        snprintf(why, WORKLOAD_WHY, "option %s is a whole number from %" PRIu64 " to %" PRIu64, option->key,
                 option->min, option->max);
        return 1;
    }
    at = (size_t)snprintf(why, WORKLOAD_WHY, "option %s is one of", option->key);
    for (size_t i = 0; option->words[i] && at < WORKLOAD_WHY; i++)
        at += (size_t)snprintf(why + at, WORKLOAD_WHY - at, "%s%s", i ? ", " : " ", option->words[i]);
    return 1;
}

/* One "key=value" of `length` bytes. */
static int parse_option(struct workload_option options[], const char *text, size_t length, char why[WORKLOAD_WHY])
{
    const char *equals = memchr(text, '=', length);
    const size_t key_length = equals ? (size_t)(equals - text) : length;
    struct workload_option *option = find_option(options, text, key_length);
    uint64_t value;

    if (!option || option->given) {
        snprintf(why, WORKLOAD_WHY, "%s option '%.*s'", option ? "twice the" : "there is no",
                 key_length < 60 ? (int)key_length : 60, text);
        return 1;
    }
    const char *given = equals ? equals + 1 : text + length;
    const size_t given_length = (size_t)(text + length - given);
    if (option->words ? !parse_word(option->words, given, given_length, &value)
                      : !parse_number(given, given_length, &value) || value < option->min || value > option->max)
        return refuse_value(option, why);
    *option->value = value;
    option->given = true;
    return 0;
}

int options_parse(const char *text, struct workload_option options[], char why[WORKLOAD_WHY])
{
    while (text && *text) {
        const size_t length = strcspn(text, ",");
        if (parse_option(options, text, length, why))
            return 1;
        text += length + (text[length] == ',');
    }
    return 0;
}

int options_refuse(const char *text, char why[WORKLOAD_WHY])
{
    struct workload_option none[] = {{0}};

    return options_parse(text, none, why);
}

int options_check_count(const struct workload_spec *spec, size_t record_size, char why[WORKLOAD_WHY])
{
    size_t bytes;

    if (!__builtin_mul_overflow(spec->count, record_size, &bytes) && bytes <= PTRDIFF_MAX)
        return 0;
    snprintf(why, WORKLOAD_WHY, "%zu items of %zu bytes are more than memory can hold; ask for fewer", spec->count,
             record_size);
    return 1;
}
