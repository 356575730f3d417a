#include "json_members.h"

enum { INSERTION_COUNT_MAX = 16 };

static bool is_before(const struct tf_json_node *a, const struct tf_json_node *b) { return tf_json_members_cmp(a->name, b->name) < 0; }

static void insertion_sort(struct tf_json_node *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct tf_json_node moved = items[i];
        size_t at = i;
        for (; at > 0 && is_before(&moved, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = moved;
    }
}

static void sift_down(struct tf_json_node *items, size_t root, size_t count)
{
    struct tf_json_node moved = items[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        child += child + 1 < count && is_before(&items[child], &items[child + 1]);
        if (!is_before(&moved, &items[child]))
            break;
        items[root] = items[child];
    }
    items[root] = moved;
}

/* In place and never quadratic; qsort(3) would take heap for a large object. */
static void heap_sort(struct tf_json_node *items, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift_down(items, i, count);
    for (size_t last = count; last-- > 1;) {
        struct tf_json_node largest = items[0];
        items[0] = items[last];
        items[last] = largest;
        sift_down(items, 0, last);
    }
}

/* First member that does not stand after the one before it; NULL when all do. */
static const struct tf_json_node *first_disorder(const struct tf_json_node *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (tf_json_members_cmp(items[i - 1].name, items[i].name) >= 0)
            return &items[i];
    return NULL;
}

const struct tf_json_node *tf_json_members_sort(struct tf_json_node *items, size_t count)
{
    if (first_disorder(items, count) == NULL)
        return NULL;
    if (count <= INSERTION_COUNT_MAX)
        insertion_sort(items, count);
    else
        heap_sort(items, count);
    return first_disorder(items, count);
}

const struct tf_json_node *tf_json_members_find(const struct tf_json_node *object, struct tf_str name)
{
    if (object->type != TF_JSON_OBJECT)
        return NULL;
    size_t low = 0, high = object->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct tf_json_node *member = &object->as.items[middle];
        int order = tf_json_members_cmp(member->name, name);
        if (order == 0)
            return member->type == TF_JSON_NULL ? NULL : member;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
