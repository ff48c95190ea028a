/* U: sizes. Many items, many jobs, large records, sizes that do not fit. */
#define _GNU_SOURCE
#include "../kit/script.h"
#include "../kit/trial.h"
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

static int tiny_call(const void *const argv[], void *out, const void *context)
{
    unsigned char in, result;

    (void)context;
    memcpy(&in, argv[0], 1);
    result = (unsigned char)(3 * in + 1);
    memcpy(out, &result, 1);
    return 0;
}

/* The most memory that this process and any of its ended children have had, in KiB. */
static size_t peak_kib(void)
{
    struct rusage self = {0}, children = {0};

    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return (size_t)(self.ru_maxrss > children.ru_maxrss ? self.ru_maxrss : children.ru_maxrss);
}

void U1_ten_million_tiny_items(struct subject *s)
{
    const size_t count = s->quick ? 1000000 : 10000000, bytes_each = 64;
    const size_t chunk = subject_is_costly(s) ? count / 200 : 0; /* where each claim costs a worker */
    unsigned char *in = malloc(count), *out = malloc(count);
    const struct pool_task task = {.name = "tiny", .call = tiny_call, .nargs = 1, .arg_size = {1}, .out_size = 1};
    struct pool_fault fault;

    if (!in || !out)
        conform_unsupported("no memory for %zu items", count);
    for (size_t i = 0; i < count; i++)
        in[i] = (unsigned char)(i * 31 + i / 255);
    memset(out, 0, count);
    const size_t before = peak_kib();
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    if (pool_map(pool, &task, count, in, out, chunk, &fault))
        conform_fail("a map of %zu items failed: %s", count, fault.text);
    subject_end(pool);
    const size_t grown = peak_kib() - before;
    for (size_t i = 0; i < count; i++)
        if (out[i] != (unsigned char)(3 * in[i] + 1))
            conform_fail("the result of item %zu of %zu differs from the serial loop's", i, count);
    if (!POOLBENCH_SANITIZE[0] && grown / bytes_each > count / 1024)
        conform_fail("a map of %zu items of one byte took %zu KiB beyond the caller's arrays", count, grown);
    free(in);
    free(out);
}

/* No arrays: they cannot exist. */
static void refuse_size(struct pool *pool, size_t count, size_t in_size, size_t out_size)
{
    unsigned char byte[16] = {0};
    const struct pool_task task = {
        .name = "tiny", .call = tiny_call, .nargs = 1, .arg_size = {in_size}, .out_size = out_size};
    struct pool_fault fault;
    struct pool_handle *handle;
    const enum pool_status mapped = pool_map(pool, &task, count, byte, byte, 0, &fault);
    const enum pool_status later = pool_map_async(pool, &task, count, byte, byte, 0, NULL, &handle);

    if (mapped != POOL_EINVAL || !fault.text[0] || later != POOL_EINVAL || handle)
        conform_fail("%zu records of %zu and %zu bytes gave '%s', asynchronously '%s'", count, in_size, out_size,
                     pool_status_text(mapped), pool_status_text(later));
}

static int no_draw(void *arg, size_t index, void *const record[])
{
    (void)arg;
    (void)index;
    (void)record;
    return 0;
}

void U2_sizes_that_overflow_are_refused(struct subject *s)
{
    static const size_t counts[] = {
        ((size_t)1 << 32) - 1, (size_t)1 << 32, ((size_t)1 << 32) + 1, (size_t)1 << 40, SIZE_MAX / 2,
        SIZE_MAX - 1,          SIZE_MAX};
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    const struct pool_imap_config config = {.chunk = SIZE_MAX / 4};
    const struct pool_task task = {.name = "tiny", .call = tiny_call, .nargs = 1, .arg_size = {8}, .out_size = 8};
    struct pool_iter *iter;

    for (size_t size = 2; size <= 16; size++) {
        refuse_size(pool, SIZE_MAX / size + 1, size, 1);
        refuse_size(pool, SIZE_MAX / size + 1, 0, size);
        refuse_size(pool, SIZE_MAX, 1, size);
        refuse_size(pool, size, SIZE_MAX / size + 1, 1);
        refuse_size(pool, size, 1, SIZE_MAX - 1);
    }
    if (pool_imap(pool, &task, no_draw, NULL, &config, &iter) != POOL_EINVAL || iter)
        conform_fail("imap in chunks of %zu records of 8 bytes was not refused", config.chunk);
    for (size_t i = 0; i < COUNT(counts); i++) {
        const size_t chunk = pool_auto_chunk(pool, counts[i]);
        if (chunk < 1 || chunk > counts[i])
            conform_fail("the automatic chunk of %zu items is %zu", counts[i], chunk);
    }
    const struct trial_shape shape = trial_plain(20);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
}

