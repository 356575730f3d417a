#include "log_internal.h"

#include "taxflow/clock.h"
#include "taxflow/json.h"

enum { TIME_BYTES = 25 };

static const char *const level_words[] = {"error", "warn", "notice", "info", "debug"};

/* Cut before a character, not inside one. */
static struct tf_str cut(struct tf_str text)
{
    if (text.len <= TF_LOG_TEXT_MAX)
        return text;
    text.len = TF_LOG_TEXT_MAX;
    while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
        text.len--;
    return text;
}

static bool has_field(const struct tf_log_line *line, const char *key)
{
    for (size_t i = 0; i < line->fields_count; i++)
        if (strcmp(line->fields[i].key, key) == 0)
            return true;
    return false;
}

void tf_log_line_json(struct tf_buf *out, const struct tf_log_line *line)
{
    struct tf_json json;
    char time[TIME_BYTES];
    tf_clock_format_time(line->wall_ms, time);
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_ktext(&json, "ts", time);
    tf_json_ktext(&json, "level", level_words[line->level]);
    if (line->role[0] && !has_field(line, "role"))
        tf_json_ktext(&json, "role", line->role);
    if (line->instance && !has_field(line, "instance"))
        tf_json_ki64(&json, "instance", line->instance);
    tf_json_ktext(&json, "event", line->event);
    tf_json_kstr(&json, "msg", cut(line->message));
    for (size_t i = 0; i < line->fields_count; i++) {
        const struct tf_log_field *field = &line->fields[i];
        if (tf_str_present(field->text))
            tf_json_kstr(&json, field->key, cut(field->text));
        else
            tf_json_ki64(&json, field->key, field->number);
    }
    if (line->suppressed)
        tf_json_ku64(&json, "suppressed", line->suppressed);
    tf_json_object_end(&json);
    tf_buf_putc(out, '\n');
}

/* C0, DEL and C1 (U+0080..U+009F, "\xc2\x80".."\xc2\x9f") steer terminals; so may bytes that are not UTF-8. */
static void put_plain(struct tf_buf *out, struct tf_str text)
{
    const bool utf8 = tf_str_utf8_valid(text);
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool c1 = c == 0xc2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8)) {
            tf_buf_printf(out, "\\x%02x", c);
        } else if (c1) {
            tf_buf_printf(out, "\\x%02x", (unsigned char)text.ptr[i + 1]);
            i++;
        } else {
            tf_buf_putc(out, (char)c);
        }
    }
}

static void put_field(struct tf_buf *out, const struct tf_log_field *field)
{
    const struct tf_str text = cut(field->text);
    const bool quote = text.len == 0 || memchr(text.ptr, ' ', text.len);
    tf_buf_printf(out, " %s=", field->key);
    if (!tf_str_present(text)) {
        tf_buf_printf(out, "%lld", (long long)field->number);
        return;
    }
    tf_buf_puts(out, quote ? "\"" : "");
    put_plain(out, text);
    tf_buf_puts(out, quote ? "\"" : "");
}

void tf_log_line_text(struct tf_buf *out, const struct tf_log_line *line)
{
    char time[TIME_BYTES];
    tf_clock_format_time(line->wall_ms, time);
    tf_buf_printf(out, "%s %-6s ", time, level_words[line->level]);
    if (line->role[0] && line->instance)
        tf_buf_printf(out, "%s-%lld ", line->role, (long long)line->instance);
    else if (line->role[0])
        tf_buf_printf(out, "%s ", line->role);
    tf_buf_printf(out, "%s: ", line->event);
    put_plain(out, cut(line->message));
    for (size_t i = 0; i < line->fields_count; i++)
        put_field(out, &line->fields[i]);
    if (line->suppressed)
        tf_buf_printf(out, " suppressed=%llu", (unsigned long long)line->suppressed);
    tf_buf_putc(out, '\n');
}
