/* map in practice: records in, records out, and a context that every worker reads. */
#include <pool.h>
#include <stdio.h>
#include <string.h>

struct message {
    unsigned id;
    char text[28];
};

struct digest {
    unsigned id;
    unsigned letters, hash;
};

/* What all items share. It is copied to workers that are processes, so it has no pointers inside. */
struct alphabet {
    char letters[64];
};

static int digest(const void *const argv[], void *out, const void *context)
{
    const struct message *message = argv[0];
    const struct alphabet *alphabet = context;
    struct digest d = {.id = message->id, .hash = 5381};

    for (const char *c = message->text; *c; c++) {
        d.letters += strchr(alphabet->letters, *c) != NULL;
        d.hash = d.hash * 33 + (unsigned char)*c;
    }
    *(struct digest *)out = d;
    return 0;
}

int main(void)
{
    static const struct message messages[] = {{7, "the quick brown fox"}, {8, "jumps over"}, {9, "the lazy dog"}};
    static const struct alphabet vowels = {"aeiou"};
    const struct pool_task task = {
        .name = "digest",
        .call = digest,
        .nargs = 1,
        .arg_size = {sizeof(struct message)},
        .out_size = sizeof(struct digest),
        .context = &vowels,
        .context_size = sizeof vowels,
    };
    struct digest digests[3];
    struct pool *pool;

    if (pool_create("fork_pipe", NULL, &pool))
        return 1;
    const enum pool_status status = pool_map(pool, &task, 3, messages, digests, 0, NULL);
    pool_destroy(pool);
    if (status)
        return 1;
    for (int i = 0; i < 3; i++)
        printf("message %u: %u vowels, hash %08x\n", digests[i].id, digests[i].letters, digests[i].hash);
    return 0;
}
