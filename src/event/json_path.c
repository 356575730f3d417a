#include "json_path.h"

#include "taxflow/event.h"

enum { NAME_BYTES_MAX = 48, INDEX_BYTES_MAX = 24, FRAMES_MAX = TF_EVENT_DEPTH_MAX + 4 };

static bool is_plain(struct tf_str name)
{
    if (name.len == 0 || name.len > NAME_BYTES_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

static size_t put(char *out, size_t at, struct tf_str s)
{
    memcpy(out + at, s.ptr, s.len);
    return at + s.len;
}

static size_t put_index(char *out, size_t at, size_t index)
{
    char digits[INDEX_BYTES_MAX];
    size_t len = 0;
    do
        digits[len++] = (char)('0' + index % 10);
    while ((index /= 10) != 0);
    out[at++] = '[';
    while (len > 0)
        out[at++] = digits[--len];
    out[at++] = ']';
    return at;
}

static size_t put_frame(char *out, size_t at, const struct tf_json_path *frame)
{
    if (frame->up == NULL)
        return put(out, at, tf_str_present(frame->name) ? frame->name : TF_STR("$"));
    if (!tf_str_present(frame->name))
        return put_index(out, at, frame->index);
    out[at++] = '.';
    return put(out, at, is_plain(frame->name) ? frame->name : TF_STR("…"));
}

struct tf_str tf_json_path_text(const struct tf_json_path *path, struct tf_arena *arena)
{
    const struct tf_json_path *frames[FRAMES_MAX];
    size_t count = 0, len = 0;
    for (; path != NULL && count < FRAMES_MAX; path = path->up)
        frames[count++] = path;
    char text[FRAMES_MAX * (NAME_BYTES_MAX + 1)];
    while (count > 0)
        len = put_frame(text, len, frames[--count]);
    return tf_arena_dup(arena, (struct tf_str){text, len});
}

enum tf_err tf_json_path_problem(struct tf_problem *problem, struct tf_arena *arena, enum tf_err err, const struct tf_json_path *path,
                                 struct tf_str member, size_t offset, const char *detail)
{
    struct tf_json_path leaf = {.up = path, .name = member};
    *problem = (struct tf_problem){
        .err = err,
        .path = tf_json_path_text(tf_str_present(member) ? &leaf : path, arena),
        .detail = tf_str_of(detail),
        .offset = offset,
    };
    return err;
}
