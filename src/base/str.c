#include "taxflow/str.h"

enum { DISTANCE_LEN_MAX = 64 };

int tf_str_cmp(struct tf_str a, struct tf_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct tf_str tf_str_trim(struct tf_str s)
{
    while (s.len > 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool tf_str_blank(struct tf_str s)
{
    return tf_str_trim(s).len == 0;
}

/* Not tolower(3): the locale must not decide what matches. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool tf_str_ieq(struct tf_str a, struct tf_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool tf_str_starts(struct tf_str s, struct tf_str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

struct tf_str tf_str_of_u64(uint64_t value, char out[TF_STR_NUMBER_BYTES])
{
    size_t at = TF_STR_NUMBER_BYTES;
    do
        out[--at] = (char)('0' + value % 10);
    while (value /= 10);
    return (struct tf_str){out + at, TF_STR_NUMBER_BYTES - at};
}

bool tf_str_to_u64(struct tf_str s, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (digit > max || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (s.len == 0)
        return false;
    *ret_value = value;
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t tf_str_distance(struct tf_str a, struct tf_str b)
{
    if (a.len > DISTANCE_LEN_MAX || b.len > DISTANCE_LEN_MAX)
        return SIZE_MAX;
    size_t cost[DISTANCE_LEN_MAX + 1][DISTANCE_LEN_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        cost[i][0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            char ca = lower(a.ptr[i - 1]), cb = lower(b.ptr[j - 1]);
            size_t best = least(cost[i - 1][j], cost[i][j - 1]) + 1;
            best = least(best, cost[i - 1][j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == lower(b.ptr[j - 2]) && cb == lower(a.ptr[i - 2]))
                best = least(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[a.len][b.len];
}

static bool is_tail(uint8_t c)
{
    return (c & 0xc0) == 0x80;
}

/* The second byte's range is what keeps out overlong forms, surrogates and what lies past U+10FFFF. */
static bool second_fits(uint8_t first, uint8_t second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f;
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f;
    default:
        return is_tail(second);
    }
}

size_t tf_str_utf8_len(struct tf_str s)
{
    if (s.len == 0)
        return 0;
    uint8_t byte[4] = {0};
    memcpy(byte, s.ptr, least(s.len, sizeof byte));
    if (byte[0] < 0x80)
        return 1;
    size_t len = byte[0] < 0xc2 ? 0 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : byte[0] < 0xf5 ? 4 : 0;
    if (len == 0 || s.len < len || !second_fits(byte[0], byte[1]))
        return 0;
    for (size_t i = 2; i < len; i++)
        if (!is_tail(byte[i]))
            return 0;
    return len;
}

static bool eight_ascii(const char *ptr)
{
    uint64_t word;
    memcpy(&word, ptr, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

bool tf_str_utf8_valid(struct tf_str s)
{
    while (s.len > 0) {
        size_t step = s.len >= 8 && eight_ascii(s.ptr) ? 8 : tf_str_utf8_len(s);
        if (step == 0)
            return false;
        s.ptr += step;
        s.len -= step;
    }
    return true;
}
