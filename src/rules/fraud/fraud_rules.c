#include "fraud_rules.h"

#include "fraud_facts.h"
#include "operators.h"
#include "taxflow/clock.h"

/* A list in brackets keeps its commas through one macro; UNWRAP takes the brackets off. */
#define UNWRAP(...) __VA_ARGS__
#define NO_THRESHOLDS ({{{0}, 0}})
#define NO_THRESHOLDS_COUNT 0
#define NO_PARAMS ({{0}})
/* Words stand in upper case and in the order of strcmp. */
#define NO_WORDS (NULL, NULL, 0, NULL)
#define WORDS(name, list) (name, list, sizeof(list) / sizeof(list)[0], NULL)
#define CHECKED_WORDS(name, list, check) (name, list, sizeof(list) / sizeof(list)[0], check)
#define NO_WORDS_YET(name, check) (name, NULL, 0, check)
#define WORDS_NAME(name, list, count, check) name
#define WORDS_LIST(name, list, count, check) {list, count}
#define WORDS_CHECK(name, list, count, check) check
/* About one level of approval in a company of middle size, in round amounts of each currency. */
#define APPROVAL_LIMITS                                                                                                         \
    ({{"EUR", 1000000}, {"USD", 1000000}, {"GBP", 1000000}, {"CHF", 1000000}, {"SEK", 10000000}, {"NOK", 10000000},             \
      {"DKK", 7500000}, {"PLN", 4000000}, {"CZK", 25000000}, {"HUF", 400000000}, {"JPY", 150000000}})
#define APPROVAL_LIMITS_COUNT 11
/* 1,000 euros, and what is about as much. */
#define LARGE_AMOUNTS                                                                                                           \
    ({{"EUR", 100000}, {"USD", 100000}, {"GBP", 100000}, {"CHF", 100000}, {"SEK", 1000000}, {"NOK", 1000000},                   \
      {"DKK", 750000}, {"PLN", 400000}, {"CZK", 2500000}, {"HUF", 40000000}, {"JPY", 15000000}})
#define LARGE_AMOUNTS_COUNT 11
/* The power of ten that people round to. */
#define ROUND_AMOUNTS                                                                                                           \
    ({{"EUR", 100000}, {"USD", 100000}, {"GBP", 100000}, {"CHF", 100000}, {"SEK", 1000000}, {"NOK", 1000000},                   \
      {"DKK", 1000000}, {"PLN", 100000}, {"CZK", 1000000}, {"HUF", 10000000}, {"JPY", 10000000}})
#define ROUND_AMOUNTS_COUNT 11
/* 5,000 euros, and what is about as much. */
#define HIGH_AMOUNTS                                                                                                            \
    ({{"EUR", 500000}, {"USD", 500000}, {"GBP", 500000}, {"CHF", 500000}, {"SEK", 5000000}, {"NOK", 5000000},                   \
      {"DKK", 3750000}, {"PLN", 2000000}, {"CZK", 12500000}, {"HUF", 200000000}, {"JPY", 75000000}})
#define HIGH_AMOUNTS_COUNT 11
/* 100,000 euros, and what is about as much. */
#define TURNOVERS                                                                                                               \
    ({{"EUR", 10000000}, {"USD", 10000000}, {"GBP", 10000000}, {"CHF", 10000000}, {"SEK", 100000000}, {"NOK", 100000000},       \
      {"DKK", 75000000}, {"PLN", 40000000}, {"CZK", 250000000}, {"HUF", 4000000000}, {"JPY", 1500000000}})
#define TURNOVERS_COUNT 11
/* 50 euros, and what is about as much. */
#define SMALL_AMOUNTS                                                                                                           \
    ({{"EUR", 5000}, {"USD", 5000}, {"GBP", 5000}, {"CHF", 5000}, {"SEK", 50000}, {"NOK", 50000},                               \
      {"DKK", 37500}, {"PLN", 20000}, {"CZK", 125000}, {"HUF", 2000000}, {"JPY", 750000}})
#define SMALL_AMOUNTS_COUNT 11
/*
 * What missing traders deal in, as far as it is goods with names and codes: Directive 2006/112/EC, article 199a (1), c, d, h, j, and emission
 * allowances. Lists of UNTDID 7143: HS Harmonised System, TSP Combined Nomenclature, STI CPV, TST UNSPSC.
 */
