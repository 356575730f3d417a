#include "stray.h"

static const struct tf_str names[TF_STRAY_COUNT] = {
#define STRAY(symbol, name, meaning) [TF_STRAY_##symbol] = {name, sizeof(name) - 1},
#include "taxflow/strays.def"
#undef STRAY
};

enum tf_stray_kind tf_stray_kind_of(const struct tf_stray *stray)
{
    int kind = 0;
    while (kind < TF_STRAY_COUNT && !tf_str_eq(stray->kind, names[kind]))
        kind++;
    return (enum tf_stray_kind)kind;
}

static struct tf_str without_prefix(struct tf_str name)
{
    const char *colon = name.len > 0 ? memchr(name.ptr, ':', name.len) : NULL;
    return colon ? (struct tf_str){colon + 1, (size_t)(name.ptr + name.len - colon) - 1} : name;
}

bool tf_stray_empty(const struct tf_invoice *invoice, const char *local)
{
    for (size_t i = 0; i < invoice->strays.count; i++)
        if (tf_str_is(without_prefix(invoice->strays.items[i].text), local) && tf_stray_kind_of(&invoice->strays.items[i]) == TF_STRAY_EMPTY)
            return true;
    return false;
}
