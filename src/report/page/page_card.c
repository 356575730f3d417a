/* A record with findings, as the JSON that its card is made of once it turns out to be one of those that matter most. */
#include "page.h"

#include "about.h"

enum { CARD_HITS_MAX = 12, CARD_FINDINGS_MAX = 8 };

static struct tf_rank rank_of(const struct tf_item *item)
{
    const struct tf_tax_verdict *tax = item->verdict[0];
    const struct tf_fraud_verdict *fraud = item->verdict[1];
    return (struct tf_rank){
        .stopped = fraud && fraud->decision != TF_FRAUD_APPROVE,
        .at_risk_minor = fraud ? fraud->amount_at_risk_minor : 0,
        .decision = fraud ? fraud->decision : TF_FRAUD_APPROVE,
        .invalid = tax && tax->decided && !tax->valid,
        .score = fraud ? fraud->score : 0,
    };
}

static void write_facts(const struct tf_item *item, const struct tf_fraud_facts *facts, struct tf_json *json)
{
    const struct tf_about about = tf_about(&item->event);
    char amount[TF_MONEY_TEXT_BYTES];
    tf_json_kstr(json, "id", item->ce_id);
    tf_json_kstr(json, "file", item->position.topic);
    tf_json_ki64(json, "line", item->position.offset);
    tf_json_kstr(json, "company", item->event.company);
    tf_json_ktext(json, "kind", tf_event_kind_name(item->event.kind));
    tf_json_kstr(json, "number", about.number);
    tf_json_kstr(json, "date", about.date);
    tf_json_kstr(json, "counterparty", tf_str_blank(about.counterparty) ? facts->supplier : about.counterparty);
    tf_json_kstr(json, "currency", tf_about_currency(&item->event, facts));
    tf_json_kstr(json, "amount", tf_about_amount(&item->event, facts, amount));
}

/* The unknown rules are told once, of all records together. */
static void write_verdicts(const struct tf_report_page *page, const struct tf_item *item, struct tf_json *json)
{
    if (item->verdict[0]) {
        struct tf_tax_verdict tax = *(const struct tf_tax_verdict *)item->verdict[0];
        tax.findings_count = tax.findings_count < CARD_FINDINGS_MAX ? tax.findings_count : CARD_FINDINGS_MAX;
        tf_json_key(json, "tax");
        tf_tax_encode(&tax, item->ce_id, item->position.topic, json);
    }
    if (item->verdict[1]) {
        struct tf_fraud_verdict fraud = *(const struct tf_fraud_verdict *)item->verdict[1];
        tf_json_ku64(json, "hits", fraud.hits_count);
        fraud.hits_count = fraud.hits_count < CARD_HITS_MAX ? fraud.hits_count : CARD_HITS_MAX;
        memset(&fraud.unknown, 0, sizeof fraud.unknown);
        tf_json_key(json, "fraud");
        tf_fraud_encode(page->options.ruleset, &fraud, item->ce_id, item->position.topic, json);
    }
}

static void write_card(struct tf_report_page *page, const struct tf_item *item, const struct tf_fraud_facts *facts, bool whole)
{
    struct tf_json json;
    tf_buf_reset(&page->scratch);
    tf_json_init(&json, &page->scratch);
    tf_json_object(&json);
    write_facts(item, facts, &json);
    if (whole)
        write_verdicts(page, item, &json);
    tf_json_object_end(&json);
}

/* A record whose words are too many for a card is named all the same; the result files have them. */
enum tf_err tf_page_card_put(struct tf_report_page *page, const struct tf_item *item, const struct tf_fraud_facts *facts)
{
    struct tf_rank rank = rank_of(item);
    rank.order = page->with_findings;
    if (!tf_top_wants(&page->top, facts->currency, &rank))
        return TF_OK;
    write_card(page, item, facts, true);
    if (page->scratch.failed)
        write_card(page, item, facts, false);
    if (page->scratch.failed)
        return TF_OK;
    return tf_top_put(&page->top, facts->currency, &rank, tf_buf_view(&page->scratch)) ? TF_OK : TF_E_MEMORY;
}