/* All are submitted while no item can end. */
static void queue_jobs(const struct subject *s, struct pool *pool, struct script_job *jobs, size_t count)
{
    const struct script script = script_new(s, 1, count);

    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct script_job){.line = {.number = i, .gate = i < pool_workers(pool), .code = i % 11 == 10}};
        script_submit(pool, &script, &jobs[i], NULL);
    }
    for (size_t i = 0; i < count; i++)
        if (pool_handle_ready(jobs[i].handle))
            conform_fail("item %zu has ended, though all workers are held", i);
    script_open(&script, 1);
    for (size_t i = count; i-- > 0;)
        script_finish(&script, &jobs[i]);
    if (ledger_read(&s->ledger->calls) != count)
        conform_fail("%zu items were submitted, %u have run", count, ledger_read(&s->ledger->calls));
}

void U3_queued_jobs_do_not_block_the_submitter(struct subject *s)
{
    const size_t count = subject_is_costly(s) ? 1000 : s->quick ? 10000 : 100000;
    struct script_job *jobs = calloc(count, sizeof *jobs);
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    if (!jobs)
        conform_unsupported("no memory for %zu jobs", count);
    queue_jobs(s, pool, jobs, count);
    free(jobs);
    subject_end(pool);
}

void U4_payloads_are_byte_exact(struct subject *s)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 65535, 65536, 65537, 1 << 20};
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    struct trial_shape shape = trial_plain(5);

    for (size_t in = 0; in < COUNT(sizes); in++)
        for (size_t out = s->quick ? in : 0; out < COUNT(sizes); out += s->quick ? 3 : 1) {
            shape.arg_size[0] = sizes[in];
            shape.out_size = sizes[out];
            trial_once(s, pool, &shape, in % 3);
        }
    subject_end(pool);
}

void U4_one_payload_of_100_mib(struct subject *s)
{
    const size_t size = (size_t)(s->quick || POOLBENCH_SANITIZE[0] ? 8 : 100) << 20;
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    struct trial_shape shape = trial_plain(2);

    shape.arg_size[0] = size;
    shape.out_size = 8;
    trial_once(s, pool, &shape, 1);
    shape.arg_size[0] = 8;
    shape.out_size = size;
    trial_once(s, pool, &shape, 1);
    subject_end(pool);
}

void U5_large_arguments_and_results_at_once(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        struct trial_shape shape = trial_plain(s->quick ? 2 * w : 4 * w + 1);
        shape.arg_size[0] = shape.out_size = (1 << 20) + 1;
        for (size_t chunk = 0; chunk < 3; chunk++)
            trial_once(s, pool, &shape, chunk);
        subject_end(pool);
    }
}

/* The first and the last eight bytes of a record, added. */
static int ends_call(const void *const argv[], void *out, const void *context)
{
    uint64_t first, last, size;

    memcpy(&size, context, sizeof size);
    memcpy(&first, argv[0], sizeof first);
    memcpy(&last, (const unsigned char *)argv[0] + size - sizeof last, sizeof last);
    first += 3 * last;
    memcpy(out, &first, sizeof first);
    return 0;
}

static size_t available_mib(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    char line[128];
    size_t kib = 0;

    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %zu kB", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib / 1024;
}

void U6_two_gib_work_or_are_refused(struct subject *s)
{
    const uint64_t size = (UINT64_C(1) << 31) + 4096;
    const uint64_t ends[] = {17, 4};
    const struct pool_task task = {.name = "ends",
                                   .call = ends_call,
                                   .nargs = 1,
                                   .arg_size = {size},
                                   .out_size = 8,
                                   .context = &size,
                                   .context_size = sizeof size};
    struct pool_fault fault;
    uint64_t out = 0;

    if (s->quick || POOLBENCH_SANITIZE[0])
        conform_unsupported("a record of 2 GiB takes seconds: not in a quick run, nor under a sanitizer");
    if (available_mib() < 3 * (size >> 20))
        conform_unsupported("%zu MiB of memory are available, a record of 2 GiB and its copies want %zu",
                            available_mib(), (size_t)(3 * (size >> 20)));
    unsigned char *in = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (in == MAP_FAILED)
        conform_unsupported("there is no room for a record of 2 GiB");
    memcpy(in, &ends[0], sizeof ends[0]);
    memcpy(in + size - sizeof ends[1], &ends[1], sizeof ends[1]);
    struct pool *pool = subject_create(s, 1);
    const enum pool_status status = pool_map(pool, &task, 1, in, &out, 0, &fault);
    if (!status && out != ends[0] + 3 * ends[1])
        conform_fail("a record of %zu bytes did not reach the worker whole", (size_t)size);
    if (status && status != POOL_ENOMEM && status != POOL_EINVAL && status != POOL_EOS)
        conform_fail("a record of %zu bytes gave '%s' (%s)", (size_t)size, pool_status_text(status), fault.text);
    const struct trial_shape shape = trial_plain(20);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
    munmap(in, size);
}

void U7_concurrent_results_never_mix(struct subject *s)
{
    const size_t rounds = s->quick ? 2 : 8;
    struct pool *pool = subject_create(s, subject_workers(s, 8));
    struct trial_shape shape = trial_plain(subject_items(s, 800));

    shape.arg_size[0] = 5000;
    shape.out_size = 5000;
    for (size_t i = 0; i < rounds; i++)
        trial_once(s, pool, &shape, i % 3);
    subject_end(pool);
}
