/* The harness's side of verdict.h: start a process per job, read its lines, and make one result of each case. */
#define _GNU_SOURCE
#include "runner.h"

#include "../machine/isolate.h"
#include "gather.h"
#include "kit/census.h"
#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one process is to do. */
struct job {
    struct subject subject;
    const struct conform_case *one; /* NULL: a row of the matrix */
    const struct matrix_row *row;
    const char *globs;
    bool full;
};

/* LeakSanitizer's own check, in builds that have it. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/* A race ends the case that has it. Without this it would be told at an exit that cases do not take. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "halt_on_error=1";
}
#endif
#endif

static int run_case(struct subject *s, const struct conform_case *one)
{
    verdict_begin(one->name);
    subject_open(s);
    const struct census before = census_take();
    one->run(s);
    census_compare(s, &before, true, "after the case");
    if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check())
        conform_fail("memory was leaked: see the sanitizer's report");
    verdict_pass();
    return EXIT_SUCCESS;
}

static int run_job(void *arg, int report)
{
    struct job *job = arg;

    verdict_open(report);
    if (job->one)
        return run_case(&job->subject, job->one);
    subject_open(&job->subject);
    matrix_run_row(&job->subject, job->row, job->globs, job->full);
    return EXIT_SUCCESS;
}

/* One process, once. False: it could not be started, or we were interrupted. */
static bool run_once(struct gather *g, struct job *job, char why[WHY_SIZE])
{
    const int64_t patience = job->one ? PATIENCE_CASE_NS : PATIENCE_MATRIX_NS;
    struct isolate_result end;

    gather_begin(g, job->one ? job->one->name : "Y1_matrix");
    if (!isolate_run(run_job, job, subject_patience_ns(&job->subject, patience), gather_bytes, g, &end, why))
        return false;
    gather_end(g, &end);
    const bool interrupted = end.end == ISOLATE_INTERRUPTED || isolate_interrupted();
    isolate_result_free(&end);
    return !interrupted;
}

/* A job with its repetitions; what they give is merged, case by case. */
static bool run_repeated(const struct conform_request *request, struct gather *g, struct job *job, char why[WHY_SIZE])
{
    struct conform_report *report = g->report;
    const size_t first = report->count;

    why[0] = '\0';
    for (size_t i = 0; i < request->repeat; i++) {
        job->subject.seed = request->seed;
        if (!run_once(g, job, why)) {
            report->interrupted = !why[0];
            break;
        }
    }
    for (size_t i = first; request->result && i < report->count; i++)
        request->result(request->arg, &report->results[i]);
    return !why[0];
}

static struct subject make_subject(const struct conform_request *request, const struct chosen_strategy *chosen)
{
    return (struct subject){.ops = chosen->ops,
                            .options = chosen->options,
                            .seed = request->seed,
                            .factor = request->factor,
                            .quick = request->quick,
                            .cpus = pool_cpus_usable()};
}

static size_t list_matching_rows(const struct conform_request *request, const struct subject *s,
                                 struct matrix_row rows[MATRIX_ROWS_MAX])
{
    const size_t all = matrix_list_rows(s, rows);
    size_t count = 0;

    for (size_t i = 0; i < all; i++)
        if (matrix_row_matches(s, &rows[i], request->globs))
            rows[count++] = rows[i];
    return count;
}

static size_t count_jobs_of(const struct conform_request *request, const struct chosen_strategy *chosen)
{
    const struct subject s = make_subject(request, chosen);
    struct matrix_row rows[MATRIX_ROWS_MAX];
    size_t count = list_matching_rows(request, &s, rows);

    for (size_t i = 0; i < conform_case_count; i++)
        count += clause_glob_matches(request->globs, conform_cases[i].name);
    return count;
}

size_t conform_count_jobs(const struct conform_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < request->strategy_count; i++)
        count += count_jobs_of(request, &request->strategies[i]);
    return count;
}

struct tally {
    size_t done, total;
};

static void tell_start(const struct conform_request *request, const struct job *job, struct tally *tally)
{
    char what[64];

    snprintf(what, sizeof what, "matrix, %zu items on %zu workers", job->row ? job->row->count : 0,
             job->row ? job->row->workers : 0);
    if (request->started)
        request->started(request->arg, job->subject.ops->name, job->one ? job->one->name : what, tally->done,
                         tally->total);
    tally->done++;
}

static bool run_strategy(const struct conform_request *request, const struct chosen_strategy *chosen, struct gather *g,
                         struct tally *tally, char why[WHY_SIZE])
{
    struct job job = {.subject = make_subject(request, chosen), .globs = request->globs, .full = request->full};
    struct matrix_row rows[MATRIX_ROWS_MAX];
    const size_t row_count = list_matching_rows(request, &job.subject, rows);
    bool ok = true;

    g->strategy = chosen->ops->name;
    g->capabilities = chosen->ops->capabilities;
    for (size_t i = 0; i < conform_case_count && ok && !g->report->interrupted; i++) {
        job.one = &conform_cases[i];
        if (!clause_glob_matches(request->globs, job.one->name))
            continue;
        tell_start(request, &job, tally);
        ok = run_repeated(request, g, &job, why);
    }
    job.one = NULL;
    for (size_t i = 0; i < row_count && ok && !g->report->interrupted; i++) {
        job.row = &rows[i];
        tell_start(request, &job, tally);
        ok = run_repeated(request, g, &job, why);
    }
    return ok;
}

bool conform_run(const struct conform_request *request, struct conform_report *report, char why[WHY_SIZE])
{
    struct tally tally = {.total = conform_count_jobs(request)};
    struct gather g = {.report = report};
    bool ok = true;

    *report = (struct conform_report){.request = request};
    for (size_t i = 0; i < request->strategy_count && ok && !report->interrupted; i++) {
        const size_t first = report->count;
        ok = run_strategy(request, &request->strategies[i], &g, &tally, why);
        if (request->finished)
            request->finished(request->arg, g.strategy, first);
    }
    return ok;
}

void conform_report_free(struct conform_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->results[i].name);
        free(report->results[i].message);
        free(report->results[i].details);
    }
    for (size_t i = 0; i < report->digest_count; i++)
        free(report->digests[i].key);
    free(report->results);
    free(report->digests);
    *report = (struct conform_report){0};
}

double conform_default_factor(void)
{
    return POOLBENCH_SANITIZE[0] ? 4 : 1;
}

const char *conform_verdict_text(enum verdict verdict)
{
    static const char *const text[] = {"PASS", "FAIL", "HUNG", "CRASHED", "UNSUPPORTED"};

    return text[verdict];
}

bool conform_result_counts(const struct conform_result *result)
{
    return result->verdict != VERDICT_PASS && result->verdict != VERDICT_UNSUPPORTED &&
           result->clause->level != CLAUSE_OPTIONAL;
}
