/* The proof that bench asks for: a quick part of the cases, for one strategy. */
#include "conform.h"

#include "peers.h"
#include "runner.h"

#include <stdio.h>

/* What a number needs: the results are right. */
#define PROOF_OF_RESULTS "B1_results_equal_serial,B2_every_item_runs_exactly_once,B5_*,C4_*,D4_*,E1_*"
/* The rest, to which strategies of this project are held; what a peer does there is told, not changed. */
#define PROOF_OF_MANNERS "H1_*,J2_*,Z1_as_many_at_once_as_workers"

bool conform_prove(const struct chosen_strategy *chosen, char why[WHY_SIZE])
{
    const struct conform_request request = {.strategies = chosen,
                                            .strategy_count = 1,
                                            .globs = peers_have(chosen->ops) ? PROOF_OF_RESULTS
                                                                             : PROOF_OF_RESULTS "," PROOF_OF_MANNERS,
                                            .seed = 1,
                                            .repeat = 1,
                                            .quick = true,
                                            .factor = conform_default_factor()};
    struct conform_report report;
    bool proven = conform_run(&request, &report, why);

    for (size_t i = 0; proven && i < report.count; i++) {
        const struct conform_result *result = &report.results[i];
        if (!conform_result_counts(result))
            continue;
        snprintf(why, WHY_SIZE, "%s %s: %.160s", conform_verdict_text(result->verdict), result->name, result->message);
        proven = false;
    }
    if (proven && report.interrupted) {
        snprintf(why, WHY_SIZE, "interrupted");
        proven = false;
    }
    conform_report_free(&report);
    return proven;
}
