#include "partial_row.h"

/*
 * Version (1 byte), window in days (2), number of counters (4), each of them (8), number of rules (1), and where there are any: each one's id,
 * the company and the population's name, with their lengths (2) before them. Numbers begin with their lowest byte.
 */
enum { VERSION_BYTES = 1, DAYS_BYTES = 2, NUMBER_BYTES = 4, COUNT_BYTES = 8, TEXT_BYTES = 2 };

/* A partition's count: sums over all partitions stay within a counter's bits. */
static const int64_t COUNT_MAX = INT64_C(1) << (TF_FRAUD_COUNT_BITS - 12);

static void put_number(struct tf_buf *out, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        tf_buf_putc(out, (char)(number >> (8 * i) & 0xff));
}

static void put_text(struct tf_buf *out, struct tf_str text)
{
    put_number(out, text.len, TEXT_BYTES);
    tf_buf_str(out, text);
}

static void put_population(struct tf_buf *out, const struct tf_population *population, const struct tf_fraud_ruleset *ruleset)
{
    size_t rules_count, known = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &rules_count);
    for (uint32_t i = 0; population && i < population->rules_count; i++)
        known += population->rules[i].rule < rules_count;
    if (!population || known == 0 || population->company.len > UINT16_MAX) {
        put_number(out, 0, 1);
        return;
    }
    put_number(out, known, 1);
    for (uint32_t i = 0; i < population->rules_count; i++)
        if (population->rules[i].rule < rules_count)
            put_text(out, tf_str_of(rules[population->rules[i].rule].id));
    put_text(out, population->company);
    put_text(out, tf_str_of(population->name));
}

bool tf_partial_row_write(struct tf_buf *value, const struct tf_tally_group *group, const struct tf_population *population,
                          const struct tf_fraud_ruleset *ruleset)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < group->count; i++)
        count += tf_fraud_count_value(group->counts[i]) > 0;
    if (count == 0)
        return false;
    put_number(value, TF_PARTIAL_ROW_VERSION, VERSION_BYTES);
    put_number(value, group->window_days, DAYS_BYTES);
    put_number(value, count, NUMBER_BYTES);
    for (uint32_t i = 0; i < group->count; i++)
        if (tf_fraud_count_value(group->counts[i]) > 0)
            put_number(value, group->counts[i].bits, COUNT_BYTES);
    put_population(value, population, ruleset);
    return true;
}

/* What is left of a value; past its end everything fails. */
struct reader {
    const unsigned char *at;
    size_t left;
    bool failed;
};

static const unsigned char *take(struct reader *reader, size_t bytes)
{
    const unsigned char *at = reader->at;
    if (reader->failed || reader->left < bytes) {
        reader->failed = true;
        return NULL;
    }
    reader->at += bytes;
    reader->left -= bytes;
    return at;
}

static uint64_t number_at(const unsigned char *at, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)at[i] << (8 * i);
    return number;
}

static uint64_t take_number(struct reader *reader, size_t bytes)
{
    const unsigned char *at = take(reader, bytes);
    return at ? number_at(at, bytes) : 0;
}

static struct tf_str take_text(struct reader *reader)
{
    const size_t len = take_number(reader, TEXT_BYTES);
    const unsigned char *at = take(reader, len);
    return (struct tf_str){at ? (const char *)at : "", at ? len : 0};
}

static void note_rule(const struct tf_fraud_ruleset *ruleset, struct tf_str id, struct tf_population_told *told)
{
    size_t rules_count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &rules_count);
    for (size_t r = 0; r < rules_count; r++)
        if (rules[r].group && tf_str_eq(id, tf_str_of(rules[r].id)))
            told->rules[told->rules_count++] = (uint16_t)r;
}

static void take_population(struct reader *reader, const struct tf_fraud_ruleset *ruleset, struct tf_population_told *told)
{
    const uint64_t rules = take_number(reader, 1);
    reader->failed |= rules > TF_FRAUD_GROUP_RULES_MAX;
    for (uint64_t i = 0; i < rules && !reader->failed; i++) {
        const struct tf_str id = take_text(reader);
        if (!reader->failed && told->rules_count < TF_FRAUD_GROUP_RULES_MAX)
            note_rule(ruleset, id, told);
    }
    if (rules == 0 || reader->failed)
        return;
    told->company = take_text(reader);
    told->name = take_text(reader);
    reader->failed |= told->name.len >= TF_FRAUD_GROUP_NAME_BYTES;
}

static bool in_order(const struct tf_partial_row *row)
{
    for (uint32_t i = 0; i < row->counts_count; i++) {
        const struct tf_fraud_count count = tf_partial_row_count(row, i);
        const int64_t value = tf_fraud_count_value(count);
        if (value <= 0 || value > COUNT_MAX)
            return false;
        if (i > 0 && tf_partial_row_count(row, i - 1).bits >> TF_FRAUD_COUNT_BITS >= count.bits >> TF_FRAUD_COUNT_BITS)
            return false;
    }
    return true;
}

bool tf_partial_row_read(struct tf_str key, struct tf_str value, const struct tf_fraud_ruleset *ruleset, struct tf_partial_row *ret_row)
{
    struct reader reader = {(const unsigned char *)value.ptr, value.len, key.len != TF_HASH16_BYTES};
    *ret_row = (struct tf_partial_row){.window_days = 0};
    reader.failed |= take_number(&reader, VERSION_BYTES) != TF_PARTIAL_ROW_VERSION;
    ret_row->window_days = (uint32_t)take_number(&reader, DAYS_BYTES);
    ret_row->counts_count = (uint32_t)take_number(&reader, NUMBER_BYTES);
    ret_row->counts = take(&reader, (size_t)ret_row->counts_count * COUNT_BYTES);
    take_population(&reader, ruleset, &ret_row->told);
    if (reader.failed || ret_row->window_days > INT16_MAX || !in_order(ret_row))
        return false;
    memcpy(ret_row->told.group.bytes, key.ptr, TF_HASH16_BYTES);
    return true;
}

struct tf_fraud_count tf_partial_row_count(const struct tf_partial_row *row, uint32_t i)
{
    return (struct tf_fraud_count){number_at(row->counts + (size_t)i * COUNT_BYTES, COUNT_BYTES)};
}
