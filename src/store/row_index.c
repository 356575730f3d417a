#include "row_index.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES_MIN = 1024 };

void tf_row_index_finish(struct tf_row_index *index)
{
    free(index->places);
    *index = (struct tf_row_index){.places = NULL};
}

static struct tf_row_place place_of(unsigned stream, struct tf_str key)
{
    struct tf_row_place place = {.len = (uint8_t)key.len, .stream = (uint8_t)stream};
    memcpy(place.key, key.ptr, key.len);
    return place;
}

static size_t home_of(const struct tf_row_index *index, const struct tf_row_place *place)
{
    const struct tf_str view = {(const char *)place->key, sizeof place->key};
    return (size_t)tf_hash16_u64(tf_hash_table(view, place->stream)) & (index->places_count - 1);
}

static bool same(const struct tf_row_place *a, const struct tf_row_place *b)
{
    return a->len == b->len && a->stream == b->stream && memcmp(a->key, b->key, sizeof a->key) == 0;
}

/* Where the key stands, or the free place that it would take. */
static size_t find(const struct tf_row_index *index, const struct tf_row_place *wanted)
{
    size_t at = home_of(index, wanted);
    while (index->places[at].sequence != 0 && !same(&index->places[at], wanted))
        at = (at + 1) & (index->places_count - 1);
    return at;
}

static bool grow(struct tf_row_index *index)
{
    struct tf_row_index larger = {.places_count = index->places_count ? index->places_count * 2 : PLACES_MIN, .used = index->used};
    larger.places = calloc(larger.places_count, sizeof *larger.places);
    if (!larger.places)
        return false;
    for (size_t i = 0; i < index->places_count; i++)
        if (index->places[i].sequence != 0)
            larger.places[find(&larger, &index->places[i])] = index->places[i];
    free(index->places);
    *index = larger;
    return true;
}

bool tf_row_index_put(struct tf_row_index *index, unsigned stream, struct tf_str key, int64_t sequence, int64_t *ret_before)
{
    struct tf_row_place place = place_of(stream, key);
    if (index->used >= index->places_count / 4 * 3 && !grow(index))
        return false;
    const size_t at = find(index, &place);
    *ret_before = index->places[at].sequence;
    index->used += *ret_before == 0;
    place.sequence = sequence;
    index->places[at] = place;
    return true;
}

/* What stands behind the gap moves up, unless it is at home already. */
static void close_gap(struct tf_row_index *index, size_t gap)
{
    const size_t mask = index->places_count - 1;
    for (size_t at = (gap + 1) & mask; index->places[at].sequence != 0; at = (at + 1) & mask) {
        const size_t home = home_of(index, &index->places[at]);
        if (((at - home) & mask) < ((at - gap) & mask))
            continue;
        index->places[gap] = index->places[at];
        gap = at;
    }
    index->places[gap].sequence = 0;
}

int64_t tf_row_index_take(struct tf_row_index *index, unsigned stream, struct tf_str key)
{
    const struct tf_row_place place = place_of(stream, key);
    if (index->places_count == 0)
        return 0;
    const size_t at = find(index, &place);
    const int64_t before = index->places[at].sequence;
    if (before == 0)
        return 0;
    index->used--;
    close_gap(index, at);
    return before;
}
