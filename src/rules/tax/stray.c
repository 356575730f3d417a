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
