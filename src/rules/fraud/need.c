#include "taxflow/fraud_need.h"

#include "taxflow/return_code.h"
#include "vat/breakdown.h"

/* Of the kinds that have such a field; the others lack nothing. */
static bool is_document(const struct tf_event *event)
{
    return event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE;
}

static bool has_amount_kind(const struct tf_event *event)
{
    return is_document(event) || event->kind == TF_KIND_PAYMENT || event->kind == TF_KIND_JOURNAL;
}

static bool lacks_party(const struct tf_fraud_facts *f) { return !f->supplier.ptr; }
static bool lacks_user(const struct tf_fraud_facts *f) { return !f->user.ptr; }
static bool lacks_approver(const struct tf_fraud_facts *f) { return tf_str_blank(f->event->approver); }
static bool lacks_date(const struct tf_fraud_facts *f) { return !f->has_time; }
static bool lacks_amount(const struct tf_fraud_facts *f) { return has_amount_kind(f->event) && !f->has_amount; }
static bool lacks_currency(const struct tf_fraud_facts *f) { return has_amount_kind(f->event) && f->currency[0] == '\0'; }
static bool lacks_manual(const struct tf_fraud_facts *f) { return !f->event->manual_present; }
static bool lacks_recorded_at(const struct tf_fraud_facts *f) { return f->event->recorded_at_ms == 0; }
static bool lacks_approved_at(const struct tf_fraud_facts *f) { return f->event->approved_at_ms == 0; }
static bool lacks_direction(const struct tf_fraud_facts *f) { return is_document(f->event) && f->event->direction == TF_DIRECTION_UNKNOWN; }

static bool lacks_number(const struct tf_fraud_facts *f)
{
    if (is_document(f->event))
        return tf_str_blank(f->event->as.invoice->number);
    if (f->event->kind != TF_KIND_PAYMENT)
        return false;
    for (size_t i = 0; i < f->event->as.payment->invoices.count; i++)
        if (!tf_str_blank(f->event->as.payment->invoices.items[i].number))
            return false;
    return true;
}

static bool lacks_seller(const struct tf_fraud_facts *f)
{
    const struct tf_invoice *invoice = is_document(f->event) ? f->event->as.invoice : NULL;
    return invoice && tf_str_blank(invoice->seller.name) && tf_str_blank(invoice->seller.vat_id);
}

static bool lacks_buyer(const struct tf_fraud_facts *f)
{
    const struct tf_invoice *invoice = is_document(f->event) ? f->event->as.invoice : NULL;
    return invoice && tf_str_blank(invoice->buyer.name) && tf_str_blank(invoice->buyer.vat_id);
}

static bool lacks_account(const struct tf_fraud_facts *f) { return f->event->kind == TF_KIND_PAYMENT && !f->account.ptr; }

static bool lacks_posting_date(const struct tf_fraud_facts *f)
{
    return f->event->kind == TF_KIND_JOURNAL && tf_str_blank(f->event->as.journal->posting_date.text);
}

static bool lacks_accounts(const struct tf_fraud_facts *f)
{
    const struct tf_journal *journal = f->event->kind == TF_KIND_JOURNAL ? f->event->as.journal : NULL;
    for (size_t i = 0; journal && i < journal->lines.count; i++)
        if (!tf_str_blank(journal->lines.items[i].account))
            return false;
    return journal != NULL;
}

static bool lacks_text(const struct tf_fraud_facts *f)
{
    const struct tf_journal *journal = f->event->kind == TF_KIND_JOURNAL ? f->event->as.journal : NULL;
    if (!journal || !tf_str_blank(journal->text))
        return false;
    for (size_t i = 0; i < journal->lines.count; i++)
        if (!tf_str_blank(journal->lines.items[i].text))
            return false;
    return true;
}

static bool lacks_breakdown(const struct tf_fraud_facts *f) { return is_document(f->event) && !tf_breakdown_at(f->event->as.invoice, 0); }

/* One that is none of ours, such as a box of a form, does not tell which sums are meant. */
static bool lacks_code(const struct tf_fraud_facts *f)
{
    return f->event->kind == TF_KIND_RETURN && !tf_return_code_find(f->event->as.tax_return->code);
}

static bool lacks_period(const struct tf_fraud_facts *f) { return f->event->kind == TF_KIND_RETURN && tf_str_blank(f->event->as.tax_return->period); }

static bool lacks_declared(const struct tf_fraud_facts *f)
{
    return f->event->kind == TF_KIND_RETURN && !tf_amount_present(f->event->as.tax_return->declared);
}

/* The words are those of `needs` in fraud_rules.def; several may mean one thing, for rules of operators say them their way. */
static const struct need { const char *word; bool (*lacks)(const struct tf_fraud_facts *facts); } needs[] = {
    {"party", lacks_party}, {"supplier", lacks_party}, {"user", lacks_user}, {"approver", lacks_approver}, {"number", lacks_number},
    {"amount", lacks_amount}, {"currency", lacks_currency}, {"date", lacks_date}, {"direction", lacks_direction}, {"account", lacks_account},
    {"seller", lacks_seller}, {"buyer", lacks_buyer}, {"manual", lacks_manual}, {"recorded_at", lacks_recorded_at}, {"approved_at", lacks_approved_at},
    {"posting_date", lacks_posting_date}, {"lines with accounts", lacks_accounts}, {"text of journals", lacks_text},
    {"VAT breakdown", lacks_breakdown}, {"code", lacks_code}, {"declared", lacks_declared}, {"period of whole months", lacks_period},
};
#define NEEDS (sizeof needs / sizeof needs[0])
_Static_assert(NEEDS <= (size_t)TF_FRAUD_NEEDS_MAX, "a set of needs is 32 bits");

size_t tf_fraud_needs_count(void) { return NEEDS; }

const char *tf_fraud_need_word(size_t need) { return needs[need].word; }

const char *tf_fraud_need_how(size_t need)
{
    static const char code[] = "code of the return is none of output-vat, input-vat and vat-payable (write one of them; boxes of a form go into "
                               "--declared=F.csv, column box)";
    return needs[need].lacks == lacks_code ? code : NULL;
}

static uint32_t bit_of(struct tf_str word)
{
    for (size_t n = 0; n < NEEDS; n++)
        if (tf_str_is(word, needs[n].word))
            return UINT32_C(1) << n;
    return 0;
}

/* "VAT breakdown: taxable" is about the breakdown. */
uint32_t tf_fraud_needs_of(const struct tf_fraud_rule *rule)
{
    uint32_t set = 0;
    const char *at = rule->needs ? rule->needs : "", *end = at + strcspn(at, ";");
    while (at < end) {
        size_t len = strcspn(at, ",:;");
        set |= bit_of(tf_str_trim((struct tf_str){at, len}));
        at += at[len] == ':' ? strcspn(at, ",;") : len;
        at += at < end;
    }
    return set;
}

struct tf_str tf_fraud_needs_sometimes(const struct tf_fraud_rule *rule)
{
    const char *semicolon = rule->needs ? strchr(rule->needs, ';') : NULL;
    return semicolon ? tf_str_trim(tf_str_of(semicolon + 1)) : TF_STR_NONE;
}

uint32_t tf_fraud_needs_missing(const struct tf_fraud_facts *facts)
{
    uint32_t missing = 0;
    for (size_t n = 0; n < NEEDS; n++)
        missing |= needs[n].lacks(facts) ? UINT32_C(1) << n : 0;
    return missing;
}
