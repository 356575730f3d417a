#include "severities.h"

#include <stdlib.h>

enum { SUGGESTION_DISTANCE_MAX = 3 };

struct row {
    struct tf_str company; /* absent: every company */
    struct tf_str rule;    /* without the "*" of a prefix */
    bool prefix;
    enum tf_tax_severity severity;
};

struct tf_tax_severities {
    size_t count;
    struct row rows[]; /* borrow the option's texts */
};

static const struct { const char *word; enum tf_tax_severity severity; } words[] = {
    {"fatal", TF_TAX_FATAL}, {"warning", TF_TAX_WARNING}, {"info", TF_TAX_INFO}, {"off", TF_TAX_OFF}};

static bool find_word(struct tf_str text, enum tf_tax_severity *ret_severity)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (tf_str_is(text, words[i].word)) {
            *ret_severity = words[i].severity;
            return true;
        }
    }
    return false;
}

/* Where text has the character c for the first time, or its length. */
static size_t find_char(struct tf_str text, char c)
{
    const char *found = text.len > 0 ? memchr(text.ptr, c, text.len) : NULL;
    return found ? (size_t)(found - text.ptr) : text.len;
}

static bool starts_with(struct tf_str text, struct tf_str start)
{
    return text.len >= start.len && memcmp(text.ptr, start.ptr, start.len) == 0;
}

static bool fits(const struct row *row, struct tf_str rule)
{
    return row->prefix ? starts_with(rule, row->rule) : tf_str_eq(rule, row->rule);
}

/* Syntax rules are not all known here, for their reader has them; by their first letters they are. */
static bool is_syntax_rule(struct tf_str rule)
{
    return starts_with(rule, TF_STR("UBL-")) || starts_with(rule, TF_STR("CII-")) || starts_with(rule, TF_STR("XML-"));
}

static enum tf_err check_rule(const char *text, const struct row *row, struct tf_fault *fault)
{
    size_t count = 0;
    const char *nearest = NULL;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    if (is_syntax_rule(row->rule))
        return TF_OK;
    for (size_t r = 0; r < count; r++) {
        const struct tf_str id = tf_str_of(rules[r].id);
        if (fits(row, id))
            return TF_OK;
        if (!nearest && tf_str_distance(row->rule, id) <= SUGGESTION_DISTANCE_MAX)
            nearest = rules[r].id;
    }
    if (nearest)
        return tf_fault_set(fault, TF_E_CONFIG, "tax.severities \"%s\": no rule has this id; did you mean %s?", text, nearest);
    return tf_fault_set(fault, TF_E_CONFIG, "tax.severities \"%s\": no rule has this id; `taxflow rules` lists them", text);
}

/* "BR-CL-23=warning", "ACME-DE/TF-05=off", "UBL-CR-*=off" */
static enum tf_err read_row(const char *text, struct row *row, struct tf_fault *fault)
{
    const struct tf_str whole = tf_str_of(text);
    const size_t equals = find_char(whole, '=');
    struct tf_str rule = tf_str_trim((struct tf_str){whole.ptr, equals});
    const struct tf_str word = equals < whole.len ? tf_str_trim((struct tf_str){whole.ptr + equals + 1, whole.len - equals - 1}) : TF_STR_NONE;
    const size_t slash = find_char(rule, '/');
    *row = (struct row){.company = TF_STR_NONE};
    if (slash < rule.len) {
        row->company = tf_str_trim((struct tf_str){rule.ptr, slash});
        rule = tf_str_trim((struct tf_str){rule.ptr + slash + 1, rule.len - slash - 1});
    }
    row->prefix = rule.len > 0 && rule.ptr[rule.len - 1] == '*';
    row->rule = (struct tf_str){rule.ptr, rule.len - row->prefix};
    if (!find_word(word, &row->severity) || (row->rule.len == 0 && !row->prefix) || (slash < rule.len && row->company.len == 0))
        return tf_fault_set(fault, TF_E_CONFIG,
                            "tax.severities \"%s\": write RULE=WORD or COMPANY/RULE=WORD with one of fatal, warning, info, off; RULE may end in *", text);
    return check_rule(text, row, fault);
}

enum tf_err tf_tax_severities_create(const struct tf_string_list *texts, struct tf_tax_severities **ret_severities, struct tf_fault *fault)
{
    struct tf_tax_severities *severities = calloc(1, sizeof *severities + texts->count * sizeof severities->rows[0]);
    if (!severities)
        return TF_E_MEMORY;
    for (size_t i = 0; i < texts->count; i++) {
        enum tf_err err = read_row(texts->items[i], &severities->rows[i], fault);
        if (err != TF_OK) {
            tf_tax_severities_destroy(severities);
            return err;
        }
        severities->count++;
    }
    *ret_severities = severities;
    return TF_OK;
}

struct tf_tax_severities *tf_tax_severities_destroy(struct tf_tax_severities *severities)
{
    free(severities);
    return NULL;
}

enum tf_tax_severity tf_tax_severities_of(const struct tf_tax_severities *severities, struct tf_str company, struct tf_str rule,
                                          enum tf_tax_severity severity)
{
    if (!severities)
        return severity;
    for (size_t i = severities->count; i-- > 0;) {
        const struct row *row = &severities->rows[i];
        if ((!tf_str_present(row->company) || tf_str_eq(row->company, company)) && fits(row, rule))
            return row->severity;
    }
    return severity;
}
