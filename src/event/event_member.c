#include "taxflow/event_member.h"

#include <stdio.h>
#include <string.h>

#include "decode_event.h"
#include "decode_records.h"

enum { PATH_BYTES_MAX = 256 };

static enum tf_member_type type_of(enum tf_decode_type type)
{
    switch (type) {
    case TF_DECODE_TEXT: return TF_MEMBER_TEXT;
    case TF_DECODE_DECIMAL: return TF_MEMBER_DECIMAL;
    case TF_DECODE_DATE:
    case TF_DECODE_MOMENT: return TF_MEMBER_DATE;
    case TF_DECODE_TIME: return TF_MEMBER_TIME;
    case TF_DECODE_FLAG: return TF_MEMBER_FLAG;
    case TF_DECODE_WHOLE: return TF_MEMBER_WHOLE;
    case TF_DECODE_GROUP:
    case TF_DECODE_LIST: break;
    }
    return TF_MEMBER_NONE;
}

/* The name before the next point; what is behind it stays. */
static struct tf_str cut_name(struct tf_str *path)
{
    const char *point = memchr(path->ptr, '.', path->len);
    struct tf_str name = {path->ptr, point ? (size_t)(point - path->ptr) : path->len};
    size_t used = name.len + (point != NULL);
    *path = (struct tf_str){path->ptr + used, path->len - used};
    return name;
}

static bool cut_number(struct tf_str *path, uint64_t limit)
{
    uint64_t index;
    return path->len > 0 && limit > 0 && tf_str_to_u64(cut_name(path), limit - 1, &index);
}

static const struct tf_decode_row *row_of(const struct tf_decode_shape *shape, struct tf_str name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (tf_str_eq(shape->rows[i].name, name))
            return &shape->rows[i];
    return NULL;
}

static enum tf_member_type find(const struct tf_decode_shape *shape, struct tf_str path)
{
    while (path.len > 0) {
        const struct tf_decode_row *row = row_of(shape, cut_name(&path));
        if (!row || (row->type == TF_DECODE_LIST && !cut_number(&path, row->limit)))
            return TF_MEMBER_NONE;
        if (row->type < TF_DECODE_GROUP)
            return path.len == 0 ? type_of(row->type) : TF_MEMBER_NONE;
        shape = row->shape;
    }
    return shape->plain ? TF_MEMBER_TEXT : TF_MEMBER_NONE;
}

enum tf_member_type tf_event_member(enum tf_kind kind, struct tf_str path)
{
    struct tf_str rest = path;
    if (path.len == 0)
        return TF_MEMBER_NONE;
    if (tf_str_is(path, "direction"))
        return TF_MEMBER_TEXT;
    if (tf_str_eq(cut_name(&rest), tf_decode_event_member(kind)))
        return find(tf_decode_event_shape(kind), rest);
    return find(&tf_decode_records_head_shape, path);
}

struct tf_str tf_event_member_of_kind(enum tf_kind kind) { return tf_decode_event_member(kind); }

bool tf_event_member_kind(struct tf_str word, enum tf_kind *ret_kind) { return tf_decode_event_kind(word, ret_kind); }

/* One path that grows and shrinks. */
struct tour {
    char path[PATH_BYTES_MAX];
    void (*see)(void *self, const char *path, enum tf_member_type type);
    void *self;
};

static void visit(struct tour *tour, const struct tf_decode_shape *shape, size_t len)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        int more = snprintf(tour->path + len, sizeof tour->path - len, "%s%.*s%s", len > 0 ? "." : "", TF_STR_ARGS(row->name),
                            row->type == TF_DECODE_LIST ? ".N" : "");
        if (more < 0 || len + (size_t)more >= sizeof tour->path)
            continue;
        if (row->type >= TF_DECODE_GROUP)
            visit(tour, row->shape, len + (size_t)more);
        else
            tour->see(tour->self, tour->path, type_of(row->type));
    }
    tour->path[len] = '\0';
}

void tf_event_member_each(enum tf_kind kind, void (*see)(void *self, const char *path, enum tf_member_type type), void *self)
{
    struct tour tour = {.see = see, .self = self};
    struct tf_str member = tf_decode_event_member(kind);
    visit(&tour, &tf_decode_records_head_shape, 0);
    see(self, "direction", TF_MEMBER_TEXT);
    memcpy(tour.path, member.ptr, member.len);
    tour.path[member.len] = '\0';
    visit(&tour, tf_decode_event_shape(kind), member.len);
}
