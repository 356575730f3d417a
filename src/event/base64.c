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

bool tf_base64_decode(struct tf_str text, char *out, size_t *ret_len)
{
    uint8_t digits[QUAD] = {0};
    unsigned count = 0, padding = 0;
    char *end = out;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_space(c))
            continue;
        uint8_t digit = c == '=' ? 0 : digit_of(c);
        if (digit == NOT_A_DIGIT || (padding > 0 && (c != '=' || count == 0)))
            return false;
        padding += c == '=';
        digits[count++] = digit;
        if (count < QUAD)
            continue;
        count = 0;
        if (padding > 0) {
            if (!put_last(digits, padding, &end))
                return false;
        } else {
            put_quad(digits, &end);
        }
    }
    *ret_len = (size_t)(end - out);
    return count == 0;
}