static const char *const risky[] = {
    "CARBON CREDIT",       "CARBON CREDITS",      "CPU",           "CPUS",           "EMISSION ALLOWANCE", "EMISSION ALLOWANCES",
    "EMISSIONSRECHTE",     "GAME CONSOLE",        "GAME CONSOLES", "HANDYS",         "HS:847130",         "HS:8517",
    "HS:8542",             "INTEGRATED CIRCUIT",  "INTEGRATED CIRCUITS", "IPHONE",   "IPHONES",            "LAPTOP",
    "LAPTOPS",             "MICROCHIPS",          "MICROPROCESSOR", "MICROPROCESSORS", "MOBILE PHONE",     "MOBILE PHONES",
    "MOBILE TELEPHONE",    "MOBILE TELEPHONES",   "MOBILTELEFON",  "MOBILTELEFONE",  "SMARTPHONE",         "SMARTPHONES",
    "STI:302131",          "STI:3171211",         "STI:3225",      "TABLET PC",      "TABLET PCS",         "TSP:847130",
    "TSP:8517",            "TSP:8542",            "TST:321016",    "TST:431915",     "TST:432115",
};
static const char *const currencies[] = {"EUR"};
/* What registers and their interfaces call a number that nobody has, or has no more. */
static const char *const unregistered[] = {"CANCELLED",      "CEASED",         "DEREGISTERED", "EXPIRED", "INACTIVE", "INVALID",
                                           "NOT REGISTERED", "NOT_REGISTERED", "REVOKED",      "UNREGISTERED"};
/* The same day off nearly everywhere; each company adds its own. */
static const char *const holidays[] = {"01-01", "05-01", "12-25", "12-26"};
/* Of texts: something is made to fit, or somebody else is said to want it. */
static const char *const keywords[] = {"AS PER", "AUF ANWEISUNG", "CORRECTION", "FEHLBUCHUNG", "KORREKTUR", "KORREKTURBUCHUNG", "PLUG"};
#define KIND(kind) TF_FRAUD_FACTS_KIND(kind)

static const struct tf_fraud_rule rules[] = {
#define TF_FRAUD_RULE(id, stem, keys, version, mode, weight, window_days, thresholds, ...)                                       \
    ROW(#id, stem, keys, NULL, NULL, version, TF_FRAUD_##mode, weight, window_days, thresholds, thresholds##_COUNT, __VA_ARGS__)
#define TF_FRAUD_TALLY_RULE(id, stem, keys, tallies, version, mode, weight, window_days, thresholds, ...)                        \
    ROW(#id, stem, keys, tallies, NULL, version, TF_FRAUD_##mode, weight, window_days, thresholds, thresholds##_COUNT, __VA_ARGS__)
#define TF_FRAUD_GROUP_RULE(id, stem, tallies, version, mode, weight, window_days, thresholds, ...)                               \
    ROW(#id, stem, NULL, tallies, &tf_##stem##_group, version, TF_FRAUD_##mode, weight, window_days, thresholds, thresholds##_COUNT, __VA_ARGS__)
#define ROW(id_, stem, keys_, tallies_, group_, version_, mode_, weight_, window_days, thresholds_, thresholds_count_, threshold, kinds_, title_, \
            needs_, source_, params_, values, words_)                                                                           \
    {.id = (id_), .version = (version_), .title = (title_), .needs = (needs_), .source = (source_), .kinds = (kinds_),          \
     .params = UNWRAP params_, .words = WORDS_NAME words_, .check_word = WORDS_CHECK words_, .keys = (keys_), .tallies = (tallies_), .group = (group_), .judge = tf_##stem##_judge,  \
     .defaults = {.mode = (mode_), .weight = (weight_), .window_ms = (int64_t)(window_days) * TF_MS_PER_DAY,                    \
                  .params = UNWRAP values, .thresholds = UNWRAP thresholds_, .thresholds_count = (thresholds_count_),           \
                  .threshold_minor = (threshold), .words = WORDS_LIST words_}},
#include "fraud_rules.def"
#undef TF_FRAUD_RULE
};

_Static_assert(sizeof rules / sizeof rules[0] + TF_OPERATORS_MAX <= TF_FRAUD_RULES_MAX, "a verdict has a bit for every rule");

const struct tf_fraud_rule *tf_fraud_rules(size_t *ret_count)
{
    *ret_count = sizeof rules / sizeof rules[0];
    return rules;
}
