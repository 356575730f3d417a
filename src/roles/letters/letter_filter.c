#include <stdio.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/letters.h"

enum { PARTITION_MAX = 100000, NAMES = 6 };

void tf_letter_filter_init(struct tf_letter_filter *filter)
{
    *filter = (struct tf_letter_filter){.since_ms = INT64_MIN, .until_ms = INT64_MAX, .partition = -1};
}

static enum tf_err set_text(struct tf_str *text, const char *name, const char *value, struct tf_fault *fault)
{
    if (value[0] == '\0')
        return tf_fault_set(fault, TF_E_USAGE, "%s is empty; leave it out to take every letter", name);
    *text = tf_str_of(value);
    return TF_OK;
}

/* A date stands for its whole day: it begins there (since), or ends behind it (until). */
static enum tf_err set_time(int64_t *ms, int64_t days_more, const char *name, const char *value, struct tf_fault *fault)
{
    int32_t days;
    struct tf_str text = tf_str_of(value);
    if (tf_clock_parse_time(text, ms))
        return TF_OK;
    if (text.len != strlen("YYYY-MM-DD") || !tf_clock_parse_date(text, &days))
        return tf_fault_set(fault, TF_E_USAGE, "%s is no date and no time; write 2025-03-31 or 2025-03-31T14:00:00Z", name);
    *ms = (days + days_more) * TF_MS_PER_DAY;
    return TF_OK;
}

static enum tf_err set_partition(struct tf_letter_filter *filter, const char *value, struct tf_fault *fault)
{
    uint64_t number;
    if (!tf_str_to_u64(tf_str_of(value), PARTITION_MAX, &number))
        return tf_fault_set(fault, TF_E_USAGE, "partition is no number of a partition; write 0, 1, …");
    filter->partition = (int64_t)number;
    return TF_OK;
}

static enum tf_err set_role(struct tf_letter_filter *filter, const char *value, struct tf_fault *fault)
{
    static const char *const burying[] = {"tax", "fraud", "collector"};
    for (size_t i = 0; i < sizeof burying / sizeof burying[0]; i++)
        if (strcmp(value, burying[i]) == 0)
            return set_text(&filter->role, "role", value, fault);
    return tf_fault_set(fault, TF_E_USAGE, "role is none that buries letters; write tax, fraud or collector");
}

static const char *const names[NAMES] = {"role", "reason", "since", "until", "partition", "id"};

const char *const *tf_letter_filter_names(size_t *ret_count)
{
    *ret_count = NAMES;
    return names;
}

enum tf_err tf_letter_filter_set(struct tf_letter_filter *filter, const char *name, const char *value, struct tf_fault *fault)
{
    if (!value)
        return TF_OK;
    if (strcmp(name, "role") == 0)
        return set_role(filter, value, fault);
    if (strcmp(name, "reason") == 0)
        return set_text(&filter->reason, name, value, fault);
    if (strcmp(name, "since") == 0)
        return set_time(&filter->since_ms, 0, name, value, fault);
    if (strcmp(name, "until") == 0)
        return set_time(&filter->until_ms, 1, name, value, fault);
    if (strcmp(name, "partition") == 0)
        return set_partition(filter, value, fault);
    if (strcmp(name, "id") == 0)
        return set_text(&filter->id, name, value, fault);
    return tf_fault_set(fault, TF_E_USAGE, "letters have no filter %s", name);
}

static bool text_fits(struct tf_str wanted, struct tf_str found)
{
    return !tf_str_present(wanted) || (tf_str_present(found) && tf_str_eq(wanted, found));
}

bool tf_letter_filter_takes(const struct tf_letter_filter *filter, const struct tf_letter *letter)
{
    const struct tf_position *at = &letter->position;
    return text_fits(filter->role, letter->role) && text_fits(filter->reason, letter->reason) && text_fits(filter->id, letter->event_id) &&
           at->timestamp_ms >= filter->since_ms && at->timestamp_ms < filter->until_ms &&
           (filter->partition < 0 || filter->partition == (int64_t)at->partition);
}

void tf_letter_filter_name(const struct tf_letter_filter *filter, char out[TF_LETTER_FILTER_NAME_BYTES])
{
    enum { HALF = (TF_LETTER_FILTER_NAME_BYTES - 1) / 2 };
    char numbers[80];
    snprintf(numbers, sizeof numbers, "%lld %lld %lld", (long long)filter->since_ms, (long long)filter->until_ms, (long long)filter->partition);
    const struct tf_str nul = {"", 1};
    const struct tf_str parts[] = {filter->role, nul, filter->reason, nul, filter->id, nul, tf_str_of(numbers)};
    struct tf_hash16 hash = tf_hash_sha256(parts, sizeof parts / sizeof parts[0]);
    tf_hash_hex(hash.bytes, HALF, out);
}
