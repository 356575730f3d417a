/*
 * The epoch: a key that says under which run of Redis, and since which restore, every claim of the window is known. Where it is
 * gone or of another run, claims may have been lost: nobody claims until one of us has restored them and set it anew.
 */
#include "ledger_internal.h"

#define EPOCH_KEY TF_STR("epoch")

struct tf_dedup_guard tf_epoch_guard(const struct tf_ledger *ledger)
{
    return (struct tf_dedup_guard){EPOCH_KEY, {ledger->epoch, TF_EPOCH_LEN}};
}

static void take_epoch(void *self, size_t number, struct tf_str value)
{
    char *found = self;
    (void)number;
    found[0] = '\0';
    if (value.len != TF_EPOCH_LEN)
        return;
    memcpy(found, value.ptr, TF_EPOCH_LEN);
    found[TF_EPOCH_LEN] = '\0';
}

enum tf_err tf_epoch_find(struct tf_ledger *ledger, bool *ret_held, char ret_found[TF_EPOCH_LEN + 1], struct tf_fault *fault)
{
    const struct tf_str key = EPOCH_KEY;
    *ret_held = false;
    TF_TRY(tf_dedup_get_all(ledger->dedup, &key, 1, take_epoch, ret_found, fault));
    if (!ret_found[0])
        return TF_OK;
    const struct tf_dedup_guard guard = {key, {ret_found, TF_EPOCH_LEN}};
    enum tf_err err = tf_dedup_check(ledger->dedup, &guard, fault); /* of the run that answers now? */
    if (err == TF_E_RESTORE)
        return TF_OK;
    TF_TRY(err);
    memcpy(ledger->epoch, ret_found, TF_EPOCH_LEN + 1);
    ledger->epoch_held = *ret_held = true;
    return TF_OK;
}

/* What was claimed here without Redis is read back from the results, so all our partitions are looked at again. */
void tf_epoch_lose(struct tf_ledger *ledger)
{
    ledger->epoch_held = false;
    tf_shares_forget(ledger);
    if (tf_dedup_local_count(ledger->dedup) == 0)
        return;
    ledger->unlooked = ledger->ours;
    for (uint32_t p = 0; p < ledger->options.partitions; p++)
        ledger->partitions[p].looked = false;
}

enum tf_err tf_ledger_confirm(struct tf_ledger *ledger, struct tf_fault *fault)
{
    if (!ledger->restore)
        return TF_OK;
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    enum tf_err err = tf_dedup_check(ledger->dedup, &guard, fault);
    if (err == TF_E_RESTORE)
        tf_epoch_lose(ledger);
    return err;
}
