#include "paired.h"

#include <math.h>

struct stats_median paired_ratio(const double *a, const double *b, size_t n, size_t comparisons, double *scratch)
{
    struct stats_median m = {0};
    size_t pairs = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(a[i]) && isfinite(b[i]) && a[i] > 0 && b[i] > 0)
            scratch[pairs++] = log(a[i]) - log(b[i]);
    if (pairs == 0)
        return m;
    m = stats_median_at(scratch, pairs, stats_confidence_for(comparisons));
    m.median = exp(m.median);
    m.low = m.has_interval ? exp(m.low) : 0;
    m.high = m.has_interval ? exp(m.high) : 0;
    return m;
}

bool paired_aa_is_sound(const struct stats_median *aa)
{
    return aa->has_interval && aa->low <= 1 && aa->high >= 1 && aa->low >= 1 - PAIRED_BAND_MAX &&
           aa->high <= 1 + PAIRED_BAND_MAX;
}

enum paired_verdict paired_judge(const struct stats_median *ratio, const struct stats_median *aa)
{
    if (!ratio->has_interval || (aa && !paired_aa_is_sound(aa)))
        return PAIRED_INCONCLUSIVE;
    const double band = aa ? fmax(-log(aa->low), log(aa->high)) : 0;
    if (ratio->high < 1 && log(ratio->median) < -band)
        return PAIRED_LESS;
    if (ratio->low > 1 && log(ratio->median) > band)
        return PAIRED_GREATER;
    return PAIRED_TIE;
}

const char *paired_verdict_text(enum paired_verdict verdict)
{
    static const char *const texts[] = {
        [PAIRED_INCONCLUSIVE] = "inconclusive",
        [PAIRED_TIE] = "not told apart",
        [PAIRED_LESS] = "faster",
        [PAIRED_GREATER] = "slower",
    };

    return texts[verdict];
}
