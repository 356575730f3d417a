#include "taxflow/document.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* How near a mark's term comes to the one that is looked for: 1 more than the length of what both begin with; 0 for another one. */
static size_t nearness(const char *found, const char *wanted)
{
    size_t len = 0;
    if (found == NULL)
        return 1;
    while (wanted != NULL && found[len] != '\0' && found[len] == wanted[len])
        len++;
    if (found[len] != '\0')
        return 0;
    return wanted == NULL || wanted[len] == '\0' || wanted[len] == '.' || len == 0 ? len + 1 : 0;
}

/* The first mark in a list's element of that index or a later one: indexes of a list rise through a document. */
static size_t first_of(const struct tf_mark *marks, size_t count, const char *list, uint32_t index)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2, at = middle;
        while (at < high && !same(marks[at].place->list, list))
            at++;
        if (at < high && marks[at].index < index)
            low = at + 1;
        else
            high = middle;
    }
    while (low < count && !same(marks[low].place->list, list))
        low++;
    return low;
}

static uint64_t line_in_element(const struct tf_mark *marks, size_t count, const struct tf_mark_place *place, uint32_t index,
                                uint32_t subindex)
{
    uint64_t line = 0;
    size_t best = 0;
    for (size_t i = first_of(marks, count, place->list, index); i < count; i++) {
        const struct tf_mark *mark = &marks[i];
        if (!same(mark->place->list, place->list) || mark->index != index)
            break;
        bool below = place->sublist != NULL && same(mark->place->sublist, place->sublist) && mark->subindex == subindex;
        if (mark->place->sublist != NULL && !below)
            continue;
        size_t near = nearness(mark->place->term, below || place->sublist == NULL ? place->term : place->sublist);
        near += below && near > 0 ? UINT16_MAX : 0;
        if (near > best) {
            best = near;
            line = mark->line;
        }
    }
    return line;
}

uint64_t tf_mark_line(const struct tf_mark *marks, size_t count, const struct tf_mark_place *place, uint32_t index, uint32_t subindex)
{
    uint64_t line = 0;
    size_t best = 0;
    if (place->list != NULL && (line = line_in_element(marks, count, place, index, subindex)) > 0)
        return line;
    const char *term = place->list != NULL ? place->list : place->term;
    const char first = term != NULL ? term[0] : '\0';
    for (size_t i = 0; i < count; i++) {
        if (marks[i].first != '\0' && marks[i].first != first)
            continue;
        size_t near = marks[i].place->list == NULL ? nearness(marks[i].place->term, term) : 0;
        if (near > best) {
            best = near;
            line = marks[i].line;
        }
    }
    return line;
}
