#include "taxflow/clock.h"
#include "taxflow/hash.h"
#include "tracer_internal.h"

/* xoshiro256++ (Blackman, Vigna 2019), one a thread: ids need to be different, not secret, and no system call each. */
static _Thread_local struct {
    uint64_t state[4];
    bool seeded;
} generator;

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static uint64_t next_random(void)
{
    uint64_t *s = generator.state;
    if (!generator.seeded) {
        tf_hash_random(s, sizeof generator.state);
        s[0] |= 1; /* all zero would stay zero */
        generator.seeded = true;
    }
    const uint64_t result = rotate(s[0] + s[3], 23) + s[0];
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static void put_random(uint8_t out[8])
{
    uint64_t value;
    do
        value = next_random();
    while (value == 0); /* an id of zeros is no id */
    memcpy(out, &value, sizeof value);
}

/* Sampling looks at the random part of the trace id, so that every process decides alike (Trace Context level 2, 2.2.6.2). */
static uint64_t lower_56_bits(const uint8_t trace_id[16])
{
    uint64_t value = 0;
    for (int i = 9; i < 16; i++)
        value = value << 8 | trace_id[i];
    return value;
}

void tf_span_start(struct tf_tracer *tracer, struct tf_span *span, const char *name, enum tf_span_kind kind,
                   const struct tf_trace_context *parent)
{
    const bool child = parent && parent->valid;
    span->recording = false;
    span->context = child ? *parent : (struct tf_trace_context){.valid = false};
    if (!tracer || !tracer->enabled)
        return;
    put_random(span->context.span_id);
    span->context.valid = true;
    if (!child) {
        put_random(span->context.trace_id);
        put_random(span->context.trace_id + 8);
        span->context.sampled = lower_56_bits(span->context.trace_id) >= tracer->sample_from;
    }
    if (!span->context.sampled)
        return;
    span->recording = true;
    span->has_parent = child;
    if (child)
        memcpy(span->parent_span_id, parent->span_id, sizeof span->parent_span_id);
    span->kind = kind;
    span->error = false;
    span->attributes_count = span->attributes_dropped = span->links_count = span->links_dropped = 0;
    const size_t len = strnlen(name, sizeof span->name - 1);
    memcpy(span->name, name, len);
    span->name[len] = '\0';
    span->start_ns = tf_clock_wall_ns();
}

static struct tf_span_attribute *new_attribute(struct tf_span *span, const char *key)
{
    if (!span->recording)
        return NULL;
    if (span->attributes_count == TF_SPAN_ATTRIBUTES_MAX) {
        span->attributes_dropped++;
        return NULL;
    }
    struct tf_span_attribute *attribute = &span->attributes[span->attributes_count++];
    attribute->key = key;
    return attribute;
}

void tf_span_text(struct tf_span *span, const char *key, struct tf_str value)
{
    struct tf_span_attribute *attribute = new_attribute(span, key);
    if (!attribute)
        return;
    size_t len = value.len < sizeof attribute->text - 1 ? value.len : sizeof attribute->text - 1;
    while (len > 0 && len < value.len && ((unsigned char)value.ptr[len] & 0xc0) == 0x80)
        len--; /* before a character, not inside one */
    if (len > 0)
        memcpy(attribute->text, value.ptr, len);
    attribute->text[len] = '\0';
    attribute->is_text = true;
}

void tf_span_int(struct tf_span *span, const char *key, int64_t value)
{
    struct tf_span_attribute *attribute = new_attribute(span, key);
    if (!attribute)
        return;
    attribute->number = value;
    attribute->is_text = false;
}

void tf_span_link(struct tf_span *span, const struct tf_trace_context *context)
{
    if (!span->recording || !context->valid)
        return;
    if (span->links_count == TF_SPAN_LINKS_MAX)
        span->links_dropped++;
    else
        span->links[span->links_count++] = *context;
}

void tf_span_fail(struct tf_span *span, const char *type)
{
    span->error = true;
    tf_span_text(span, "error.type", tf_str_of(type));
}

void tf_span_end(struct tf_tracer *tracer, struct tf_span *span)
{
    if (!span->recording)
        return;
    span->end_ns = tf_clock_wall_ns();
    if (span->end_ns < span->start_ns)
        span->end_ns = span->start_ns; /* the wall clock may be set back; a span never ends before it began */
    span->recording = false;           /* ending twice queues once */
    tf_exporter_push(tracer, span);
}
