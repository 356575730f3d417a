/* How often a rule is right: a share of few trials needs an interval that stays within 0 and 1. */
#include <math.h>

#include "taxflow/rulings.h"

static const double Z_95 = 1.959963984540054; /* 0.975 quantile of the normal distribution */

/* E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209-212. */
void tf_precision_compute(struct tf_precision *precision)
{
    double n = (double)(precision->confirmed + precision->dismissed);
    precision->value = precision->low = 0;
    precision->high = 1;
    if (n == 0)
        return;
    double p = (double)precision->confirmed / n, z2 = Z_95 * Z_95;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z_95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    precision->value = p;
    precision->low = fmax(0, middle - half);
    precision->high = fmin(1, middle + half);
}
