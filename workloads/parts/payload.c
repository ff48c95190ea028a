#include "payload.h"

#include "mix.h"

#include <stdio.h>
#include <string.h>

#define WORD sizeof(uint64_t)

int payload_size(size_t asked, size_t by_default, size_t *size, char why[WORKLOAD_WHY])
{
    *size = asked ? asked : by_default;
    if (*size >= WORD && *size <= PTRDIFF_MAX)
        return 0;
    snprintf(why, WORKLOAD_WHY, "a payload of %zu bytes cannot tell items apart; ask for 8 or more", *size);
    return 1;
}

static uint64_t word_at(uint64_t key, size_t offset)
{
    return mix_u64(key + offset);
}

uint64_t payload_word(uint64_t key, size_t index)
{
    return word_at(key, index * WORD);
}

static size_t word_size(size_t offset, size_t size)
{
    return size - offset < WORD ? size - offset : WORD;
}

void payload_write(uint64_t key, unsigned char *block, size_t size)
{
    for (size_t i = 0; i < size; i += WORD) {
        const uint64_t word = word_at(key, i);
        memcpy(block + i, &word, word_size(i, size));
    }
}

bool payload_matches(uint64_t key, const unsigned char *block, size_t size)
{
    for (size_t i = 0; i < size; i += WORD) {
        const uint64_t word = word_at(key, i);
        if (memcmp(block + i, &word, word_size(i, size)) != 0)
            return false;
    }
    return true;
}

uint64_t payload_digest(const unsigned char *block, size_t size)
{
    uint64_t digest = size;

    for (size_t i = 0; i < size; i += WORD) {
        uint64_t word = 0;
        memcpy(&word, block + i, word_size(i, size));
        digest = mix_u64(digest ^ word);
    }
    return digest;
}

uint64_t payload_digest_of(uint64_t key, size_t size)
{
    uint64_t digest = size;

    for (size_t i = 0; i < size; i += WORD) {
        const uint64_t whole = word_at(key, i);
        uint64_t word = 0;
        memcpy(&word, &whole, word_size(i, size));
        digest = mix_u64(digest ^ word);
    }
    return digest;
}
