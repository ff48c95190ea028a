#include "nearest.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LENGTH 40 /* of what is compared; longer names differ by their first letters too */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* Optimal string alignment: Levenshtein's distance, where swapping two neighbours is one step. */
static size_t distance_of(const char *a, const char *b)
{
    size_t row[NAME_MAX_LENGTH + 1][NAME_MAX_LENGTH + 1];
    const size_t m = strnlen(a, NAME_MAX_LENGTH), n = strnlen(b, NAME_MAX_LENGTH);

    for (size_t i = 0; i <= m; i++)
        row[i][0] = i;
    for (size_t j = 0; j <= n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= m; i++)
        for (size_t j = 1; j <= n; j++) {
            const size_t other = lower(a[i - 1]) != lower(b[j - 1]);
            row[i][j] = least(least(row[i - 1][j] + 1, row[i][j - 1] + 1), row[i - 1][j - 1] + other);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[i][j] = least(row[i][j], row[i - 2][j - 2] + 1);
        }
    return row[m][n];
}

void nearest_try(struct nearest *n, const char *name)
{
    const size_t typed = strlen(n->typed);
    const size_t distance = typed && strncmp(n->typed, name, typed) == 0 ? 0 : distance_of(n->typed, name);

    if (n->best && distance >= n->distance)
        return;
    n->best = name;
    n->distance = distance;
}

const char *nearest_name(const struct nearest *n)
{
    return n->best && 2 * n->distance < strlen(n->typed) ? n->best : NULL;
}
