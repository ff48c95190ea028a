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

static int read_spec(const struct workload_spec *spec, size_t *size, char why[WORKLOAD_WHY])
{
    return options_refuse(spec->options, why) || payload_size(spec->in_bytes, DEFAULT_BYTES, size, why) ||
           options_check_count(spec, *size > DIGEST_BYTES ? *size : DIGEST_BYTES, why);
}

static int sha256_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    size_t *size = malloc(sizeof *size);

    if (!size) {
        strcpy(why, "no memory to prepare sha256");
        return 1;
    }
    if (read_spec(spec, size, why)) {
        free(size);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "sha256",
                 .call = sha256_call,
                 .nargs = 1,
                 .arg_size = {*size},
                 .out_size = DIGEST_BYTES,
                 .context = size,
                 .context_size = sizeof *size},
        .mine = size,
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

/* The block is generated anew, so that the check does not believe the argument. */
static bool sha256_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const size_t size = run->task.arg_size[0];
    unsigned char right[DIGEST_BYTES], *block = malloc(size);
    bool matches = false;

    (void)argv;
    if (block) {
        payload_write(mix_item(run->spec.seed, index), block, size);
        matches = digest(block, size, right) == 0 && memcmp(out, right, sizeof right) == 0;
    }
    free(block);
    return matches;
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
