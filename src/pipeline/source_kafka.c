#include "taxflow/pipeline.h"

static enum tf_err kafka_poll(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    return tf_kafka_poll(self, batch, wait_ms, fault);
}
static enum tf_err kafka_look_ahead(void *self, struct tf_batch *ahead, size_t most, struct tf_fault *fault)
{
    return tf_kafka_look_ahead(self, ahead, most, fault);
}
static enum tf_err kafka_keep_alive(void *self, int64_t wait_ms, struct tf_fault *fault)
{
    return tf_kafka_keep_alive(self, wait_ms, fault);
}
static void kafka_release(void *self, struct tf_batch *batch)
{
    tf_kafka_release(self, batch);
}
static bool never_finished(void *self)
{
    (void)self;
    return false;
}

static int64_t kafka_next_offset(void *self, uint32_t partition)
{
    return tf_kafka_next_offset(self, partition);
}

static bool kafka_drained(void *self, uint32_t partition)
{
    return tf_kafka_drained(self, partition);
}

struct tf_source tf_source_kafka(struct tf_kafka *kafka)
{
    return (struct tf_source){
        .self = kafka,
        .poll = kafka_poll,
        .look_ahead = kafka_look_ahead,
        .keep_alive = kafka_keep_alive,
        .release = kafka_release,
        .finished = never_finished,
        .next_offset = kafka_next_offset,
        .drained = kafka_drained,
    };
}

static enum tf_err kafka_begin(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    return tf_kafka_begin(self, batch, ret_item, fault);
}
static enum tf_err kafka_publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    return tf_kafka_publish(self, batch, ret_item, fault);
}
static enum tf_err kafka_flush(void *self, uint32_t *ret_item, struct tf_fault *fault)
{
    return tf_kafka_flush(self, ret_item, fault);
}
static enum tf_err kafka_commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    return tf_kafka_commit(self, batch, fault);
}
static enum tf_err kafka_abort(void *self, struct tf_fault *fault)
{
    return tf_kafka_abort(self, fault);
}
static bool kafka_keeps(void *self, enum tf_stream stream)
{
    return tf_kafka_keeps(self, stream);
}
static int64_t kafka_state_offset(void *self, uint32_t partition)
{
    return tf_kafka_state_offset(self, partition);
}
static int64_t kafka_result_offset(void *self, uint32_t partition)
{
    return tf_kafka_result_offset(self, partition);
}

struct tf_sink tf_sink_kafka(struct tf_kafka *kafka)
{
    return (struct tf_sink){
        .self = kafka,
        .begin = kafka_begin,
        .publish = kafka_publish,
        .flush = kafka_flush,
        .commit = kafka_commit,
        .abort = kafka_abort,
        .result_offset = kafka_result_offset,
        .state_offset = kafka_state_offset,
        .keeps = kafka_keeps,
    };
}
