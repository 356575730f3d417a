#include "report_gaps.h"

enum { WORDS_BYTES_MAX = 4096 };

void tf_report_gaps_begin(struct tf_report *report)
{
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(report, &count);
    report->gaps.told = true;
    for (size_t r = 0; r < count; r++)
        report->gaps.needs[r] = tf_fraud_needs_of(&rules[r]);
}

static void count_gap(struct tf_report_gap *gap, uint32_t lacking)
{
    gap->other += lacking == 0;
    for (; lacking; lacking &= lacking - 1)
        gap->missing[__builtin_ctz(lacking)]++;
}

void tf_report_gaps_add(struct tf_report *report, const struct tf_event *event, const struct tf_fraud_verdict *verdict)
{
    bool any = false;
    for (size_t w = 0; verdict && w < TF_FRAUD_RULES_MAX / 64; w++)
        any = any || verdict->unknown.words[w] != 0;
    if (!any)
        return;
    const struct tf_fraud_facts facts = tf_fraud_facts_of(event);
    const uint32_t missing = tf_fraud_needs_missing(&facts);
    for (size_t w = 0; w < TF_FRAUD_RULES_MAX / 64; w++)
        for (uint64_t left = verdict->unknown.words[w]; left; left &= left - 1) {
            const size_t rule = w * 64 + (size_t)__builtin_ctzll(left);
            count_gap(&report->gaps.rules[rule], report->gaps.needs[rule] & missing);
        }
}

void tf_report_count(struct tf_buf *out, uint64_t count)
{
    char digits[TF_STR_NUMBER_BYTES];
    const struct tf_str text = tf_str_of_u64(count, digits);
    for (size_t i = 0; i < text.len; i++) {
        if (i > 0 && (text.len - i) % 3 == 0)
            tf_buf_putc(out, ',');
        tf_buf_putc(out, text.ptr[i]);
    }
}

static void write_missing(const struct tf_report_gap *gap, uint64_t unknown, struct tf_buf *out)
{
    for (size_t n = 0; n < tf_fraud_needs_count(); n++) {
        if (gap->missing[n] == 0)
            continue;
        if (tf_fraud_need_how(n))
            tf_buf_printf(out, ", %s", tf_fraud_need_how(n));
        else
            tf_buf_printf(out, ", field %s missing", tf_fraud_need_word(n));
        if (gap->missing[n] == unknown)
            continue;
        tf_buf_puts(out, " in ");
        tf_report_count(out, gap->missing[n]);
    }
}

/* Nothing is missing that is always needed: what is needed at times, or what is there is nothing to judge by. */
static void write_other(const struct tf_fraud_rule *rule, const struct tf_report_gap *gap, struct tf_buf *out)
{
    const struct tf_str sometimes = tf_fraud_needs_sometimes(rule);
    if (gap->other == 0)
        return;
    tf_buf_puts(out, ", in ");
    tf_report_count(out, gap->other);
    if (tf_str_present(sometimes))
        tf_buf_printf(out, " for want of: %.*s", TF_STR_ARGS(sometimes));
    else
        tf_buf_puts(out, " the fields are there and do not suffice");
}

void tf_report_gap_words(const struct tf_report *report, size_t rule, struct tf_buf *out)
{
    size_t count = 0;
    const struct tf_fraud_rule *row = &tf_report_fraud_rules(report, &count)[rule];
    const struct tf_report_rule *counts = &report->fraud_rules[rule];
    if (counts->unknown == 0)
        return;
    if (row->group) {
        tf_report_count(out, counts->unknown);
        tf_buf_puts(out, " records left out of the groups it judges");
    } else {
        tf_report_count(out, counts->evaluated);
        tf_buf_puts(out, " of ");
        tf_report_count(out, counts->evaluated + counts->unknown);
        tf_buf_puts(out, " evaluated");
    }
    write_missing(&report->gaps.rules[rule], counts->unknown, out);
    write_other(row, &report->gaps.rules[rule], out);
}

static void write_rule(const struct tf_report *report, const char *id, size_t rule, struct tf_json *json)
{
    const struct tf_report_gap *gap = &report->gaps.rules[rule];
    struct tf_buf words;
    tf_buf_init(&words, WORDS_BYTES_MAX);
    tf_report_gap_words(report, rule, &words);
    tf_json_key(json, id);
    tf_json_object(json);
    tf_json_key(json, "missing");
    tf_json_object(json);
    for (size_t n = 0; n < tf_fraud_needs_count(); n++)
        if (gap->missing[n])
            tf_json_ku64(json, tf_fraud_need_word(n), gap->missing[n]);
    tf_json_object_end(json);
    tf_json_ku64(json, "other", gap->other);
    tf_json_kstr(json, "words", tf_buf_view(&words));
    tf_json_object_end(json);
    tf_buf_finish(&words);
}

void tf_report_gaps_json(const struct tf_report *report, struct tf_json *json)
{
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(report, &count);
    if (!report->gaps.told)
        return;
    tf_json_key(json, "not_evaluated");
    tf_json_object(json);
    for (size_t r = 0; r < count; r++)
        if (report->fraud_rules[r].unknown)
            write_rule(report, rules[r].id, r, json);
    tf_json_object_end(json);
}

void tf_report_gaps_print(const struct tf_report *report, FILE *out)
{
    size_t count = 0;
    bool any = false;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(report, &count);
    for (size_t r = 0; report->gaps.told && r < count; r++) {
        struct tf_buf words;
        if (report->fraud_rules[r].unknown == 0)
            continue;
        tf_buf_init(&words, WORDS_BYTES_MAX);
        tf_report_gap_words(report, r, &words);
        fprintf(out, "%s  %s: %.*s\n", any ? "" : "\nNot judged, which is neither hit nor clear:\n", rules[r].id, (int)words.len, words.ptr);
        tf_buf_finish(&words);
        any = true;
    }
}
