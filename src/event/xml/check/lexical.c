#include "lexical.h"

#include <stdlib.h>

#include <libxml/uri.h>

enum { URI_BYTES_MAX = 4096 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

static size_t digits(struct tf_str s, size_t from)
{
    size_t at = from;
    while (at < s.len && is_digit(s.ptr[at]))
        at++;
    return at - from;
}

static bool decimal(struct tf_str s)
{
    size_t at = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0;
    size_t whole = digits(s, at), fraction = 0;
    at += whole;
    if (at < s.len && s.ptr[at] == '.') {
        fraction = digits(s, at + 1);
        at += 1 + fraction;
    }
    return at == s.len && whole + fraction > 0;
}

static bool boolean(struct tf_str s)
{
    return tf_str_is(s, "true") || tf_str_is(s, "false") || tf_str_is(s, "1") || tf_str_is(s, "0");
}

/* Takes two digits that make a number of at most max, and what ends them ('\0': nothing). */
static bool two(struct tf_str *s, int max, char end, int *ret_value)
{
    size_t len = end ? 3 : 2;
    if (s->len < len || digits(*s, 0) < 2 || (end && s->ptr[2] != end))
        return false;
    *ret_value = (s->ptr[0] - '0') * 10 + s->ptr[1] - '0';
    s->ptr += len, s->len -= len;
    return *ret_value <= max;
}

/* Nothing, Z, or an offset of at most 14 hours. */
static bool zone(struct tf_str s)
{
    int hours, minutes;
    if (s.len == 0 || tf_str_is(s, "Z"))
        return true;
    if (s.ptr[0] != '+' && s.ptr[0] != '-')
        return false;
    s.ptr++, s.len--;
    return two(&s, 14, ':', &hours) && two(&s, hours == 14 ? 0 : 59, '\0', &minutes) && s.len == 0;
}

static bool is_leap(unsigned long long year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* 3.2.9: at least four digits of year, no year 0000, a day that there is. Takes what it read. */
static bool day(struct tf_str *s)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (s->len > 0 && s->ptr[0] == '-')
        s->ptr++, s->len--;
    size_t len = digits(*s, 0);
    if (len < 4 || len > 18 || (len > 4 && s->ptr[0] == '0') || len == s->len || s->ptr[len] != '-')
        return false;
    unsigned long long year = 0;
    for (size_t i = 0; i < len; i++)
        year = year * 10 + (unsigned)(s->ptr[i] - '0');
    s->ptr += len + 1, s->len -= len + 1;
    int month, of_month;
    if (year == 0 || !two(s, 12, '-', &month) || month == 0 || !two(s, 31, '\0', &of_month))
        return false;
    return of_month > 0 && of_month <= lengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* 3.2.8: 24:00:00 is allowed. Takes what it read. */
static bool clock_time(struct tf_str *s)
{
    int hours, minutes, seconds;
    if (!two(s, 24, ':', &hours) || !two(s, 59, ':', &minutes) || !two(s, 59, '\0', &seconds))
        return false;
    bool fraction = false;
    if (s->len > 0 && s->ptr[0] == '.') {
        size_t len = digits(*s, 1);
        if (len == 0)
            return false;
        for (size_t i = 1; i <= len; i++)
            fraction = fraction || s->ptr[i] != '0';
        s->ptr += 1 + len, s->len -= 1 + len;
    }
    return hours < 24 || (minutes == 0 && seconds == 0 && !fraction);
}

static bool date_time(struct tf_str s)
{
    if (!day(&s) || s.len == 0 || s.ptr[0] != 'T')
        return false;
    s.ptr++, s.len--;
    return clock_time(&s) && zone(s);
}

/* RFC 3066 as 3.3.3 has it: letters, then letters and digits, eight at most between the hyphens. */
static bool language(struct tf_str s)
{
    size_t run = 0, part = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '-') {
            if (run == 0)
                return false;
            part++, run = 0;
        } else if (++run > 8 || !(is_letter(s.ptr[i]) || (part > 0 && is_digit(s.ptr[i])))) {
            return false;
        }
    }
    return run > 0;
}

/* RFC 2396 and 2732 after all that 3.2.17 would escape has been: libxml2 knows. */
static bool uri(struct tf_str s)
{
    char copy[URI_BYTES_MAX + 1];
    if (s.len > URI_BYTES_MAX)
        return true;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        copy[i] = c < 0x20 || c >= 0x7f || strchr("<>\"{}|\\^`", c) ? '_' : (char)c;
    }
    copy[s.len] = '\0';
    xmlURI *parsed = s.len > 0 ? xmlParseURI(copy) : NULL;
    xmlFreeURI(parsed);
    return s.len == 0 || parsed != NULL;
}

static size_t characters(struct tf_str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += (s.ptr[i] & 0xC0) != 0x80;
    return count;
}

bool tf_lexical_fits(enum tf_lexical kind, struct tf_str text)
{
    struct tf_str s = tf_str_trim(text);
    switch (kind) {
    case TF_LEXICAL_string: return true;
    case TF_LEXICAL_decimal: return decimal(s);
    case TF_LEXICAL_boolean: return boolean(s);
    case TF_LEXICAL_date: return day(&s) && zone(s);
    case TF_LEXICAL_time: return clock_time(&s) && zone(s);
    case TF_LEXICAL_date_time: return date_time(s);
    case TF_LEXICAL_language: return language(s);
    case TF_LEXICAL_uri: return uri(s);
    case TF_LEXICAL_token3: return characters(s) >= 1 && characters(s) <= 3;
    case TF_LEXICAL_base64: break;
    }
    return false;
}

const char *tf_lexical_words(enum tf_lexical kind)
{
    static const char *const words[] = {
#define LEXICAL(symbol, words_) [TF_LEXICAL_##symbol] = words_,
#include "lexical.def"
#undef LEXICAL
    };
    return words[kind];
}

static bool is_base64(char c) { return is_letter(c) || (c >= '/' && c <= '9') || c == '+'; }

/* 3.2.16: before one "=" the last digit has two bits that count nothing, before two it has four: they must be zero. */
static bool ends_well(char last, int padding)
{
    return strchr(padding == 1 ? "AEIMQUYcgkosw048" : "AQgw", last) != NULL;
}

/* A character that is no digit, or a digit behind the end. */
static void base64_char(struct tf_lexical_base64 *state, char c)
{
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        return;
    if (c == '=' && state->digits + state->padding < 4 && state->digits >= 2 && !state->over) {
        state->padding++;
        if (state->digits + state->padding == 4) {
            state->wrong = state->wrong || !ends_well(state->last, state->padding);
            state->digits = state->padding = 0;
            state->over = true;
        }
    } else {
        state->wrong = true;
    }
}

/* Digits on end from there, which an attachment is made of. */
static size_t base64_run(struct tf_str piece, size_t from)
{
    size_t at = from;
    while (at < piece.len && is_base64(piece.ptr[at]))
        at++;
    return at - from;
}

void tf_lexical_base64_piece(struct tf_lexical_base64 *state, struct tf_str piece)
{
    for (size_t i = 0; i < piece.len && !state->wrong; i++) {
        size_t run = state->padding == 0 && !state->over ? base64_run(piece, i) : 0;
        if (run > 0) {
            i += run - 1;
            state->last = piece.ptr[i];
            state->digits = (uint8_t)((state->digits + run) % 4);
        } else {
            base64_char(state, piece.ptr[i]);
        }
    }
}

bool tf_lexical_base64_fits(const struct tf_lexical_base64 *state)
{
    return !state->wrong && state->digits == 0 && state->padding == 0;
}
