#include "keep.h"

#include <string.h>

#include "collector_internal.h"
#include "taxflow/reader_xml.h"

static void say_failure(struct tf_collector *collector, const struct tf_fault *fault)
{
    if (!atomic_exchange(&collector->keeping_failed, true))
        TF_LOG0(TF_LOG_ERROR, "archive_failed", fault->text);
    tf_health_set(collector->run->health, "archive", false, fault->text);
}

static void say_success(struct tf_collector *collector)
{
    if (atomic_exchange(&collector->keeping_failed, false))
        TF_LOG0(TF_LOG_NOTICE, "archive_works", "originals can be kept again");
    tf_health_set(collector->run->health, "archive", true, NULL);
}

enum tf_err tf_collector_keep_open(struct tf_collector *collector, struct tf_fault *fault)
{
    const char *folder = tf_process_config(collector->run->process)->collector.archive_dir;
    struct tf_fault full = {0};
    if (!folder[0])
        return TF_OK;
    TF_TRY(tf_originals_create(folder, &collector->originals, fault));
    if (tf_originals_probe(collector->originals, &full) != TF_OK)
        say_failure(collector, &full);
    else
        say_success(collector);
    return TF_OK;
}

void tf_collector_keep_close(struct tf_collector *collector)
{
    collector->originals = tf_originals_destroy(collector->originals);
}

bool tf_collector_keeps(const struct tf_collector *collector)
{
    return collector->originals != NULL;
}

enum tf_err tf_collector_keep(struct tf_collector *collector, const struct tf_str *bodies, size_t count, struct tf_original *ret_originals,
                              struct tf_fault *fault)
{
    enum tf_err err = tf_originals_keep(collector->originals, bodies, count, ret_originals, fault);
    if (err == TF_E_UNAVAILABLE)
        say_failure(collector, fault);
    return err;
}

enum tf_err tf_collector_keep_file(struct tf_collector *collector, int fd, struct tf_original *ret_original, int *ret_fd, struct tf_fault *fault)
{
    enum tf_err err = tf_originals_keep_file(collector->originals, fd, ret_original, ret_fd, fault);
    if (err == TF_E_UNAVAILABLE)
        say_failure(collector, fault);
    return err;
}

void tf_collector_keep_watch(struct tf_collector *collector)
{
    struct tf_fault fault = {0};
    if (!atomic_load(&collector->keeping_failed))
        return;
    if (tf_originals_probe(collector->originals, &fault) == TF_OK)
        say_success(collector);
}

struct tf_str tf_collector_media(const char *format, struct tf_str head, bool one_document)
{
    static const struct { const char *format; struct tf_str media; } rows[] = {
        {"csv", TF_STR_INIT("text/csv")},
        {"pdf", TF_STR_INIT("application/pdf")},
        {"zip", TF_STR_INIT("application/zip")},
        {"gzip", TF_STR_INIT("application/gzip")},
        {"pain.001", TF_STR_INIT("application/xml")},
        {"camt.053", TF_STR_INIT("application/xml")},
        {"saf-t", TF_STR_INIT("application/xml")},
        {"sbdh", TF_STR_INIT("application/xml")},
    };
    for (size_t i = 0; format && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].format, format) == 0)
            return rows[i].media;
    if (format)
        return TF_STR("application/octet-stream");
    if (tf_reader_xml_sniff(head))
        return TF_STR("application/xml");
    return one_document ? TF_STR("application/json") : TF_STR("application/x-ndjson");
}
