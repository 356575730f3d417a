#include "json_text.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t skip_digits(struct tf_str s, size_t at)
{
    while (at < s.len && is_digit(s.ptr[at]))
        at++;
    return at;
}

static bool skip_fraction(struct tf_str s, size_t *at)
{
    if (*at == s.len || s.ptr[*at] != '.')
        return true;
    size_t start = ++*at;
    *at = skip_digits(s, start);
    return *at > start;
}

static bool skip_exponent(struct tf_str s, size_t *at)
{
    if (*at == s.len || (s.ptr[*at] != 'e' && s.ptr[*at] != 'E'))
        return true;
    ++*at;
    if (*at < s.len && (s.ptr[*at] == '+' || s.ptr[*at] == '-'))
        ++*at;
    size_t start = *at;
    *at = skip_digits(s, start);
    return *at > start;
}

bool tf_json_text_is_number(struct tf_str token)
{
    size_t at = token.len > 0 && token.ptr[0] == '-';
    size_t start = at;
    at = skip_digits(token, at);
    if (at == start || (token.ptr[start] == '0' && at > start + 1))
        return false;
    return skip_fraction(token, &at) && skip_exponent(token, &at) && at == token.len;
}

/* Four hexadecimal digits, or -1. */
static int32_t read_hex4(const char *bytes, size_t len)
{
    if (len < 4)
        return -1;
    int32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = bytes[i];
        int32_t digit;
        if (is_digit(c))
            digit = c - '0';
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (c | 0x20) - 'a' + 10;
        else
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The character that the digits after "\u" stand for; a high surrogate takes its low one along. */
static enum tf_err read_unicode(const char *bytes, size_t len, uint32_t *ret_char, size_t *ret_used)
{
    int32_t high = read_hex4(bytes, len);
    if (high < 0)
        return TF_E_JSON;
    if (high == 0)
        return TF_E_VALUE;
    *ret_char = (uint32_t)high;
    *ret_used = 4;
    if (high < 0xD800 || high > 0xDFFF)
        return TF_OK;
    if (high > 0xDBFF || len < 10 || bytes[4] != '\\' || bytes[5] != 'u')
        return TF_E_UTF8;
    int32_t low = read_hex4(bytes + 6, len - 6);
    if (low < 0xDC00 || low > 0xDFFF)
        return TF_E_UTF8;
    *ret_char = 0x10000 + (((uint32_t)high - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
    *ret_used = 10;
    return TF_OK;
}

/* One escape at bytes (its backslash read already): writes the character to out. */
static enum tf_err read_escape(const char *bytes, size_t len, char *out, size_t *ret_used, size_t *ret_written)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (len == 0)
        return TF_E_JSON;
    const char *name = bytes[0] == '\0' ? NULL : strchr(names, bytes[0]);
    if (name != NULL) {
        *out = values[name - names];
        *ret_used = *ret_written = 1;
        return TF_OK;
    }
    uint32_t c = 0;
    if (bytes[0] != 'u')
        return TF_E_JSON;
    TF_TRY(read_unicode(bytes + 1, len - 1, &c, ret_used));
    ++*ret_used;
    *ret_written = put_utf8(out, c);
    return TF_OK;
}

enum tf_err tf_json_text_unescape(char *bytes, size_t len, size_t *ret_len)
{
    size_t in = 0, out = 0;
    while (in < len) {
        const char *escape = memchr(bytes + in, '\\', len - in);
        size_t plain = escape != NULL ? (size_t)(escape - (bytes + in)) : len - in;
        memmove(bytes + out, bytes + in, plain);
        in += plain;
        out += plain;
        if (escape == NULL)
            break;
        size_t used = 0, written = 0;
        enum tf_err err = read_escape(bytes + in + 1, len - in - 1, bytes + out, &used, &written);
        if (err != TF_OK) {
            *ret_len = in;
            return err;
        }
        in += 1 + used;
        out += written;
    }
    *ret_len = out;
    return TF_OK;
}

/* Offset of the first byte that is not UTF-8; the text is known to have one. */
static size_t bad_utf8_at(struct tf_str text)
{
    size_t at = 0;
    while (at < text.len) {
        unsigned char lead = (unsigned char)text.ptr[at];
        size_t len = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (at + len > text.len || !tf_str_utf8_valid((struct tf_str){text.ptr + at, len}))
            return at;
        at += len;
    }
    return at;
}

/* Skips a string that opens at *at. False: it holds a control character or never ends, and *at says where. */
static bool skip_string(struct tf_str text, size_t *at)
{
    size_t open = (*at)++;
    for (; *at < text.len; ++*at) {
        unsigned char c = (unsigned char)text.ptr[*at];
        if (c == '"')
            return true;
        if (c < 0x20)
            return false;
        if (c == '\\')
            ++*at;
    }
    *at = open;
    return false;
}

bool tf_json_text_is_string(struct tf_str token)
{
    size_t at = 0;
    return token.len >= 2 && token.ptr[0] == '"' && skip_string(token, &at) && at == token.len - 1;
}

enum tf_err tf_json_text_diagnose(struct tf_str text, size_t depth_max, size_t *ret_at)
{
    if (!tf_str_utf8_valid(text)) {
        *ret_at = bad_utf8_at(text);
        return TF_E_UTF8;
    }
    size_t depth = 0;
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '"' && !skip_string(text, &at)) {
            *ret_at = at;
            return TF_E_JSON;
        }
        depth += c == '{' || c == '[';
        depth -= (c == '}' || c == ']') && depth > 0;
        if (depth > depth_max) {
            *ret_at = at;
            return TF_E_DEPTH;
        }
    }
    return TF_E_JSON;
}
