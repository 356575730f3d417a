#include "cell.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "taxflow/clock.h"

enum { GROUP_DIGITS = 3, YEAR_DIGITS = 4, MONTHS = 12 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* An amount without what only groups or decorates: sign, digits, points and commas. */
struct bare {
    char text[TF_CELL_BYTES];
    size_t len;
    bool negative;
};

/* What groups digits: spaces (plain, no-break, narrow no-break, thin), and behind them what is none. */
static const char *const groups[] = {" ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "'", "\xe2\x80\x99"};
enum { SPACES = 4, GROUPS = sizeof groups / sizeof groups[0] };

/* Length of one of the first signs of groups at the front; 0: none. */
static size_t group_at(struct tf_str s, size_t signs)
{
    for (size_t i = 0; i < signs; i++)
        if (tf_str_starts(s, tf_str_of(groups[i])))
            return strlen(groups[i]);
    return 0;
}

/* Length of a space at the end; 0: none. */
static size_t space_behind(struct tf_str s)
{
    for (size_t i = 0; i < SPACES; i++) {
        const size_t len = strlen(groups[i]);
        if (s.len >= len && memcmp(s.ptr + s.len - len, groups[i], len) == 0)
            return len;
    }
    return 0;
}

/* Without blanks around it, no-break ones too. */
static struct tf_str trim(struct tf_str s)
{
    for (size_t space; (space = group_at(s, SPACES)) > 0;)
        s = (struct tf_str){s.ptr + space, s.len - space};
    for (size_t space; (space = space_behind(s)) > 0;)
        s.len -= space;
    return tf_str_trim(s);
}

/* Whether what stands behind a space is a group of three digits, and before it nothing but groups: digits, of which there are so many. */
static bool is_group(struct tf_str rest, size_t digits, bool first)
{
    size_t len = 0;
    while (len < rest.len && is_digit(rest.ptr[len]))
        len++;
    return len == GROUP_DIGITS && (first ? digits >= 1 && digits <= GROUP_DIGITS : digits == GROUP_DIGITS);
}

/* What is left, without spaces that group; false when they do not, or it holds anything but digits, points and commas. */
static bool take_digits(struct tf_str s, struct bare *ret)
{
    bool first = true;
    for (size_t i = 0, space, digits = 0; i < s.len; i += space ? space : 1) {
        space = i > 0 ? group_at((struct tf_str){s.ptr + i, s.len - i}, GROUPS) : 0;
        if (space && !is_group((struct tf_str){s.ptr + i + space, s.len - i - space}, digits, first))
            return false;
        first &= !space;
        digits = space ? 0 : is_digit(s.ptr[i]) ? digits + 1 : GROUP_DIGITS + 1; /* behind a point or a comma nothing is grouped by spaces */
        if (space)
            continue;
        if ((!is_digit(s.ptr[i]) && s.ptr[i] != '.' && s.ptr[i] != ',') || ret->len + 1 == sizeof ret->text)
            return false;
        ret->text[ret->len++] = s.ptr[i];
    }
    return ret->len > 0;
}

/* Signs before and behind, and brackets; false when what is left holds anything but digits, points and commas. */
static bool strip(struct tf_str cell, struct bare *ret)
{
    struct tf_str s = trim(cell);
    *ret = (struct bare){.len = 0};
    if (s.len >= 2 && s.ptr[0] == '(' && s.ptr[s.len - 1] == ')') {
        ret->negative = true;
        s = trim((struct tf_str){s.ptr + 1, s.len - 2});
    } else if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+')) {
        ret->negative = s.ptr[0] == '-';
        s = trim((struct tf_str){s.ptr + 1, s.len - 1});
    } else if (s.len > 0 && (s.ptr[s.len - 1] == '-' || s.ptr[s.len - 1] == '+')) {
        ret->negative = s.ptr[s.len - 1] == '-';
        s = trim((struct tf_str){s.ptr, s.len - 1});
    }
    return take_digits(s, ret);
}

static size_t count_of(const struct bare *bare, char c)
{
    size_t count = 0;
    for (size_t i = 0; i < bare->len; i++)
        count += bare->text[i] == c;
    return count;
}

/* Digits behind the last of a sign. */
static size_t behind(const struct bare *bare, char c)
{
    size_t digits = 0;
    while (digits < bare->len && bare->text[bare->len - 1 - digits] != c)
        digits++;
    return digits;
}

static void learn_single(struct tf_cell_signs *signs, const struct bare *bare, char sign)
{
    size_t after = behind(bare, sign), before = bare->len - 1 - after;
    bool could_group = after == GROUP_DIGITS && before >= 1 && before <= GROUP_DIGITS && bare->text[0] != '0';
    bool *seen = sign == '.' ? &signs->point : &signs->comma, *open = sign == '.' ? &signs->open_point : &signs->open_comma;
    *(could_group ? open : seen) = true;
}

void tf_cell_learn_amount(struct tf_cell_signs *signs, struct tf_str cell)
{
    struct bare bare;
    if (!strip(cell, &bare))
        return;
    size_t points = count_of(&bare, '.'), commas = count_of(&bare, ',');
    if (points > 0 && commas > 0) /* the last one parts the decimals */
        *(behind(&bare, '.') < behind(&bare, ',') ? &signs->point : &signs->comma) = true;
    else if (points > 1 || commas > 1) /* what stands twice groups */
        *(points > 1 ? &signs->comma : &signs->point) = true;
    else if (points + commas == 1)
        learn_single(signs, &bare, points ? '.' : ',');
}

/* Groups of three before the decimals, the first of one to three. */
static bool groups_well(const char *text, size_t len, char group)
{
    size_t digits = 0;
    bool first = true;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && text[i] != group) {
            digits++;
            continue;
        }
        if (digits == 0 || digits > GROUP_DIGITS || (!first && digits != GROUP_DIGITS))
            return false;
        first = false;
        digits = 0;
    }
    return true;
}

