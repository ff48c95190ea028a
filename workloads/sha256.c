/* sha256 - the SHA-256 digest of a block, by OpenSSL: real work on real bytes. The result is 32 bytes, whatever is
 * asked. */
#include "workload.h"

#ifdef HAVE_LIBCRYPTO
#include "mix.h"
#include "parts/options.h"
#include "parts/payload.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_BYTES 4096
#define DIGEST_BYTES 32

/* What check needs besides the block's size: room for one block. */
struct sha256_state {
    size_t block_size; /* first: the task's context */
    unsigned char block[];
};

static int digest(const void *block, size_t size, void *out)
{
    unsigned length;

    return EVP_Digest(block, size, out, &length, EVP_sha256(), NULL) == 1 && length == DIGEST_BYTES ? 0 : 1;
}

static int sha256_call(const void *const argv[], void *out, const void *context)
{
    size_t size;

    memcpy(&size, context, sizeof size);
    return digest(argv[0], size, out);
}

static int sha256_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    size_t size;

    if (options_refuse(spec->options, why) || payload_size(spec->in_bytes, DEFAULT_BYTES, &size, why) ||
        options_check_count(spec, size > DIGEST_BYTES ? size : DIGEST_BYTES, why))
        return 1;
    struct sha256_state *state = malloc(sizeof *state + size);
    if (!state) {
        strcpy(why, "no memory for one block of sha256; ask for a smaller one");
        return 1;
    }
    state->block_size = size;
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "sha256",
                 .call = sha256_call,
                 .nargs = 1,
                 .arg_size = {size},
                 .out_size = DIGEST_BYTES,
                 .context = &state->block_size,
                 .context_size = sizeof state->block_size},
        .mine = state,
    };
    return 0;
}

static void sha256_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    const size_t size = run->task.arg_size[0];
    unsigned char *blocks = columns[0];

    for (size_t i = first; i < last; i++)
        payload_write(mix_item(run->spec.seed, i), blocks + i * size, size);
}

static bool sha256_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    struct sha256_state *state = run->mine;
    unsigned char right[DIGEST_BYTES];

    (void)argv;
    payload_write(mix_item(run->spec.seed, index), state->block, state->block_size);
    return digest(state->block, state->block_size, right) == 0 && memcmp(out, right, sizeof right) == 0;
}

static void sha256_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}
#endif

const struct workload workload_sha256 = {
    .abi = WORKLOAD_ABI,
    .name = "sha256",
    .summary = "the SHA-256 digest of a block: bytes in, 32 bytes out",
    .has_payload = true,
#ifdef HAVE_LIBCRYPTO
    .prepare = sha256_prepare,
    .fill = sha256_fill,
    .check = sha256_check,
    .release = sha256_release,
#else
    .absent = "it was built without OpenSSL's libcrypto (Debian package libssl-dev)",
#endif
};
