/* A report from rows read back out of Kafka: what a foreign reader would count. */
#ifndef TF_REPORT_ROWS_H
#define TF_REPORT_ROWS_H

#include "taxflow/kafka.h"
#include "taxflow/report.h"

struct tf_report_rows;

/** tails: tax, fraud, dlq and duplicates, each from its start. One partition (embedded). ruleset: as tf_report's, borrowed. */
enum tf_err tf_report_rows_create(struct tf_cluster *cluster, const struct tf_config *config, const struct tf_fraud_ruleset *ruleset,
                                  struct tf_report_rows **ret_rows, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_report_rows *tf_report_rows_destroy(struct tf_report_rows *rows);
/** Read what is there, waiting at most wait_ms; returns how many rows came. */
size_t tf_report_rows_read(struct tf_report_rows *rows, int64_t wait_ms);
/** Fill the counts; received and the collector's dead letters included. */
void tf_report_rows_fill(const struct tf_report_rows *rows, struct tf_report *report);

#endif
