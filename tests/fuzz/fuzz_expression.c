/*
 * Can an expression hurt?  Any bytes are compiled as a rule's `when`; what compiles is run on records that have everything, little, and
 * absurd values, over windows with entries. The same again must give the same, an error must lie inside the source, and judging ends.
 *
 * Rooms: rules/fraud
 */
#include <stdlib.h>

#include "../../src/rules/fraud/language/language.h"

enum { ENTRIES = 40, RECORDS = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct tf_amount amount(const char *text)
{
    struct tf_amount amount = {.text = tf_str_of(text)};
    must(tf_money_parse(amount.text, &amount.value) == TF_OK);
    return amount;
}

static void fill_invoice(struct tf_event *event, struct tf_invoice *invoice, const char *gross)
{
    *invoice = (struct tf_invoice){.number = TF_STR("RE-0042"), .currency = TF_STR("EUR"), .type_code = TF_STR("380"), .purchase_order_ref = TF_STR("4711")};
    invoice->totals.gross = amount(gross);
    invoice->totals.net = amount("1000.00");
    invoice->totals.vat = amount("190.00");
    invoice->seller.address.country = TF_STR("DE");
    invoice->seller.vat_id = TF_STR("DE811111111");
    *event = (struct tf_event){.kind = TF_KIND_INVOICE, .company = TF_STR("ACME"), .user = TF_STR("u17"), .approver = TF_STR("u3"), .party = TF_STR("S1"),
                               .direction = TF_DIRECTION_PURCHASE, .manual_present = true, .recorded_at_ms = 1, .approved_at_ms = INT64_MAX,
                               .event_time_present = true, .event_time_of_day = true, .event_time_ms = INT64_C(1780000000000)};
    event->as.invoice = invoice;
}

/* 0: a usual invoice; 1: absurd amounts and times; 2: a payment with next to nothing. */
static void fill(struct tf_event *event, struct tf_invoice *invoice, struct tf_payment *payment, int which)
{
    fill_invoice(event, invoice, which == 1 ? "-92233720368547758.08" : "1190.00");
    if (which == 1)
        event->event_time_ms = INT64_MIN;
    if (which != 2)
        return;
    *payment = (struct tf_payment){.returned = true};
    *event = (struct tf_event){.kind = TF_KIND_PAYMENT};
    event->as.payment = payment;
}

/* Under every key the same entries: around the event's time, of values of any size. */
static struct tf_fraud_window window_of(struct tf_fraud_entry entries[ENTRIES], int64_t time_ms, int64_t highest)
{
    uint64_t total = 5;
    for (int i = 0; i < ENTRIES; i++) {
        int64_t off_ms = (int64_t)(i - ENTRIES / 2) * 3600000;
        int64_t at_ms = time_ms < INT64_MIN / 2 ? time_ms + i : time_ms + off_ms;
        total += (uint64_t)(i % 3 == 0 ? highest : -(highest / 2));
        entries[i] = (struct tf_fraud_entry){.time_ms = at_ms, .total = total, .id = "e1", .id_bytes = 2};
    }
    return (struct tf_fraud_window){.entries = entries, .count = ENTRIES, .highest = highest, .before = 5};
}

static enum tf_fraud_answer judge(const struct tf_fraud_rule *rule, const struct tf_event *event, struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    static struct tf_fraud_entry entries[ENTRIES];
    const struct tf_fraud_setting setting = {.mode = TF_FRAUD_LIVE};
    const struct tf_fraud_facts facts = tf_fraud_facts_of(event);
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX];
    struct tf_fraud_window windows[TF_FRAUD_KEYS_MAX];
    size_t count = tf_language_keys(rule, &setting, &facts, keys);
    must(count <= TF_FRAUD_KEYS_MAX && count <= tf_language_keys_count(rule->program));
    for (size_t k = 0; k < count; k++)
        windows[k] = window_of(entries, facts.time_ms, k % 2 ? INT64_C(1000000000000000) : 12345);
    const struct tf_fraud_case c = {.rule = rule, .setting = &setting, .facts = &facts, .keys = keys, .windows = windows, .count = count, .arena = arena};
    *hit = (struct tf_fraud_hit){.related_count = 0};
    return tf_language_judge(&c, hit);
}

static void run(const struct tf_fraud_rule *rule, struct tf_arena *arena)
{
    for (int which = 0; which < RECORDS; which++) {
        struct tf_invoice invoice;
        struct tf_payment payment;
        struct tf_event event;
        struct tf_fraud_hit first, second;
        fill(&event, &invoice, &payment, which);
        enum tf_fraud_answer answer = judge(rule, &event, arena, &first);
        must(answer == judge(rule, &event, arena, &second));
        must(answer != TF_FRAUD_NOT_APPLICABLE);
        if (answer != TF_FRAUD_HIT)
            continue;
        must(first.observed.ptr && first.observed.len > 0 && tf_str_eq(first.observed, second.observed));
        must(tf_str_utf8_valid(first.observed) && tf_str_utf8_valid(first.threshold) && first.related_count <= TF_FRAUD_RELATED_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct tf_str items[] = {TF_STR_INIT("10"), TF_STR_INIT("S1")};
    static const struct tf_constant constants[] = {
        {.name = TF_STR_INIT("limit"), .kind = TF_CONSTANT_TEXT, .text = TF_STR_INIT("1000.00")},
        {.name = TF_STR_INIT("days"), .kind = TF_CONSTANT_NUMBER, .text = TF_STR_INIT("30")},
        {.name = TF_STR_INIT("on"), .kind = TF_CONSTANT_TRUTH, .truth = true},
        {.name = TF_STR_INIT("some"), .kind = TF_CONSTANT_LIST, .items = items, .items_count = 2},
    };
    struct tf_program *program = NULL;
    struct tf_language_fault fault = {.at = 0};
    const struct tf_language_rule rule = {.id = TF_STR("OWN"), .when = {(const char *)data, size}, .constants = constants, .constants_count = 4};
    struct tf_arena *arena = tf_arena_create(8 << 20);
    must(arena != NULL);
    enum tf_err err = tf_language_compile(&rule, arena, &program, &fault);
    must((err == TF_OK) == (program != NULL) && (err == TF_OK || err == TF_E_CONFIG));
    must(err == TF_OK || (fault.at <= size && fault.text[0]));
    if (program) {
        const struct tf_fraud_rule row = {.id = "OWN", .program = program};
        must(size <= TF_LANGUAGE_SOURCE_BYTES_MAX);
        run(&row, arena);
    }
    tf_arena_destroy(arena);
    return 0;
}
