#include "proof.h"

#include "mix.h"

#include <string.h>

/* Bytes of a stream of its own for each key. */
static void write_stream(unsigned char *bytes, size_t count, uint64_t key)
{
    for (size_t at = 0; at < count; at += sizeof(uint64_t)) {
        const uint64_t word = mix_item(key, at);
        const size_t left = count - at;
        memcpy(bytes + at, &word, left < sizeof word ? left : sizeof word);
    }
}

uint64_t proof_digest(const void *bytes, size_t count, uint64_t start)
{
    const unsigned char *from = bytes;
    uint64_t digest = mix_u64(start ^ count);

    for (size_t at = 0; at < count; at += sizeof(uint64_t)) {
        const size_t left = count - at;
        uint64_t word = 0;
        memcpy(&word, from + at, left < sizeof word ? left : sizeof word);
        digest = mix_u64(digest ^ word);
    }
    return digest;
}

void proof_number_items(struct proof *p, size_t count)
{
    p->index_column = p->index_bytes = 0;
    for (size_t k = 0; k < p->nargs; k++) {
        const size_t bytes = p->arg_size[k] < sizeof(uint64_t) ? p->arg_size[k] : sizeof(uint64_t);
        const bool enough = bytes == sizeof(uint64_t) || (bytes && (count - 1) >> (8 * bytes) == 0);
        if (enough && bytes > p->index_bytes) {
            p->index_column = k;
            p->index_bytes = bytes;
        }
    }
}

void proof_fill(const struct proof *p, size_t column, size_t index, unsigned char *record)
{
    const size_t size = p->arg_size[column];
    const uint64_t number = index;

    memcpy(record, &number, size < sizeof number ? size : sizeof number);
    if (size > sizeof number)
        write_stream(record + sizeof number, size - sizeof number, mix_item(p->seed + column, index));
}

size_t proof_index(const struct proof *p, const void *const argv[])
{
    uint64_t number = 0;

    if (!p->index_bytes)
        return SIZE_MAX;
    memcpy(&number, argv[p->index_column], p->index_bytes);
    return (size_t)number;
}

int proof_code(const struct proof *p, size_t index)
{
    if (!p->fail_step || index < p->fail_first || index > p->fail_last || (index - p->fail_first) % p->fail_step)
        return 0;
    return 1 + (int)(index % 1000);
}

void proof_evaluate(const struct proof *p, const void *const argv[], unsigned char *out)
{
    uint64_t digest = p->seed;

    for (size_t k = 0; k < p->nargs; k++)
        digest = proof_digest(argv[k], p->arg_size[k], digest + k);
    if (p->out_size)
        write_stream(out, p->out_size, digest);
}

int proof_call(const void *const argv[], void *out, const void *context)
{
    struct proof p;

    memcpy(&p, context, sizeof p); /* wherever the pool has put it */
    const size_t index = proof_index(&p, argv);
    ledger_start(p.ledger, index);
    proof_evaluate(&p, argv, out);
    ledger_finish(p.ledger, index);
    return proof_code(&p, index);
}
