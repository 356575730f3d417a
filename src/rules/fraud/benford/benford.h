/*
 * Digits against what they should be: mean absolute deviation, chi-square, Z of a cell.
 * Source: Nigrini, Benford's Law (2012); the noise of small sets: E[MAD] under Benford's law, and its 95 % point.
 */
#ifndef TAXFLOW_RULES_FRAUD_BENFORD_H
#define TAXFLOW_RULES_FRAUD_BENFORD_H

#include "taxflow/fraud_group.h"

enum { TF_BENFORD_CELLS_MAX = 100 };

/* Counts of each cell, and the share of each that is expected; the cell's digits are first + its index. */
struct tf_benford {
    size_t cells;
    unsigned first;
    int64_t n; /* of all cells */
    int64_t counts[TF_BENFORD_CELLS_MAX];
    double expected[TF_BENFORD_CELLS_MAX];
};

/** A first digit, 1..9; the first two, 10..99: by Benford's law. The last two, 0..99: all alike. All with no counts. */
void tf_benford_first(struct tf_benford *benford);
void tf_benford_first_two(struct tf_benford *benford);
void tf_benford_last_two(struct tf_benford *benford);
void tf_benford_add(struct tf_benford *benford, unsigned digits, int64_t count);
/** Mean absolute deviation of the shares; 0 without counts. */
double tf_benford_mad(const struct tf_benford *benford);
double tf_benford_chi_square(const struct tf_benford *benford);
/** Z of a cell with the correction for whole counts, 0 or more; its sign is that of observed - expected. */
double tf_benford_z(const struct tf_benford *benford, size_t cell);
/** Put the cells of |Z| above z_limit into the finding, the largest first, as many as fit. */
void tf_benford_name_cells(const struct tf_benford *benford, double z_limit, struct tf_fraud_group_finding *finding);

/* Up to where a mean absolute deviation is close, acceptable or marginal; and what chance makes of n records: noise / sqrt(n), in 95 % of honest sets. */
struct tf_benford_limits { double close, acceptable, marginal, noise; };
/** Grade a population by its mean absolute deviation: nonconformity only above both the limit and the noise. enough: whether it is graded at all. */
void tf_benford_judge_mad(const struct tf_benford *benford, const struct tf_benford_limits *limits, bool enough, struct tf_fraud_group_finding *finding);

#endif
