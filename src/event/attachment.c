#include "attachment.h"

#include "base64.h"
#include "json_members.h"
#include "taxflow/hash.h"

enum { SHA256_BYTES = 32, ADDED_MEMBERS_MAX = 2 };

/* A member to add, when the sender did not give it. */
static void add_member(struct tf_json_node *file, const char *name, enum tf_json_type type, struct tf_str text, uint32_t offset)
{
    struct tf_str key = tf_str_of(name);
    if (!tf_str_present(text) || tf_json_members_find(file, key) != NULL)
        return;
    file->as.items[file->count++] = (struct tf_json_node){
        .name = key, .as.text = text, .offset = offset, .type = (uint8_t)type, .name_plain = true, .text_plain = true};
}

/* Copies the members but those that are replaced: "content", and a "bytes" or "sha256" that is null. */
static bool copy_members(struct tf_json_node *file, struct tf_arena *arena)
{
    struct tf_json_node *items = tf_arena_alloc(arena, (file->count + ADDED_MEMBERS_MAX) * sizeof *items);
    if (items == NULL)
        return false;
    uint32_t count = 0;
    for (uint32_t i = 0; i < file->count; i++) {
        struct tf_str name = file->as.items[i].name;
        bool digest = tf_str_is(name, "bytes") || tf_str_is(name, "sha256");
        if (!tf_str_is(name, "content") && !(digest && file->as.items[i].type == TF_JSON_NULL))
            items[count++] = file->as.items[i];
    }
    file->as.items = items;
    file->count = count;
    return true;
}

static struct tf_str digest_hex(struct tf_str bytes, struct tf_arena *arena)
{
    uint8_t digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    tf_hash_sha256_full(bytes, digest);
    tf_hash_hex(digest, sizeof digest, hex);
    return tf_arena_dup(arena, (struct tf_str){hex, 2 * SHA256_BYTES});
}

static enum tf_err cut_content(struct tf_json_node *file, const struct tf_json_path *path, struct tf_arena *arena,
                               struct tf_problem *problem)
{
    const struct tf_json_node *content = tf_json_members_find(file, TF_STR("content"));
    if (content == NULL)
        return TF_OK;
    uint32_t at = content->offset;
    if (content->type != TF_JSON_STRING)
        return tf_json_path_problem(problem, arena, TF_E_TYPE, path, TF_STR("content"), at, "the member must be a string of base64");
    /* Decoded in place: the bytes are the tree's own copy, and nothing reads them after the cut. */
    char *bytes = (char *)(uintptr_t)content->as.text.ptr;
    size_t len = 0;
    if (!tf_base64_decode(content->as.text, bytes, &len))
        return tf_json_path_problem(problem, arena, TF_E_VALUE, path, TF_STR("content"), at, "the attachment is not base64");
    struct tf_str hex = digest_hex((struct tf_str){bytes, len}, arena);
    struct tf_str count = tf_arena_printf(arena, "%zu", len);
    if (!tf_str_present(hex) || !tf_str_present(count) || !copy_members(file, arena))
        return tf_json_path_problem(problem, arena, TF_E_LIMIT, path, TF_STR_NONE, at, "the batch's memory is used up");
    add_member(file, "bytes", TF_JSON_NUMBER, count, at);
    add_member(file, "sha256", TF_JSON_STRING, hex, at);
    (void)tf_json_members_sort(file->as.items, file->count); /* no name can stand twice: they were looked for */
    return TF_OK;
}

/* tf_json_members_find for a caller that owns the tree. */
static struct tf_json_node *find_in(struct tf_json_node *object, struct tf_str name)
{
    const struct tf_json_node *found = object != NULL ? tf_json_members_find(object, name) : NULL;
    return found != NULL ? &object->as.items[found - object->as.items] : NULL;
}

enum tf_err tf_attachment_cut(struct tf_json_node *record, const struct tf_json_path *path, struct tf_arena *arena,
                              struct tf_problem *problem)
{
    struct tf_json_node *list = find_in(find_in(record, TF_STR("invoice")), TF_STR("attachments"));
    if (list == NULL || list->type != TF_JSON_ARRAY)
        return TF_OK;
    struct tf_json_path invoice = {.up = path, .name = TF_STR("invoice")};
    struct tf_json_path attachments = {.up = &invoice, .name = TF_STR("attachments")};
    for (uint32_t i = 0; i < list->count; i++) {
        struct tf_json_path element = {.up = &attachments, .index = i};
        struct tf_json_path below = {.up = &element, .name = TF_STR("file")};
        struct tf_json_node *file = find_in(&list->as.items[i], TF_STR("file"));
        if (file != NULL)
            TF_TRY(cut_content(file, &below, arena, problem));
    }
    return TF_OK;
}
