/* Lines of samples.csv, for one plan: a line that is taken is a sample that can be written, and is the same when it is
 * read again. */
#include "pure/sample_read.h"
#include "saved/csv.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

static struct plan plan;
static struct sample_reader reader;

/* Every metric, on two workloads, by three strategies. */
static void open_reader(void)
{
    static const struct plan_subject strategies[] = {{.name = "serial", .workers_max = 1},
                                                     {.name = "alpha", .workers_max = 4096, .capabilities = ~0U},
                                                     {.name = "beta", .options = "chunk=16,x=2", .workers_max = 2}},
                                     loads[] = {{.name = "spin", .tunable = true}, {.name = "bytes", .payload = true}};
    static const struct worker_point points[] = {{1, POINT_POWER}, {2, POINT_POWER | POINT_CORES}};
    static const char *const names[] = {"throughput", "latency", "lifecycle", "forkcost", "memory"};
    struct plan_metric metrics[sizeof names / sizeof *names] = {{0}};
    struct plan_request r = {.profile = "default",
                             .budget_ns = UINT64_C(150000000000),
                             .usable = 2,
                             .strategies = strategies,
                             .strategy_count = 3,
                             .workloads = loads,
                             .workload_count = 2,
                             .points = points,
                             .point_count = 2,
                             .metrics = metrics,
                             .metric_count = sizeof names / sizeof *names,
                             .memory_bytes = UINT64_C(1) << 32,
                             .twin = true};
    char why[WHY_SIZE];

    for (size_t i = 0; i < r.metric_count; i++)
        metrics[i].metric = metric_named(names[i]);
    must(plan_make(&r, &plan, why) && sample_reader_open(&reader, &plan), "no plan to read samples of");
}

static bool read_line(char *text, struct sample *s, char why[WHY_SIZE])
{
    char *cells[SAMPLE_COLUMNS_MAX];

    return csv_cut(text, strlen(text), 1, cells, reader.columns, why) && sample_read(&reader, cells, s, why);
}

static size_t write_line(const struct sample *s, char line[SAMPLE_LINE_MAX])
{
    return s->cell == SAMPLE_NO_CELL ? sample_format_machine(&plan, s, line, SAMPLE_LINE_MAX)
                                     : sample_format(&plan, s, line, SAMPLE_LINE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = target_text(data, size), why[WHY_SIZE] = "", line[SAMPLE_LINE_MAX], again[SAMPLE_LINE_MAX];
    struct sample s, t;

    if (!reader.plan)
        open_reader();
    if (read_line(text, &s, why)) {
        must(s.cell == SAMPLE_NO_CELL || s.cell < plan.cell_count, "a sample of no cell");
        must(s.launch < plan.launches, "a sample of no launch");
        must(write_line(&s, line) < sizeof line, "a sample longer than a line");
        memcpy(again, line, sizeof line);
        must(read_line(again, &t, why), "a sample that is refused once it is written");
        must(write_line(&t, again) < sizeof again && strcmp(line, again) == 0,
             "a sample that changes when it is written");
    } else
        must_be_reason(why);
    free(text);
    return 0;
}
