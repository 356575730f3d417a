#include "taxflow/clock.h"

#include <time.h>

enum {
    DAYS_MIN = -719162, /* 0001-01-01 */
    DAYS_MAX = 2932896, /* 9999-12-31 */
    DATE_LEN = 10,
    ZONE_LEN = 6, /* +hh:mm */
    DAYS_PER_ERA = 146097, /* 400 Gregorian years */
    DAYS_TO_EPOCH = 719468 /* from 0000-03-01, where eras begin, to 1970-01-01 */
};

struct civil {
    int32_t year;
    unsigned month;
    unsigned day;
};

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now); /* cannot fail for these two clocks */
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tf_clock_mono_ns(void)
{
    return now_ns(CLOCK_MONOTONIC);
}

int64_t tf_clock_mono_ms(void)
{
    return tf_clock_mono_ns() / 1000000;
}

int64_t tf_clock_wall_ns(void)
{
    return now_ns(CLOCK_REALTIME);
}

int64_t tf_clock_wall_ms(void)
{
    return tf_clock_wall_ns() / 1000000;
}

/* Both directions follow Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in March. */
int32_t tf_clock_days_from_civil(int32_t year, unsigned month, unsigned day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH);
}

static struct civil civil_of(int32_t days)
{
    int64_t z = (int64_t)days + DAYS_TO_EPOCH;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t day_of_era = z - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    unsigned month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
    return (struct civil){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (unsigned)(day_of_year - (153 * march_month + 2) / 5 + 1),
    };
}

/* Exactly count digits at text.ptr + at; the caller knows that they are within the text. */
static bool digits_at(struct tf_str text, size_t at, size_t count, unsigned max, unsigned *ret_value)
{
    uint64_t value;
    if (!tf_str_to_u64((struct tf_str){text.ptr + at, count}, max, &value))
        return false;
    *ret_value = (unsigned)value;
    return true;
}

static unsigned month_len(unsigned year, unsigned month)
{
    static const uint8_t len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return len[month - 1] + (month == 2 && leap ? 1U : 0U);
}

static bool parse_day(struct tf_str text, int32_t *ret_days)
{
    unsigned year, month, day;
    if (text.len != DATE_LEN || text.ptr[4] != '-' || text.ptr[7] != '-')
        return false;
    if (!digits_at(text, 0, 4, 9999, &year) || !digits_at(text, 5, 2, 12, &month) || !digits_at(text, 8, 2, 31, &day))
        return false;
    if (year == 0 || month == 0 || day == 0 || day > month_len(year, month))
        return false;
    *ret_days = tf_clock_days_from_civil((int32_t)year, month, day);
    return true;
}

/* "Z" or "+hh:mm"; minutes east of UTC. */
static bool parse_zone(struct tf_str text, int *ret_minutes)
{
    if (text.len == 1 && (text.ptr[0] == 'Z' || text.ptr[0] == 'z')) {
        *ret_minutes = 0;
        return true;
    }
    unsigned hours, minutes;
    if (text.len != ZONE_LEN || (text.ptr[0] != '+' && text.ptr[0] != '-') || text.ptr[3] != ':')
        return false;
    if (!digits_at(text, 1, 2, 23, &hours) || !digits_at(text, 4, 2, 59, &minutes))
        return false;
    int east = (int)(hours * 60 + minutes);
    *ret_minutes = text.ptr[0] == '-' ? -east : east;
    return true;
}

bool tf_clock_parse_date(struct tf_str text, int32_t *ret_days)
{
    if (text.len < DATE_LEN)
        return false;
    struct tf_str rest = {text.ptr + DATE_LEN, text.len - DATE_LEN};
    int zone;
    if (rest.len > 0 && (rest.ptr[0] == 'z' || !parse_zone(rest, &zone))) /* xs:date knows no small z */
        return false;
    return parse_day((struct tf_str){text.ptr, DATE_LEN}, ret_days);
}

