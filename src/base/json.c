#include "taxflow/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tf_json_init(struct tf_json *json, struct tf_buf *out)
{
    *json = (struct tf_json){.out = out};
}

/* Whether one of eight bytes is a control character, a quote, a backslash or not ASCII: each test sets a byte's top bit. */
static bool has_special(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    const uint64_t quotes = eight ^ ones * '"', backslashes = eight ^ ones * '\\';
    return ((eight | (eight - ones * 0x20) | (quotes - ones) | (backslashes - ones)) & tops) != 0;
}

/* What is left at the end is looked through once more with what comes before it. */
static size_t plain_eights(struct tf_str s)
{
    uint64_t eight;
    size_t len = 0;
    for (; s.len - len >= sizeof eight; len += sizeof eight) {
        memcpy(&eight, s.ptr + len, sizeof eight);
        if (has_special(eight))
            return len;
    }
    if (len == s.len || len == 0)
        return len;
    memcpy(&eight, s.ptr + s.len - sizeof eight, sizeof eight);
    return has_special(eight) ? len : s.len;
}

/* Bytes from the front of s that go out as they are. */
static size_t plain_len(struct tf_str s)
{
    size_t len = plain_eights(s);
    while (len < s.len) {
        uint8_t c = (uint8_t)s.ptr[len];
        if (c < 0x20 || c == '"' || c == '\\')
            break;
        size_t step = c < 0x80 ? 1 : tf_str_utf8_len((struct tf_str){s.ptr + len, s.len - len});
        if (step == 0)
            break;
        len += step;
    }
    return len;
}

static uint32_t level_bit(const struct tf_json *json)
{
    return UINT32_C(1) << (json->depth - 1);
}

static void comma(struct tf_json *json)
{
    if (json->depth == 0)
        return;
    if (json->has_member & level_bit(json))
        tf_buf_putc(json->out, ',');
    json->has_member |= level_bit(json);
}

/* Called before every value: a member's value follows its key directly. */
static void before_value(struct tf_json *json)
{
    if (json->after_key)
        json->after_key = false;
    else
        comma(json);
}

static void open_level(struct tf_json *json, char bracket)
{
    before_value(json);
    if (json->depth == TF_JSON_DEPTH_MAX) {
        json->out->failed = true;
        return;
    }
    json->depth++;
    json->has_member &= ~level_bit(json);
    tf_buf_putc(json->out, bracket);
}

static void close_level(struct tf_json *json, char bracket)
{
    if (json->depth == 0 || json->after_key) {
        json->out->failed = true;
        return;
    }
    json->depth--;
    tf_buf_putc(json->out, bracket);
}

void tf_json_object(struct tf_json *json)
{
    open_level(json, '{');
}

void tf_json_object_end(struct tf_json *json)
{
    close_level(json, '}');
}

void tf_json_array(struct tf_json *json)
{
    open_level(json, '[');
}

void tf_json_array_end(struct tf_json *json)
{
    close_level(json, ']');
}

/* Most texts go out as they are, with their quotes and what follows in one piece. */
static void quoted(struct tf_buf *out, struct tf_str s, struct tf_str after)
{
    char *at = plain_len(s) == s.len ? tf_buf_room(out, s.len + 2 + after.len) : NULL;
    if (at) {
        *at = '"';
        if (s.len > 0)
            memcpy(at + 1, s.ptr, s.len);
        at[s.len + 1] = '"';
        if (after.len > 0)
            memcpy(at + s.len + 2, after.ptr, after.len);
        return;
    }
    tf_buf_putc(out, '"');
    tf_json_escape(out, s);
    tf_buf_putc(out, '"');
    tf_buf_str(out, after);
}

void tf_json_key(struct tf_json *json, const char *key)
{
    if (json->depth == 0 || json->after_key) {
        json->out->failed = true;
        return;
    }
    comma(json);
    quoted(json->out, tf_str_of(key), TF_STR(":"));
    json->after_key = true;
}

void tf_json_str(struct tf_json *json, struct tf_str value)
{
    if (!tf_str_present(value)) {
        tf_json_null(json);
        return;
    }
    before_value(json);
    quoted(json->out, value, TF_STR_NONE);
}

void tf_json_text(struct tf_json *json, const char *value)
{
    tf_json_str(json, tf_str_of(value));
}

static void put_number(struct tf_json *json, uint64_t magnitude, bool negative)
{
    char digits[TF_STR_NUMBER_BYTES];
    before_value(json);
    if (negative)
        tf_buf_putc(json->out, '-');
    tf_buf_str(json->out, tf_str_of_u64(magnitude, digits));
}

void tf_json_i64(struct tf_json *json, int64_t value)
{
    put_number(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

void tf_json_u64(struct tf_json *json, uint64_t value)
{
    put_number(json, value, false);
}

void tf_json_double(struct tf_json *json, double value)
{
    if (!isfinite(value)) {
        tf_json_null(json);
        return;
    }
    char text[32]; /* sign, 17 digits, point, e-308 */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    tf_json_raw(json, tf_str_of(text));
}

void tf_json_bool(struct tf_json *json, bool value)
{
    tf_json_raw(json, value ? TF_STR("true") : TF_STR("false"));
}

void tf_json_null(struct tf_json *json)
{
    tf_json_raw(json, TF_STR("null"));
}

void tf_json_raw(struct tf_json *json, struct tf_str value)
{
    before_value(json);
    tf_buf_str(json->out, value.len > 0 ? value : TF_STR("null"));
}

void tf_json_kstr(struct tf_json *json, const char *key, struct tf_str value)
{
    tf_json_key(json, key);
    tf_json_str(json, value);
}

void tf_json_ktext(struct tf_json *json, const char *key, const char *value)
{
    tf_json_key(json, key);
    tf_json_text(json, value);
}

void tf_json_ki64(struct tf_json *json, const char *key, int64_t value)
{
    tf_json_key(json, key);
    tf_json_i64(json, value);
}

void tf_json_ku64(struct tf_json *json, const char *key, uint64_t value)
{
    tf_json_key(json, key);
    tf_json_u64(json, value);
}

void tf_json_kbool(struct tf_json *json, const char *key, bool value)
{
    tf_json_key(json, key);
    tf_json_bool(json, value);
}

static void escape_ascii(struct tf_buf *out, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_form[0x20] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    if (c >= 0x20)
        text[1] = (char)c;
    else if (short_form[c])
        text[1] = short_form[c];
    tf_buf_put(out, text, text[1] == 'u' ? 6 : 2);
}

void tf_json_escape(struct tf_buf *out, struct tf_str s)
{
    while (s.len > 0) {
        size_t plain = plain_len(s);
        tf_buf_put(out, s.ptr, plain);
        s.ptr += plain;
        s.len -= plain;
        if (s.len == 0)
            break;
        if ((uint8_t)s.ptr[0] < 0x80)
            escape_ascii(out, (uint8_t)s.ptr[0]);
        else
            tf_buf_puts(out, "\xef\xbf\xbd");
        s.ptr++;
        s.len--;
    }
}
