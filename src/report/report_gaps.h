/* Why rules could not judge, as the report tells it. */
#ifndef TAXFLOW_REPORT_GAPS_H
#define TAXFLOW_REPORT_GAPS_H

#include "taxflow/json.h"
#include "taxflow/report.h"

/** The member "not_evaluated" of the report: by rule. Nothing where nobody counted. */
void tf_report_gaps_json(const struct tf_report *report, struct tf_json *json);
/** A line a rule, for people. */
void tf_report_gaps_print(const struct tf_report *report, FILE *out);

#endif
