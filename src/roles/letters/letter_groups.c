#include <stdlib.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/letters.h"

static void copy_word(char out[TF_LETTER_WORD_BYTES], struct tf_str word)
{
    size_t len = word.len < TF_LETTER_WORD_BYTES - 1 ? word.len : TF_LETTER_WORD_BYTES - 1;
    if (len > 0)
        memcpy(out, word.ptr, len);
    out[len] = '\0';
}

static struct tf_letter_group *find(struct tf_letter_groups *groups, const struct tf_letter *letter)
{
    struct tf_letter_group wanted = {.first_ms = INT64_MAX, .last_ms = INT64_MIN};
    copy_word(wanted.role, letter->role);
    copy_word(wanted.reason, letter->reason);
    for (size_t g = 0; g < groups->count; g++)
        if (strcmp(groups->items[g].role, wanted.role) == 0 && strcmp(groups->items[g].reason, wanted.reason) == 0)
            return &groups->items[g];
    if (groups->count == TF_LETTER_GROUPS_MAX)
        return &groups->items[TF_LETTER_GROUPS_MAX - 1];
    if (groups->count == TF_LETTER_GROUPS_MAX - 1) {
        copy_word(wanted.role, TF_STR("other"));
        copy_word(wanted.reason, TF_STR("other"));
    }
    groups->items[groups->count] = wanted;
    return &groups->items[groups->count++];
}

bool tf_letter_groups_add(void *self, const struct tf_letter *letter)
{
    struct tf_letter_group *group = find(self, letter);
    int64_t at = letter->position.timestamp_ms;
    group->count++;
    group->first_ms = at < group->first_ms ? at : group->first_ms;
    group->last_ms = at > group->last_ms ? at : group->last_ms;
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct tf_letter_group *x = a, *y = b;
    int by_role = strcmp(x->role, y->role);
    return by_role ? by_role : strcmp(x->reason, y->reason);
}

void tf_letter_groups_sort(struct tf_letter_groups *groups)
{
    qsort(groups->items, groups->count, sizeof groups->items[0], compare);
}

void tf_letter_groups_json(const struct tf_letter_groups *groups, bool complete, struct tf_json *json)
{
    uint64_t letters = 0;
    char time[25];
    for (size_t g = 0; g < groups->count; g++)
        letters += groups->items[g].count;
    tf_json_object(json);
    tf_json_ku64(json, "letters", letters);
    tf_json_kbool(json, "complete", complete);
    tf_json_key(json, "groups");
    tf_json_array(json);
    for (size_t g = 0; g < groups->count; g++) {
        const struct tf_letter_group *group = &groups->items[g];
        tf_json_object(json);
        tf_json_ktext(json, "role", group->role);
        tf_json_ktext(json, "reason", group->reason);
        tf_json_ku64(json, "count", group->count);
        tf_clock_format_time(group->first_ms, time);
        tf_json_ktext(json, "first", time);
        tf_clock_format_time(group->last_ms, time);
        tf_json_ktext(json, "last", time);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
    tf_json_object_end(json);
}
