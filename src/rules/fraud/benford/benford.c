#include "benford.h"

#include <math.h>

static void begin(struct tf_benford *benford, unsigned first, size_t cells)
{
    *benford = (struct tf_benford){.first = first, .cells = cells};
    for (size_t i = 0; i < cells; i++)
        benford->expected[i] = first > 0 ? log10(1 + 1 / (double)(first + i)) : 1 / (double)cells;
}

void tf_benford_first(struct tf_benford *benford)
{
    begin(benford, 1, 9);
}

void tf_benford_first_two(struct tf_benford *benford)
{
    begin(benford, 10, 90);
}

void tf_benford_last_two(struct tf_benford *benford)
{
    begin(benford, 0, 100);
}

void tf_benford_add(struct tf_benford *benford, unsigned digits, int64_t count)
{
    benford->counts[digits - benford->first] += count;
    benford->n += count;
}

static double share(const struct tf_benford *benford, size_t cell)
{
    return (double)benford->counts[cell] / (double)benford->n;
}

double tf_benford_mad(const struct tf_benford *benford)
{
    double sum = 0;
    if (benford->n == 0)
        return 0;
    for (size_t i = 0; i < benford->cells; i++)
        sum += fabs(share(benford, i) - benford->expected[i]);
    return sum / (double)benford->cells;
}

double tf_benford_chi_square(const struct tf_benford *benford)
{
    double sum = 0;
    if (benford->n == 0)
        return 0;
    for (size_t i = 0; i < benford->cells; i++) {
        double expected = benford->expected[i] * (double)benford->n, off = (double)benford->counts[i] - expected;
        sum += off * off / expected;
    }
    return sum;
}

double tf_benford_z(const struct tf_benford *benford, size_t cell)
{
    if (benford->n == 0)
        return 0;
    double n = (double)benford->n, b = benford->expected[cell], off = share(benford, cell) - b;
    double z = (fabs(off) - 1 / (2 * n)) / sqrt(b * (1 - b) / n);
    return z <= 0 ? 0 : off < 0 ? -z : z;
}

/* A short list, kept in order while cells come; of equal ones the first stays first. */
void tf_benford_name_cells(const struct tf_benford *benford, double z_limit, struct tf_fraud_group_finding *finding)
{
    finding->cells_count = 0;
    finding->cells_single = benford->cells == 9;
    for (size_t i = 0; i < benford->cells; i++) {
        double z = tf_benford_z(benford, i);
        if (fabs(z) <= z_limit)
            continue;
        uint32_t at = finding->cells_count;
        while (at > 0 && fabs(finding->cells[at - 1].z) < fabs(z))
            at--;
        if (at == TF_FRAUD_GROUP_CELLS_MAX)
            continue;
        finding->cells_count += finding->cells_count < TF_FRAUD_GROUP_CELLS_MAX;
        for (uint32_t last = finding->cells_count - 1; last > at; last--)
            finding->cells[last] = finding->cells[last - 1];
        finding->cells[at] = (struct tf_fraud_group_cell){benford->first + (unsigned)i, benford->counts[i],
                                                          benford->expected[i] * (double)benford->n, z};
    }
}

void tf_benford_judge_mad(const struct tf_benford *benford, const struct tf_benford_limits *limits, bool enough, struct tf_fraud_group_finding *finding)
{
    static const double Z_LIMIT = 2.576; /* 1 % */
    *finding = (struct tf_fraud_group_finding){.statistic = "MAD", .n = benford->n, .value = tf_benford_mad(benford), .limit = limits->marginal};
    if (benford->n > 0)
        finding->limit = fmax(limits->marginal, limits->noise / sqrt((double)benford->n));
    tf_benford_name_cells(benford, Z_LIMIT, finding);
    if (!enough)
        return;
    finding->grade = finding->value > finding->limit       ? TF_FRAUD_GRADE_NONCONFORMITY
                     : finding->value > limits->acceptable ? TF_FRAUD_GRADE_MARGINAL
                     : finding->value > limits->close      ? TF_FRAUD_GRADE_ACCEPTABLE
                                                           : TF_FRAUD_GRADE_CLOSE;
}
