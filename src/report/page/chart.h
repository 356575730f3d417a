/* Charts as inline SVG, drawn here: no library, no script. Geometry only: every number they show is in a table or text beside them as well. */
#ifndef TAXFLOW_REPORT_CHART_H
#define TAXFLOW_REPORT_CHART_H

#include "amounts.h"
#include "taxflow/report_html.h"

enum { TF_CHART_LABEL_CHARS = 26 };

struct tf_chart {
    const char *title, *says; /* ours; what a reader who does not see it is told */
    bool plain;               /* bars are not told apart by decision: the parts hold one number */
};

/* A bar of parts, in the order in which they are stacked: to block, to review, the rest. */
struct tf_chart_bar {
    struct tf_str label;
    tf_int128 parts[TF_DECISIONS]; /* by enum tf_fraud_decision; none below 0 */
    bool money;                    /* minor units of two decimals; else counts */
};

/** Lying bars, one below the other, with the sum of the parts behind each. */
void tf_chart_bars(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_bar *bars, size_t count);
/** Standing bars over time, at most 60; every few of them have their label. */
void tf_chart_columns(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_bar *bars, size_t count);
/** One bar of all, in parts. */
void tf_chart_share(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_bar *bar);
/* What was seen beside what was to be expected. */
struct tf_chart_pair { struct tf_str label; double observed, expected; };
void tf_chart_pairs(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_pair *pairs, size_t count);

#endif