bool tf_cell_amount(struct tf_str cell, char decimal, char out[TF_CELL_BYTES])
{
    struct bare bare;
    char group = decimal == '.' ? ',' : '.';
    if (!strip(cell, &bare) || count_of(&bare, decimal) > 1)
        return false;
    const char *at = memchr(bare.text, decimal, bare.len);
    size_t whole = at ? (size_t)(at - bare.text) : bare.len;
    if (at && memchr(at, group, bare.len - whole))
        return false;
    if (memchr(bare.text, group, whole) && !groups_well(bare.text, whole, group))
        return false;
    size_t len = 0;
    if (bare.negative)
        out[len++] = '-';
    if (whole == 0)
        out[len++] = '0'; /* ",50" */
    for (size_t i = 0; i < bare.len && len + 1 < TF_CELL_BYTES; i++)
        if (bare.text[i] != group)
            out[len++] = bare.text[i] == decimal ? '.' : bare.text[i];
    if (out[len - 1] == '.')
        len--;
    out[len] = '\0';
    return true;
}

/* Three numbers with a sign between them. */
struct parts {
    unsigned value[3];
    size_t digits[3];
    char sign;
    size_t used; /* characters of the cell */
};

static bool read_parts(struct tf_str s, struct parts *ret)
{
    size_t at = 0;
    *ret = (struct parts){.sign = '\0'};
    for (int i = 0; i < 3; i++) {
        for (; at < s.len && is_digit(s.ptr[at]) && ret->digits[i] < YEAR_DIGITS; at++, ret->digits[i]++)
            ret->value[i] = ret->value[i] * 10 + (unsigned)(s.ptr[at] - '0');
        if (ret->digits[i] == 0)
            return false;
        if (i == 2)
            break;
        if (at == s.len || (s.ptr[at] != '.' && s.ptr[at] != '/' && s.ptr[at] != '-') || (i == 1 && s.ptr[at] != ret->sign))
            return false;
        ret->sign = s.ptr[at++];
    }
    ret->used = at;
    return true;
}

