/* A campaign of a small plan on a scripted machine, in a result folder of its own. */
#ifndef CAMPAIGN_FIXTURE_H
#define CAMPAIGN_FIXTURE_H

#include "measure/campaign.h"

#include "mock_world.h"
#include "plan_fixture.h"

#include <stdio.h>
#include <unistd.h>

struct stage {
    char root[64];
    struct plan plan;
    struct mock mock;
    struct store store;
    struct campaign campaign;
    size_t kept;       /* how often the plan was kept */
    size_t cells_then; /* sessions before the last time */
    char why[WHY_SIZE];
};

static inline bool keep(void *arg, const struct plan *p, char why[WHY_SIZE])
{
    struct stage *s = arg;

    (void)why;
    assert_ptr_equal(p, &s->plan);
    s->kept++;
    s->cells_then = (size_t)s->mock.sessions;
    return true;
}

static inline void open_campaign(struct stage *s)
{
    const struct world world = mock_world(&s->mock);

    assert_true(campaign_open(&s->campaign, &s->plan, &world, (struct campaign_keeper){s, keep}, s->why));
}

static inline void open_stage_of(struct stage *s, const struct plan_request *r)
{
    bool refused;

    *s = (struct stage){.root = "/tmp/test_campaign_XXXXXX"};
    make(r, &s->plan);
    s->mock = mock_calm(&s->plan);
    assert_non_null(mkdtemp(s->root));
    assert_true(store_open(&s->store, s->root, &refused, s->why));
    open_campaign(s);
}

/* serial; alpha with 1, 2 and 4 workers; beta with 1 and 2; a twin of alpha with 2: seven cells. */
static inline void open_stage(struct stage *s, const char *profile)
{
    struct plan_request r = request();

    r.workload_count = 1;
    r.profile = profile;
    r.twin = true;
    open_stage_of(s, &r);
    assert_int_equal(s->plan.cell_count, 7);
}

static inline void close_stage(struct stage *s)
{
    char command[128];

    campaign_free(&s->campaign);
    store_close(&s->store);
    plan_free(&s->plan);
    snprintf(command, sizeof command, "rm -rf '%s'", s->root);
    assert_int_equal(system(command), 0);
}

static inline enum campaign_end run(struct stage *s)
{
    enum campaign_end end = campaign_prepare(&s->campaign, s->why);

    if (end == CAMPAIGN_DONE && !store_begin_samples(&s->store, sample_header, s->why))
        fail();
    return end == CAMPAIGN_DONE ? campaign_run(&s->campaign, &s->store, s->why) : end;
}

/* Open the same folder again, as another process would. */
static inline void go_on(struct stage *s)
{
    struct samples samples;
    char path[96];

    s->mock.asked_to_end = false;
    campaign_free(&s->campaign);
    store_close(&s->store);
    snprintf(path, sizeof path, "%s/samples.csv", s->root);
    assert_true(samples_load(path, &s->plan, &samples, s->why));
    assert_true(store_reopen(&s->store, s->root, (off_t)samples.complete_bytes, s->why));
    open_campaign(s);
    campaign_take_over(&s->campaign, &samples);
}
#endif
