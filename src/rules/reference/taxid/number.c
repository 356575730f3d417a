#include "number.h"

/* What a separator is: its bit. Everything else is 0. */
static const uint8_t separators[128] = {
    [' '] = TF_TAXID_SPACE, ['-'] = TF_TAXID_DASH,  ['.'] = TF_TAXID_DOT,        ['/'] = TF_TAXID_SLASH,
    [','] = TF_TAXID_COMMA, [':'] = TF_TAXID_COLON, ['_'] = TF_TAXID_UNDERSCORE,
};

/* Code points that stand for an ASCII character: first, last, the character of the first; step says whether the others follow it. */
static const struct lookalike {
    uint32_t first, last;
    uint8_t as, step;
} lookalikes[] = {
#define LOOKALIKE(first, last, as, step) {first, last, as, step},
#include "lookalikes.def"
#undef LOOKALIKE
};

static uint8_t byte_of(uint32_t point)
{
    size_t low = 0, high = sizeof lookalikes / sizeof lookalikes[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct lookalike *row = &lookalikes[middle];
        if (point >= row->first && point <= row->last)
            return (uint8_t)(row->as + row->step * (point - row->first));
        if (point < row->first)
            high = middle;
        else
            low = middle + 1;
    }
    return TF_TAXID_BYTE_OTHER;
}

/* The code point that text begins with, of *ret_len bytes; a byte that begins none is one of its own. */
static uint32_t next_point(struct tf_str text, size_t *ret_len)
{
    const uint8_t *p = (const uint8_t *)text.ptr;
    *ret_len = tf_str_utf8_len(text);
    switch (*ret_len) {
    case 2: return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    case 3: return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    case 4: return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
    default: *ret_len = 1; return UINT32_MAX;
    }
}

static uint8_t upper(uint8_t c) { return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c; }

bool tf_taxid_number_read(struct tf_taxid_number *number, struct tf_str text, unsigned drop)
{
    text = tf_str_trim(text);
    number->len = 0;
    for (size_t i = 0, taken = 1; i < text.len; i += taken) {
        uint8_t c = (uint8_t)text.ptr[i];
        taken = 1;
        if (c >= 0x80)
            c = byte_of(next_point((struct tf_str){text.ptr + i, text.len - i}, &taken));
        if (c < 0x80 && separators[c] & drop)
            continue;
        if (number->len == TF_TAXID_CHARS_MAX)
            return false;
        number->c[number->len++] = drop & TF_TAXID_AS_TYPED ? c : upper(c);
    }
    return true;
}

bool tf_taxid_number_starts(const struct tf_taxid_number *number, const char *prefix)
{
    size_t len = strlen(prefix);
    return number->len >= len && memcmp(number->c, prefix, len) == 0;
}

void tf_taxid_number_drop(struct tf_taxid_number *number, size_t count)
{
    memmove(number->c, number->c + count, number->len - count);
    number->len -= count;
}

bool tf_taxid_number_prepend(struct tf_taxid_number *number, const char *text)
{
    size_t len = strlen(text);
    if (number->len + len > TF_TAXID_CHARS_MAX)
        return false;
    memmove(number->c + len, number->c, number->len);
    memcpy(number->c, text, len);
    number->len += len;
    return true;
}

void tf_taxid_number_pad(struct tf_taxid_number *number, size_t len)
{
    while (number->len < len && tf_taxid_number_prepend(number, "0"))
        continue;
}

bool tf_taxid_digits(const uint8_t *c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!tf_taxid_is_digit(c[i]))
            return false;
    return true;
}

bool tf_taxid_zeros(const uint8_t *c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c[i] != '0')
            return false;
    return true;
}

uint64_t tf_taxid_value(const uint8_t *c, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (uint64_t)(c[i] - '0');
    return value;
}

bool tf_taxid_day_exists(unsigned year, unsigned month, unsigned day)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool fits(uint8_t c, char class)
{
    switch (class) {
    case 'd': return tf_taxid_is_digit(c);
    case 'n': return c >= '1' && c <= '9';
    case 'a': return tf_taxid_is_letter(c);
    case 'x': return tf_taxid_is_digit(c) || tf_taxid_is_letter(c);
    case '.': return true;
    default: return c == (uint8_t) class;
    }
}

struct outcome {
    bool same_length, places_fit;
};

/* One form of the pattern; *pattern is left at what ends it. */
static struct outcome match_form(const struct tf_taxid_number *number, const char **pattern)
{
    struct outcome outcome = {.places_fit = true};
    size_t places = 0;
    char class = '.';
    for (; **pattern && **pattern != '|'; ++*pattern) {
        if (**pattern == ' ')
            continue;
        class = **pattern;
        if (places < number->len)
            outcome.places_fit = outcome.places_fit && fits(number->c[places], class);
        places++;
    }
    outcome.same_length = places == number->len;
    if (number->len > 0)
        outcome.places_fit = outcome.places_fit && fits(number->c[number->len - 1], class);
    for (size_t i = places; i < number->len && outcome.places_fit; i++)
        outcome.places_fit = fits(number->c[i], class);
    return outcome;
}

enum tf_taxid tf_taxid_number_match(const struct tf_taxid_number *number, const char *pattern, enum tf_taxid_order order)
{
    bool some_length = false, some_places = false;
    for (const char *form = pattern;; form++) {
        struct outcome outcome = match_form(number, &form);
        if (outcome.same_length && outcome.places_fit)
            return TF_TAXID_VALID;
        some_length = some_length || outcome.same_length;
        some_places = some_places || outcome.places_fit;
        if (!*form)
            break;
    }
    if (order == TF_TAXID_LENGTH_FIRST)
        return some_length ? TF_TAXID_FORMAT : TF_TAXID_LENGTH;
    if (order == TF_TAXID_FORMAT_FIRST)
        return some_places && number->len > 0 ? TF_TAXID_LENGTH : TF_TAXID_FORMAT;
    return TF_TAXID_FORMAT;
}