/* The day that eight digits are: YYYYMMDD. */
static bool read_packed(struct tf_str s, struct parts *ret)
{
    size_t digits = 0;
    while (digits < s.len && is_digit(s.ptr[digits]))
        digits++;
    if (digits != 8)
        return false;
    *ret = (struct parts){.digits = {YEAR_DIGITS, 2, 2}, .sign = '-', .used = digits};
    for (size_t i = 0; i < digits; i++) {
        size_t part = i < 4 ? 0 : i < 6 ? 1 : 2;
        ret->value[part] = ret->value[part] * 10 + (unsigned)(s.ptr[i] - '0');
    }
    return true;
}

static bool read_date(struct tf_str cell, struct parts *ret)
{
    return read_packed(cell, ret) || read_parts(cell, ret);
}

void tf_cell_learn_date(struct tf_cell_signs *signs, struct tf_str cell)
{
    struct parts parts;
    if (!read_date(tf_str_trim(cell), &parts) || parts.digits[0] == YEAR_DIGITS || parts.digits[2] != YEAR_DIGITS)
        return;
    if (parts.sign == '.')
        return; /* points are written where the day comes first; of other dates in the file they say nothing */
    if (parts.value[0] > MONTHS)
        signs->day_first = true;
    else if (parts.value[1] > MONTHS)
        signs->month_first = true;
    else
        signs->open_date = parts.value[0] != parts.value[1] || signs->open_date;
}

/* "2026-01-31"; a year of two digits is no date: of which century, nobody says. */
static bool put_date(const struct parts *parts, enum tf_cell_dates dates, char *out)
{
    bool year_first = parts->digits[0] == YEAR_DIGITS;
    if ((parts->digits[0] == YEAR_DIGITS) == (parts->digits[2] == YEAR_DIGITS) || parts->digits[1] > 2)
        return false;
    if (!year_first && dates == TF_DATES_YEAR_FIRST && parts->sign != '.')
        return false; /* of day and month, nobody says which comes first */
    unsigned year = parts->value[year_first ? 0 : 2], month = parts->value[1], day = parts->value[year_first ? 2 : 0];
    if (!year_first && dates == TF_DATES_MONTH_FIRST && parts->sign != '.') {
        day = parts->value[1];
        month = parts->value[0];
    }
    int32_t days;
    snprintf(out, TF_CELL_BYTES, "%04u-%02u-%02u", year, month, day);
    return tf_clock_parse_date(tf_str_of(out), &days);
}

bool tf_cell_date(struct tf_str cell, enum tf_cell_dates dates, char out[TF_CELL_BYTES])
{
    struct tf_str s = tf_str_trim(cell);
    struct parts parts;
    if (!read_date(s, &parts) || !put_date(&parts, dates, out))
        return false;
    char next = parts.used < s.len ? s.ptr[parts.used] : '\0';
    return next == '\0' || next == ' ' || next == 'T';
}

/* A number of a form's letter at the front of both; false when there are no digits, or the form wants more. */
static bool read_form_part(const char **form, struct tf_str *text, unsigned *ret_value)
{
    char letter = **form;
    size_t wanted = strspn(*form, (char[]){letter, '\0'}), digits = 0;
    *form += wanted;
    for (*ret_value = 0; digits < text->len && digits < (wanted > 2 ? YEAR_DIGITS : 2) && is_digit(text->ptr[digits]); digits++)
        *ret_value = *ret_value * 10 + (unsigned)(text->ptr[digits] - '0');
    *text = (struct tf_str){text->ptr + digits, text->len - digits};
    return digits > 0 && (wanted == 1 || digits == wanted);
}