/* "hh:mm:ss" to seconds of the day; :60 passes here and is judged once the zone is known. */
static bool parse_clock(struct tf_str text, unsigned *ret_seconds, bool *ret_leap)
{
    unsigned hour, minute, second;
    if (text.len != 8 || text.ptr[2] != ':' || text.ptr[5] != ':')
        return false;
    if (!digits_at(text, 0, 2, 23, &hour) || !digits_at(text, 3, 2, 59, &minute) || !digits_at(text, 6, 2, 60, &second))
        return false;
    *ret_seconds = hour * 3600 + minute * 60 + second;
    *ret_leap = second == 60;
    return true;
}

/* An optional ".ddd…" in front of the zone; more than three digits are cut. Returns the bytes taken, 0 for none. */
static size_t parse_fraction(struct tf_str text, unsigned *ret_ms)
{
    *ret_ms = 0;
    if (text.len < 2 || text.ptr[0] != '.')
        return 0;
    unsigned weight = 100;
    size_t at = 1;
    for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) {
        *ret_ms += weight * (unsigned)(text.ptr[at] - '0');
        weight /= 10;
    }
    return at > 1 ? at : 0;
}

static int32_t day_of(int64_t ms)
{
    int64_t days = ms / TF_MS_PER_DAY;
    return (int32_t)(ms % TF_MS_PER_DAY < 0 ? days - 1 : days);
}

/* A leap second, counted as the next one, must land in the first second of a month. */
static bool ends_month(int64_t ms)
{
    int32_t days = day_of(ms);
    return ms - (int64_t)days * TF_MS_PER_DAY < 1000 && civil_of(days).day == 1;
}

bool tf_clock_parse_time(struct tf_str text, int64_t *ret_ms)
{
    const size_t clock_at = DATE_LEN + 1, rest_at = clock_at + 8;
    int32_t days;
    unsigned seconds, fraction_ms;
    int zone_minutes;
    bool leap;
    if (text.len <= rest_at || (text.ptr[DATE_LEN] != 'T' && text.ptr[DATE_LEN] != 't'))
        return false;
    if (!parse_day((struct tf_str){text.ptr, DATE_LEN}, &days) ||
        !parse_clock((struct tf_str){text.ptr + clock_at, 8}, &seconds, &leap))
        return false;
    struct tf_str rest = {text.ptr + rest_at, text.len - rest_at};
    size_t taken = parse_fraction(rest, &fraction_ms);
    if (!parse_zone((struct tf_str){rest.ptr + taken, rest.len - taken}, &zone_minutes))
        return false;
    int64_t ms = (int64_t)days * TF_MS_PER_DAY + ((int64_t)seconds - zone_minutes * 60) * 1000 + fraction_ms;
    if (day_of(ms) < DAYS_MIN || day_of(ms) > DAYS_MAX || (leap && !ends_month(ms)))
        return false;
    *ret_ms = ms;
    return true;
}

static void put_digits(char *out, unsigned value, int count)
{
    while (count-- > 0) {
        out[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

void tf_clock_format_date(int32_t days, char out[11])
{
    struct civil date = civil_of(days < DAYS_MIN ? DAYS_MIN : days > DAYS_MAX ? DAYS_MAX : days);
    memcpy(out, "0000-00-00", 11);
    put_digits(out, (unsigned)date.year, 4);
    put_digits(out + 5, date.month, 2);
    put_digits(out + 8, date.day, 2);
}

void tf_clock_format_time(int64_t ms, char out[25])
{
    const int64_t least = (int64_t)DAYS_MIN * TF_MS_PER_DAY;
    const int64_t most = ((int64_t)DAYS_MAX + 1) * TF_MS_PER_DAY - 1;
    ms = ms < least ? least : ms > most ? most : ms;
    int32_t days = day_of(ms);
    unsigned rest = (unsigned)(ms - (int64_t)days * TF_MS_PER_DAY);
    tf_clock_format_date(days, out);
    memcpy(out + DATE_LEN, "T00:00:00.000Z", 15);
    put_digits(out + 11, rest / 3600000, 2);
    put_digits(out + 14, rest / 60000 % 60, 2);
    put_digits(out + 17, rest / 1000 % 60, 2);
    put_digits(out + 20, rest % 1000, 3);
}
