#include "manual.h"

#include "mdoc.h"

static const struct tf_manual_page pages[] = {
    {"taxflow", "1", "validate tax data and find fraud, on Kafka or in files", tf_manual_command},
    {"taxflow.conf", "5", "configuration of taxflow", tf_manual_conf},
    {"taxflow-events", "7", "records and results of taxflow", tf_manual_events},
    {"taxflow-metrics", "7", "metrics of taxflow", tf_manual_metrics},
};

const struct tf_manual_page *tf_manual_pages(size_t *ret_count)
{
    *ret_count = sizeof pages / sizeof pages[0];
    return pages;
}

void tf_manual_write(FILE *out, const struct tf_manual_page *page)
{
    tf_mdoc_begin(out, page->name, page->section, page->about);
    page->write(out);
}