bool tf_cell_date_of_form(struct tf_str cell, const char *form, unsigned epoch, char out[TF_CELL_BYTES])
{
    enum { CENTURY = 100, THIS_CENTURY = 2000, LAST_CENTURY = 1900 };
    struct tf_str s = tf_str_trim(cell);
    unsigned day = 0, month = 0, year = 0;
    while (*form) {
        unsigned *part = *form == 'D' ? &day : *form == 'M' ? &month : *form == 'Y' ? &year : NULL;
        if (part && !read_form_part(&form, &s, part))
            return false;
        if (part)
            continue;
        if (s.len == 0 || s.ptr[0] != *form)
            return false;
        s = (struct tf_str){s.ptr + 1, s.len - 1};
        form++;
    }
    if (year < CENTURY)
        year += year < epoch ? THIS_CENTURY : LAST_CENTURY;
    int32_t days;
    snprintf(out, TF_CELL_BYTES, "%04u-%02u-%02u", year, month, day);
    return s.len == 0 && tf_clock_parse_date(tf_str_of(out), &days);
}

bool tf_cell_shift(char amount[TF_CELL_BYTES], int places)
{
    char digits[TF_CELL_BYTES], *out = amount + (amount[0] == '-');
    const char *sign = strchr(out, '.');
    const size_t len = strlen(out), zeros = (size_t)(places < 0 ? -places : places);
    size_t count = 0, whole = sign ? (size_t)(sign - out) : len;
    if (places == 0)
        return true;
    if (len + 2 * zeros + 2 > TF_CELL_BYTES)
        return false;
    for (size_t i = 0; places < 0 && i < zeros; i++, whole++)
        digits[count++] = '0'; /* room for the point to move left */
    for (size_t i = 0; i < len; i++)
        if (out[i] != '.')
            digits[count++] = out[i];
    for (size_t i = 0; places > 0 && i < zeros; i++)
        digits[count++] = '0';
    const size_t point = places > 0 ? whole + zeros : whole - zeros;
    if (places > 0 && sign) /* decimals that were there come first */
        while (count > point && digits[count - 1] == '0')
            count--;
    for (size_t i = 0; i < count; i++) {
        if (i == point)
            *out++ = '.';
        if (i + 1 < point && digits[i] == '0' && (out == amount || out[-1] == '-'))
            continue; /* a leading zero */
        *out++ = digits[i];
    }
    *out = '\0';
    return true;
}

bool tf_cell_time(struct tf_str cell, enum tf_cell_dates dates, char out[TF_CELL_BYTES])
{
    struct tf_str s = tf_str_trim(cell);
    struct parts parts;
    unsigned hour = 0, minute = 0, second = 0;
    int64_t ms;
    if (tf_clock_parse_time(s, &ms) && s.len < TF_CELL_BYTES) {
        memcpy(out, s.ptr, s.len);
        out[s.len] = '\0';
        return true;
    }
    if (!read_date(s, &parts) || !put_date(&parts, dates, out))
        return false;
    char rest[16] = "";
    struct tf_str tail = tf_str_trim((struct tf_str){s.ptr + parts.used, s.len - parts.used});
    if (tail.len >= sizeof rest)
        return false;
    memcpy(rest, tail.ptr, tail.len);
    int end = 0;
    const char *at = rest[0] == 'T' ? rest + 1 : rest;
    if (*at && (sscanf(at, "%2u:%2u%n:%2u%n", &hour, &minute, &end, &second, &end) < 2 || at[end] != '\0'))
        return false;
    size_t len = strlen(out);
    snprintf(out + len, TF_CELL_BYTES - len, "T%02u:%02u:%02uZ", hour, minute, second);
    return tf_clock_parse_time(tf_str_of(out), &ms);
}

bool tf_cell_flag(struct tf_str cell, bool *ret_flag)
{
    static const char *const yes[] = {"true", "yes", "y", "1", "x", "ja", "j", "oui", "o", "wahr", "vrai"};
    static const char *const no[] = {"", "false", "no", "n", "0", "nein", "non", "falsch", "faux"};
    struct tf_str s = tf_str_trim(cell);
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (s.len == strlen(yes[i]) && strncasecmp(s.ptr, yes[i], s.len) == 0)
            return *ret_flag = true;
    *ret_flag = false;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (s.len == strlen(no[i]) && (s.len == 0 || strncasecmp(s.ptr, no[i], s.len) == 0))
            return true;
    return false;
}
