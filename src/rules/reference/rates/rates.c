#include "rates_table.h"

enum { MILLI_DECIMALS = 3 };

int tf_rates_territory_cmp(const struct tf_rates_territory *a, const struct tf_rates_territory *b)
{
    const int order = strcmp(a->country, b->country);
    return order != 0 ? order : strcmp(a->code, b->code);
}

const char *tf_rates_version(const struct tf_rates *rates)
{
    return rates->version;
}

/* First territory of a country, or where it would stand. */
static size_t find_country(const struct tf_rates *rates, const char *country)
{
    size_t low = 0, high = rates->territories_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(rates->territories[middle].country, country) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether a territory may be meant: the country itself always, a part of it by its postcodes. */
static bool is_meant(const struct tf_rates_territory *territory, const struct tf_rates_place *place, char category)
{
    if (territory->category != category)
        return false;
    if (territory->postcodes[0] == '\0' || place->anywhere)
        return true;
    for (size_t i = 0; i < place->postcodes_count; i++)
        if (tf_country_postcode_among(place->postcodes[i], territory->postcodes))
            return true;
    return false;
}

/* The territories of a place, one after the other. */
struct walk {
    const struct tf_rates *rates;
    const struct tf_rates_place *place;
    char country[3];
    char category;
    size_t next;
};

static struct walk start(const struct tf_rates *rates, const struct tf_rates_place *place, char category)
{
    struct walk walk = {.rates = rates, .place = place, .category = category};
    tf_country_text(place->country, walk.country);
    walk.next = find_country(rates, walk.country);
    return walk;
}

static const struct tf_rates_territory *next(struct walk *walk)
{
    while (walk->next < walk->rates->territories_count) {
        const struct tf_rates_territory *territory = &walk->rates->territories[walk->next++];
        if (strcmp(territory->country, walk->country) != 0)
            return NULL;
        if (is_meant(territory, walk->place, walk->category))
            return territory;
    }
    return NULL;
}

/* Thousandths of a percent; a rate that is finer, negative or beyond all sense is none that was ever in force. */
static bool to_milli(struct tf_decimal percent, int32_t *ret_milli)
{
    enum { HIGHEST = 1000000 };
    tf_int128 units = percent.units;
    uint8_t scale = percent.scale;
    for (; scale > MILLI_DECIMALS; scale--, units /= 10)
        if (units % 10 != 0)
            return false;
    for (; scale < MILLI_DECIMALS && units >= 0 && units <= HIGHEST; scale++)
        units *= 10;
    if (units < 0 || units > HIGHEST)
        return false;
    *ret_milli = (int32_t)units;
    return true;
}

enum { NEVER, SOMETIME, THEN };

/* When a territory had a rate: on one of the days, or at another time as its standard rate. */
static int had(const struct tf_rates_territory *territory, int32_t milli, int32_t first, int32_t last)
{
    int when = NEVER;
    for (size_t i = 0; i < territory->rates_count; i++) {
        const struct tf_rate *rate = &territory->rates[i];
        if (rate->milli != milli)
            continue;
        if (rate->from <= last && rate->to > first)
            return THEN;
        when = rate->standard ? SOMETIME : when;
    }
    return when;
}

/*
 * A rate that the table has not is wrong where the table is complete. Elsewhere it may be a reduced rate that nobody noted, unless
 * it is known as the standard rate of another time.
 */
enum tf_rates_answer tf_rates_ask(const struct tf_rates *rates, const struct tf_rates_place *place, char category,
                                  struct tf_decimal percent, int32_t first, int32_t last)
{
    int32_t milli;
    if (!to_milli(percent, &milli))
        milli = -1;
    struct walk walk = start(rates, place, category);
    size_t asked = 0;
    bool complete = last <= rates->known_until, sometime = false;
    for (const struct tf_rates_territory *territory; (territory = next(&walk)); asked++) {
        const int when = had(territory, milli, first, last);
        if (when == THEN)
            return TF_RATES_IN_FORCE;
        sometime |= when == SOMETIME;
        complete &= territory->complete_from <= first;
    }
    return asked > 0 && (complete || sometime) ? TF_RATES_NOT_IN_FORCE : TF_RATES_UNKNOWN;
}

/* Into a list in rising order, each once; the list is short. */
static size_t put(int32_t *list, size_t count, size_t max, int32_t milli)
{
    size_t place = count;
    while (place > 0 && list[place - 1] > milli)
        place--;
    if ((place > 0 && list[place - 1] == milli) || count == max)
        return count;
    memmove(&list[place + 1], &list[place], (count - place) * sizeof(*list));
    list[place] = milli;
    return count + 1;
}

size_t tf_rates_in_force(const struct tf_rates *rates, const struct tf_rates_place *place, char category, int32_t day,
                         int32_t *ret_milli, size_t max)
{
    struct walk walk = start(rates, place, category);
    size_t count = 0;
    for (const struct tf_rates_territory *territory; (territory = next(&walk));)
        for (size_t i = 0; i < territory->rates_count; i++)
            if (territory->rates[i].from <= day && territory->rates[i].to > day && (territory->rates[i].milli > 0 || category != 'S'))
                count = put(ret_milli, count, max, territory->rates[i].milli);
    return count;
}
