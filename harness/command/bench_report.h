/*
 * bench_report.h - the end of a run: summary.csv, the table, the plots, and where everything lies.
 *
 * Errors: an exit code other than EXIT_GOOD, after the sentence was said. EXIT_INCONCLUSIVE: all is written, but too
 * few launches are complete.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "../measure/campaign.h"

int bench_report(const struct campaign *, const struct store *, bool plots, bool interrupted);
#endif
