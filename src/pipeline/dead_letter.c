#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/hash.h"
#include "taxflow/dead_letter.h"
#include "taxflow/pipeline.h"

enum {
    KEPT_BYTES = 64 * 1024,
    WHOLE_BYTES_MAX = 4000000, /* with its headers it fits max.message.bytes of 4 MiB */
};

static void add(struct tf_row *row, const char *name, struct tf_str value)
{
    if (tf_str_present(value) && row->headers_count < TF_HEADERS_MAX)
        row->headers[row->headers_count++] = (struct tf_header){tf_str_of(name), value};
}

static struct tf_str sha256_hex(struct tf_str data, struct tf_arena *arena)
{
    uint8_t digest[32];
    char hex[65];
    tf_hash_sha256_full(data, digest);
    tf_hash_hex(digest, sizeof digest, hex);
    return tf_arena_dup(arena, tf_str_of(hex));
}

static void add_short(struct tf_row *row, const char *name, struct tf_str value)
{
    add(row, name, value.len <= TF_EVENT_ID_BYTES_MAX ? value : TF_STR_NONE);
}

/* A replay without this header would be read as a record that never had an identity: too long is empty, not absent. */
static void add_identity(struct tf_row *row, const char *name, struct tf_str value)
{
    add(row, name, value.len <= TF_EVENT_ID_BYTES_MAX ? value : TF_STR(""));
}

bool tf_dead_letter_fill(struct tf_row *row, const struct tf_dead_letter *letter, struct tf_arena *arena)
{
    struct tf_str original = letter->original;
    bool cut = original.len > KEPT_BYTES && (letter->problem->err == TF_E_TOO_BIG || original.len > WHOLE_BYTES_MAX);
    row->stream = TF_STREAM_DLQ;
    row->value = cut ? (struct tf_str){original.ptr, KEPT_BYTES} : original;
    struct tf_str bytes = tf_arena_printf(arena, "%zu", original.len);
    struct tf_str attempts = tf_arena_printf(arena, "%u", letter->attempts ? letter->attempts : 1);
    struct tf_str digest = sha256_hex(original, arena);
    if (!tf_str_present(bytes) || !tf_str_present(attempts) || !tf_str_present(digest))
        return false;
    add(row, "ce_specversion", TF_STR("1.0"));
    add_identity(row, "ce_id", letter->ce_id);
    add_identity(row, "ce_source", letter->ce_source);
    add_short(row, "ce_type", letter->ce_type);
    add_short(row, "ce_time", letter->ce_time);
    add(row, "tf_role", tf_str_of(letter->role));
    add(row, "tf_reason", tf_str_of(tf_err_reason(letter->problem->err)));
    add(row, "tf_path", letter->problem->path);
    add(row, "tf_detail", letter->problem->detail);
    add(row, "tf_position", letter->position);
    add(row, "tf_attempts", attempts);
    add_short(row, "tf_event_id", letter->event_id);
    add(row, "tf_bytes", bytes);
    add(row, "tf_sha256", digest);
    add_short(row, "tf_origin", letter->origin);
    add_short(row, "tf_root", letter->root);
    add_short(row, "tf_owner", letter->owner);
    add_short(row, "tf_original", letter->kept);
    add_short(row, "traceparent", letter->traceparent);
    return true;
}

/* Bytes that are no text leave as base64 (RFC 4648). */
static void base64(struct tf_json *json, struct tf_str data)
{
    size_t size = data.len / 3 * 4 + 8;
    unsigned char *text = malloc(size);
    int len = text ? EVP_EncodeBlock(text, (const unsigned char *)data.ptr, (int)data.len) : 0;
    tf_json_str(json, text ? (struct tf_str){(const char *)text, (size_t)len} : TF_STR_NONE);
    free(text);
}

void tf_dead_letter_data(struct tf_str value, struct tf_json *json)
{
    if (tf_str_utf8_valid(value)) {
        tf_json_kstr(json, "data", value);
    } else {
        tf_json_key(json, "data_base64");
        base64(json, value);
    }
}

void tf_dead_letter_json(const struct tf_row *row, struct tf_json *json)
{
    tf_json_object(json);
    for (uint32_t h = 0; h < row->headers_count; h++) {
        const struct tf_header *header = &row->headers[h];
        if (!tf_str_starts(header->name, TF_STR("tf_")) || tf_str_is(header->name, "tf_owner"))
            continue; /* bytes for a restore */
        char name[32];
        size_t len = header->name.len - 3 < sizeof name - 1 ? header->name.len - 3 : sizeof name - 1;
        memcpy(name, header->name.ptr + 3, len);
        name[len] = '\0';
        tf_json_kstr(json, name, header->value);
    }
    tf_dead_letter_data(row->value, json);
    tf_json_object_end(json);
}
