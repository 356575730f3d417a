/* taxflow-metrics(7): every row of metrics.def. */
#include <string.h>

#include "manual.h"
#include "mdoc.h"

enum type { COUNTER, GAUGE, HISTOGRAM };

static void metric(FILE *out, const char *name, enum type type, const char *labels, const char *help)
{
    static const char *const words[] = {"Counter", "Gauge", "Histogram of seconds"};
    char full[100], text[600];
    snprintf(full, sizeof full, "taxflow_%s", name);
    snprintf(text, sizeof text, "%s. %s; labels: %s.", help, words[type], labels[0] ? labels : "none");
    tf_mdoc_item(out, "Va", full, NULL, NULL);
    tf_mdoc_text(out, text);
}

void tf_manual_metrics(FILE *out)
{
    tf_mdoc_section(out, "DESCRIPTION");
    tf_mdoc_text(out, "Every role answers GET /metrics on its address (NAME.listen in taxflow.conf(5)) in the text format of Prometheus, or in OpenMetrics 1.0 "
                      "where the Accept header asks for it. Labels come from small fixed sets: no tax id, name, account or amount ever stands in them. "
                      "The figures process_* of Prometheus, about the process itself, are there too.");
    tf_mdoc_section(out, "METRICS");
    tf_mdoc_list(out);
#define TF_METRIC(name, type, labels, help) metric(out, #name, type, labels, help);
#include "taxflow/metrics.def"
#undef TF_METRIC
    tf_mdoc_list_end(out);
    tf_mdoc_see_also(out, (const char *const[]){"taxflow 1", "taxflow.conf 5", "taxflow-events 7"}, 3);
}
