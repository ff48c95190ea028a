/*
 * A run that goes on in a folder: what is taken over ends as a folder that can be read, with all that was complete in
 * it. The machine is the scripted one of tests/harness: a session takes no time.
 */
#include "../harness/mock_world.h"
#include "command/command.h"
#include "folder.h"
#include "measure/campaign.h"
#include "saved.h"

#include <stdlib.h>

enum { SESSIONS_FEW = 300, ROUNDS_FEW = 8 };

static struct {
    const char *path;
    struct saved earlier;
    struct store store;
} stage;

/* plan.json, as bench keeps it. */
static bool keep(void *arg, const struct plan *p, char why[WHY_SIZE])
{
    json_t *json = plan_to_json(p);
    char *text = json_dumps(json, JSON_INDENT(1));
    const bool ok = store_write(&stage.store, "plan.json", text, strlen(text), why);

    (void)arg;
    free(text);
    json_decref(json);
    return ok;
}

static enum campaign_end run(struct campaign *c, char why[WHY_SIZE])
{
    enum campaign_end end = campaign_prepare(c, why);

    if (end == CAMPAIGN_DONE) {
        must(keep(NULL, c->plan, why) && store_begin_samples(&stage.store, sample_header, why),
             "a run that cannot go on");
        end = campaign_run(c, &stage.store, why);
    }
    return end;
}

static int go_on(int argc, char **argv)
{
    struct mock mock = mock_calm(&stage.earlier.plan);
    const struct world world = mock_world(&mock);
    const off_t bytes = (off_t)stage.earlier.samples.complete_bytes;
    struct campaign c;
    char why[WHY_SIZE] = "";

    (void)argc;
    (void)argv;
    must(store_reopen(&stage.store, stage.path, bytes, why), "a folder that cannot be opened again");
    must(campaign_open(&c, &stage.earlier.plan, &world, (struct campaign_keeper){NULL, keep}, why),
         "no memory for a run");
    campaign_take_over(&c, &stage.earlier.samples);
    const enum campaign_end end = run(&c, why);
    campaign_free(&c);
    store_close(&stage.store);
    must(end == CAMPAIGN_DONE || end == CAMPAIGN_TOO_LONG, "a run that does not end");
    if (end == CAMPAIGN_TOO_LONG)
        must_be_reason(why);
    return EXIT_GOOD;
}

/* The plan is small, so that a run of it ends soon. */
static bool is_small(const struct plan *p)
{
    return p->cell_count * p->launches_max <= SESSIONS_FEW && p->rounds <= ROUNDS_FEW;
}

static void look_again(size_t samples)
{
    char why[WHY_SIZE] = "";
    struct saved s;

    if (!saved_open_unfinished(stage.path, &s, why)) {
        fprintf(stderr, "%s\n", why);
        must(false, "a run that went on left a folder that cannot be read");
    }
    must(s.samples.complete >= samples && !s.samples.cut, "a run that went on lost what was complete");
    saved_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[WHY_SIZE] = "", *said;

    stage.path = folder_make(data, size);
    if (!saved_open_unfinished(stage.path, &stage.earlier, why)) {
        must_be_reason(why);
        return 0;
    }
    const size_t complete = stage.earlier.samples.complete;
    if (stage.earlier.machine && is_small(&stage.earlier.plan)) {
        target_listen(go_on, 0, NULL, &said);
        free(said);
        look_again(complete);
    }
    saved_free(&stage.earlier);
    return 0;
}
