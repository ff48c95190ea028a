/*
 * Mutations that keep the shape of text: most of them change one word, one number or one line, so that a whole result
 * folder still parses and its readers' later checks are reached.
 */
#include "target.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

enum { WORD_MAX = 96 };

/* A piece of the input. */
struct span {
    size_t at, size;
};

static struct span word_at(const uint8_t *data, size_t size, size_t at)
{
    struct span s = {at, 0};

    while (s.at > 0 && (isalnum(data[s.at - 1]) || strchr("._-", data[s.at - 1])))
        s.at--;
    while (s.at + s.size < size && s.size < WORD_MAX / 2 &&
           (isalnum(data[s.at + s.size]) || strchr("._-", data[s.at + s.size])))
        s.size++;
    return s;
}

static struct span line_at(const uint8_t *data, size_t size, size_t at)
{
    struct span s = {at, 0};

    while (s.at > 0 && data[s.at - 1] != '\n')
        s.at--;
    const uint8_t *end = memchr(data + s.at, '\n', size - s.at);
    s.size = end ? (size_t)(end + 1 - data) - s.at : size - s.at;
    return s;
}

/* Put bytes in the place of a piece; the size afterwards, the same as before where they have no room. */
static size_t replace(uint8_t *data, size_t size, size_t max, struct span s, const uint8_t *bytes, size_t count)
{
    if (size - s.size + count > max)
        return size;
    memmove(data + s.at + count, data + s.at + s.size, size - s.at - s.size);
    memcpy(data + s.at, bytes, count);
    return size - s.size + count;
}

static size_t change_word(uint8_t *data, size_t size, size_t max, struct span word)
{
    static const char *const odd[] = {"0",
                                      "-1",
                                      "1",
                                      "2",
                                      "1e308",
                                      "nan",
                                      "18446744073709551616",
                                      "9223372036854775807",
                                      "1e-400",
                                      "\"",
                                      "null",
                                      "true",
                                      "[]",
                                      "{}",
                                      "1000000",
                                      "4096",
                                      "",
                                      "0.5",
                                      "inf",
                                      "6",
                                      "1000",
                                      "twin",
                                      "serial",
                                      "session"};
    uint8_t bytes[WORD_MAX];
    size_t count = word.size;

    memcpy(bytes, data + word.at, word.size);
    if (rand() % 2)
        count = LLVMFuzzerMutate(bytes, count, WORD_MAX);
    else {
        const char *text = odd[(size_t)rand() % (sizeof odd / sizeof *odd)];
        count = strlen(text);
        memcpy(bytes, text, count);
    }
    return replace(data, size, max, word, bytes, count);
}

/* A piece of the input, a second time somewhere else. */
static size_t copy(uint8_t *data, size_t size, size_t max, struct span from, struct span to)
{
    uint8_t *bytes = malloc(from.size + 1);

    if (!bytes)
        return size;
    memcpy(bytes, data + from.at, from.size);
    size = replace(data, size, max, to, bytes, from.size);
    free(bytes);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    srand(seed);
    if (size == 0 || rand() % 4 == 0)
        return LLVMFuzzerMutate(data, size, max);
    const size_t at = (size_t)rand() % size, other = (size_t)rand() % size;
    switch (rand() % 8) {
    case 0: return replace(data, size, max, line_at(data, size, at), data, 0);
    case 1: return copy(data, size, max, line_at(data, size, at), (struct span){line_at(data, size, other).at, 0});
    case 2: return copy(data, size, max, line_at(data, size, at), line_at(data, size, other));
    case 3: return copy(data, size, max, word_at(data, size, at), word_at(data, size, other));
    default: return change_word(data, size, max, word_at(data, size, at));
    }
}
