#include "base64.h"

enum { NOT_A_DIGIT = 0xFF, QUAD = 4 };

static uint8_t digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    if (c == '+')
        return 62;
    return c == '/' ? 63 : NOT_A_DIGIT;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The last quad: digits followed by padding; the bits that padding leaves over must be zero. */
static bool put_last(const uint8_t digits[QUAD], unsigned padding, char **out)
{
    uint32_t bits = (uint32_t)digits[0] << 18 | (uint32_t)digits[1] << 12 | (uint32_t)digits[2] << 6;
    if (padding > 2 || (padding == 2 ? bits & 0xFFFF : bits & 0xFF) != 0)
        return false;
    *(*out)++ = (char)(bits >> 16);
    if (padding == 1)
        *(*out)++ = (char)(bits >> 8);
    return true;
}

static void put_quad(const uint8_t digits[QUAD], char **out)
{
    uint32_t bits = (uint32_t)digits[0] << 18 | (uint32_t)digits[1] << 12 | (uint32_t)digits[2] << 6 | digits[3];
    *(*out)++ = (char)(bits >> 16);
    *(*out)++ = (char)(bits >> 8);
    *(*out)++ = (char)bits;
}

bool tf_base64_feed(struct tf_base64 *base64, struct tf_str text, char *out, size_t *ret_len)
{
    char *end = out;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_space(c))
            continue;
        uint8_t digit = c == '=' ? 0 : digit_of(c);
        if (digit == NOT_A_DIGIT || (base64->padding > 0 && (c != '=' || base64->count == 0)))
            return false;
        base64->padding = (uint8_t)(base64->padding + (c == '='));
        base64->digits[base64->count++] = digit;
        if (base64->count < QUAD)
            continue;
        base64->count = 0;
        if (base64->padding > 0) {
            if (!put_last(base64->digits, base64->padding, &end))
                return false;
        } else {
            put_quad(base64->digits, &end);
        }
    }
    *ret_len = (size_t)(end - out);
    return true;
}

bool tf_base64_decode(struct tf_str text, char *out, size_t *ret_len)
{
    struct tf_base64 base64 = {0};
    return tf_base64_feed(&base64, text, out, ret_len) && tf_base64_complete(&base64);
}
