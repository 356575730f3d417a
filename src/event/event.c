#include "taxflow/event.h"

const char *tf_event_kind_name(enum tf_kind kind)
{
    static const char *const names[TF_KIND_COUNT] = {
#define X(name, text, member) [TF_KIND_##name] = text,
        TF_KIND_TABLE(X)
#undef X
    };
    return (unsigned)kind < TF_KIND_COUNT ? names[kind] : "unknown";
}

const char *tf_event_direction_name(enum tf_direction direction)
{
    switch (direction) {
    case TF_DIRECTION_PURCHASE: return "purchase";
    case TF_DIRECTION_SALE: return "sale";
    case TF_DIRECTION_INTERCOMPANY: return "intercompany";
    case TF_DIRECTION_UNKNOWN: break;
    }
    return "unknown";
}
