/* Commands that write wait for Kafka a little, and no longer than a person would. */
#include "cli.h"
#include "taxflow/clock.h"

enum { START_MS = 10000 };

enum tf_err tf_cli_await_topics(struct tf_process *process, struct tf_fault *fault)
{
    int64_t deadline = tf_clock_mono_ms() + START_MS;
    struct tf_ticket none = {.done = false};
    while (tf_feed_partitions(process->feed) == 0) {
        if (tf_clock_mono_ms() > deadline)
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "Kafka at %s does not answer, or has no topic %s; is it running, and was `taxflow topics --create` run?",
                                tf_cluster_bootstrap(process->cluster), tf_cluster_topic(process->cluster, TF_STREAM_AUDIT));
        (void)!tf_feed_wait(process->feed, &none, 1, 50);
    }
    return TF_OK;
}
