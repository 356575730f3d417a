#include "pipeline_internal.h"

#include "taxflow/failpoint.h"

/* A record is read as an envelope (file line, structured CloudEvent, foreign producer) unless its headers already say who it is. */
static enum tf_err read_item(struct tf_reader *reader, struct tf_item *item, struct tf_arena *arena)
{
    if (tf_str_present(item->ce_id) && tf_str_present(item->ce_source)) {
        item->body_hash = tf_hash_sha256(&item->value, 1);
        return tf_reader_decode(reader, item->value, arena, &item->event, &item->problem);
    }
    struct tf_envelope envelope = {0};
    enum tf_err err = item->known
                        ? tf_reader_read_again(reader, item->value, &item->known->body_hash, arena, &envelope, &item->event, &item->problem)
                        : tf_reader_read(reader, item->value, arena, &envelope, &item->event, &item->problem);
    item->id_enveloped = true; /* also of a record that cannot be judged: people look for it by its id */
    item->ce_id = envelope.id;
    item->ce_source = envelope.source;
    if (!tf_str_present(item->traceparent)) {
        item->trace_enveloped = true;
        item->traceparent = envelope.traceparent;
    }
    item->body_hash = envelope.body_hash;
    return err;
}

static bool meant_for(const struct tf_pipeline *p, const struct tf_item *item)
{
    return !tf_str_present(item->tf_role) || tf_str_is(item->tf_role, p->options.role);
}

static enum tf_err prepare(struct tf_pipeline *p, struct tf_item *item, struct tf_arena *arena)
{
    for (size_t j = 0; j < p->options.judges_count; j++)
        if (p->options.judges[j].prepare)
            TF_TRY(p->options.judges[j].prepare(p->options.judges[j].self, item, arena, &item->prepared[j]));
    return TF_OK;
}

static enum tf_err decode_item(struct tf_pipeline *p, struct tf_item *item, unsigned worker)
{
    const struct tf_source *source = &p->options.source;
    struct tf_arena *arena = p->batch->arenas[worker];
    if (source->fetch)
        TF_TRY(source->fetch(source->self, item, arena));
    if (item->outcome != TF_OUTCOME_PENDING)
        return TF_OK; /* judged before, or not to be looked into again */
    if (!meant_for(p, item)) {
        item->outcome = TF_OUTCOME_SKIPPED;
        return TF_OK;
    }
    tf_failpoint_look_into(item->value);
    enum tf_err err = read_item(p->workers[worker].reader, item, arena);
    tf_trace_parse(item->traceparent, &item->trace);
    if (tf_err_class(err) == TF_CLASS_DROP) {
        item->problem.err = err;
        item->outcome = TF_OUTCOME_DEAD;
        return TF_OK;
    }
    TF_TRY(err);
    if (item->known && item->event.revision == 0)
        item->id = item->known->identity;
    else
        item->id = tf_identity_claim(item->ce_source, item->ce_id, item->event.revision);
    return prepare(p, item, arena);
}

enum tf_err tf_decode_share(struct tf_pipeline *p, struct tf_slice slice, unsigned worker)
{
    for (size_t i = slice.first; i < slice.end; i++)
        if (p->batch->items[i].worker == worker)
            TF_TRY(decode_item(p, &p->batch->items[i], worker));
    return TF_OK;
}
