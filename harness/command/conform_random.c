#include "conform_random.h"

#include "../machine/isolate.h"
#include "command.h"

#include <string.h>

void conform_random_note_plugin(struct conform_random *r, const char *path)
{
    const size_t used = strlen(r->plugins);

    snprintf(r->plugins + used, sizeof r->plugins - used, " --plugin '%s'", path);
}

static void show(void *arg, const char *strategy, uint64_t played, bool shrinking)
{
    struct conform_random *r = arg;
    const uint64_t done = shrinking || played < r->request.commands ? played : r->request.commands;
    char text[128];

    snprintf(text, sizeof text, "%s %s", strategy, shrinking ? "fails; making the sequence smaller" : "commands");
    progress_show(&r->progress, shrinking ? 0 : (size_t)done, text);
}

static void write_indented(FILE *out, const char *text)
{
    for (const char *at = text; *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n'))
        fprintf(out, "    %.*s\n", (int)strcspn(at, "\n"), at);
}

/* The shell sees no quote in a sequence, an option or a name. */
static void write_replay(FILE *out, const struct conform_random *r, const struct chosen_strategy *chosen,
                         const struct explore_finding *f)
{
    fprintf(out, "  fails in %u of %u runs with %zu commands:\n  poolbench conform%s", f->replay_failures,
            f->replay_runs, f->replay_commands, r->plugins);
    fprintf(out, " -s %s%s%s --seed %llu --replay '%s'%s\n", chosen->ops->name, chosen->options ? ":" : "",
            chosen->options ? chosen->options : "", (unsigned long long)r->request.seed, f->replay,
            f->replay_failures < f->replay_runs ? " --repeat 100" : "");
}

static void write_finding(FILE *out, const struct conform_random *r, const struct chosen_strategy *chosen,
                          const struct explore_finding *f)
{
    fprintf(out, "%s: %s %llu commands in %llu sequences, seed %llu%s%s\n", chosen->ops->name,
            f->failed        ? "FAIL"
            : f->interrupted ? "interrupted"
                             : "PASS",
            (unsigned long long)f->played, (unsigned long long)f->sequences, (unsigned long long)r->request.seed,
            f->failed ? ": " : "", f->failed ? f->message : "");
    if (f->replay)
        write_replay(out, r, chosen, f);
    if (f->failed && f->details)
        write_indented(out, f->details);
    fflush(out);
}

int conform_random(struct conform_random *r, const struct chosen_strategy *chosen, size_t count, FILE *out)
{
    struct explore_finding finding;
    char why[WHY_SIZE];
    int code = EXIT_GOOD;

    r->request.progress = show;
    r->request.arg = r;
    for (size_t i = 0; i < count && !isolate_interrupted(); i++) {
        progress_start(&r->progress, (size_t)r->request.commands);
        if (!explore_strategy(&r->request, &chosen[i], &finding, why))
            return failure(r->request.replay ? EXIT_USAGE : EXIT_CANNOT, "%s", why);
        progress_clear(&r->progress);
        write_finding(out, r, &chosen[i], &finding);
        if (finding.failed)
            code = EXIT_FOUND;
        explore_free(&finding);
    }
    return isolate_interrupted() ? EXIT_INCONCLUSIVE : code;
}
