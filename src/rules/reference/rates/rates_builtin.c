/* The rates of conf/tax/rates.json, compiled: cmake/Rates.cmake makes its rows from the file. */
#include "rates_table.h"

/* Days since 1970-01-01 of a civil date, as a constant: tf_clock_days_from_civil() with the year beginning in March. */
#define MARCH_YEAR(year, month) ((year) - ((month) <= 2))
#define ERA(y) ((y) / 400)
#define DAY_OF_YEAR(month, day) ((153 * ((month) > 2 ? (month) - 3 : (month) + 9) + 2) / 5 + (day) - 1)
#define DAY_OF_ERA(y, of_year) (((y) % 400) * 365 + ((y) % 400) / 4 - ((y) % 400) / 100 + (of_year))
#define TF_RATES_DAY(year, month, day)                                                                  \
    (ERA(MARCH_YEAR(year, month)) * 146097 + DAY_OF_ERA(MARCH_YEAR(year, month), DAY_OF_YEAR(month, day)) - 719468)

/* One array a territory … */
#define RATES(version, known_until)
#define TERRITORY(symbol, code, country, category, postcodes, complete_from) static const struct tf_rate rates_##symbol[] = {
#define RATE(milli, standard, from, to) {from, to, milli, standard},
#define TERRITORY_END };
#include TF_RATES_DEF
#undef RATES
#undef TERRITORY
#undef RATE
#undef TERRITORY_END

/* … and a list of them. */
#define RATES(version, known_until)
#define TERRITORY(symbol, code, country, category, postcodes, complete_from) \
    {code, country, category, postcodes, complete_from, rates_##symbol, sizeof(rates_##symbol) / sizeof(rates_##symbol[0])},
#define RATE(milli, standard, from, to)
#define TERRITORY_END
static const struct tf_rates_territory territories[] = {
#include TF_RATES_DEF
};
#undef RATES
#undef TERRITORY

#define RATES(version_, known_until_) .known_until = known_until_, .version = version_,
#define TERRITORY(symbol, code, country, category, postcodes, complete_from)
static const struct tf_rates builtin = {
#include TF_RATES_DEF
    .territories = territories,
    .territories_count = sizeof(territories) / sizeof(territories[0]),
};

const struct tf_rates *tf_rates_builtin(void)
{
    return &builtin;
}
