/* GeneralLedgerEntries: transactions as journals. */
#include "saft_internal.h"
#include "taxflow/clock.h"

static const char in_line[] = "GeneralLedgerEntries/Journal/Transaction/Line";
static const char in_transaction[] = "GeneralLedgerEntries/Journal/Transaction";

void tf_saft_begin_transaction(struct tf_saft *s)
{
    s->one = (struct tf_saft_sums){.entries = 0};
    tf_saft_begin_record(s, TF_KIND_JOURNAL);
    tf_json_key(&s->json, "journal");
    tf_json_object(&s->json);
    tf_json_key(&s->json, "lines");
    tf_json_array(&s->json);
}

/* ---- Tax of a line ---- */

/* Whole units of the currency may be what a ledger keeps tax in: half of one is no difference. */
enum tf_err tf_saft_check_tax(struct tf_saft *s, struct tf_decimal amount, const char *path)
{
    struct tf_decimal base, rate, due, difference;
    char found[TF_MONEY_TEXT_BYTES], wanted[TF_MONEY_TEXT_BYTES];
    if (!tf_saft_amount(s, s->tax.base, "TaxBase", &base) || !tf_saft_amount(s, s->tax.percentage, "TaxPercentage", &rate))
        return TF_OK;
    if (!tf_money_mul(tf_money_abs(base), rate, &due))
        return TF_OK;
    due = tf_money_percent(due);
    if (!tf_money_sub(due, tf_money_abs(amount), &difference) || tf_money_cmp(tf_money_abs(difference), tf_money_of(5, 1)) <= 0)
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_TAX, s->line_number, path, tf_money_format(tf_money_abs(amount), 2, found), tf_money_format(due, 2, wanted));
}

static void put_tax(struct tf_saft *s)
{
    tf_saft_put(s, "tax_amount", s->tax.amount);
    tf_saft_put(s, "tax_base", s->tax.base);
    tf_saft_put(s, "tax_code", s->tax.code);
    tf_saft_put(s, "tax_rate", s->tax.percentage);
}

/* The first tax of a line is the line's; others stand in a list beside it, which is left open until the line ends. */
enum tf_err tf_saft_end_tax(struct tf_saft *s)
{
    struct tf_decimal amount;
    TF_TRY(tf_saft_check_tax_code(s, "GeneralLedgerEntries/Journal/Transaction/Line/TaxInformation/TaxCode"));
    if (tf_saft_amount(s, s->tax.amount, "TaxAmount", &amount))
        TF_TRY(tf_saft_check_tax(s, amount, "GeneralLedgerEntries/Journal/Transaction/Line/TaxInformation/TaxAmount"));
    s->taxes++;
    if (s->taxes == 1) {
        put_tax(s);
        return TF_OK;
    }
    if (s->taxes == 2) {
        tf_json_key(&s->json, "more_taxes");
        tf_json_array(&s->json);
    }
    tf_json_object(&s->json);
    put_tax(s);
    tf_json_object_end(&s->json);
    return TF_OK;
}

/* ---- Lines ---- */

static void move(struct tf_saft_entity *entity, struct tf_decimal amount)
{
    if (entity)
        tf_saft_sum(&entity->movement, amount, &entity->overflow);
}

/* A party's balance is that on the account it is given for; without one, of all lines that name the party. */
static void move_party(struct tf_saft *s, enum tf_saft_kind kind, struct tf_str id, struct tf_decimal amount)
{
    if (id.len == 0)
        return;
    struct tf_saft_entity *entity = tf_saft_entities_find(&s->entities, kind, id, s->line.account);
    move(entity ? entity : tf_saft_entities_find(&s->entities, kind, id, TF_STR_NONE), amount);
}

static enum tf_err count_line(struct tf_saft *s, struct tf_decimal debit, struct tf_decimal credit)
{
    struct tf_decimal amount;
    struct tf_saft_entity *account = tf_saft_entities_find(&s->entities, TF_SAFT_OF_ACCOUNT, s->line.account, TF_STR_NONE);
    s->lines++;
    s->one.entries++;
    tf_saft_sum(&s->one.debit, debit, &s->one.overflow);
    tf_saft_sum(&s->one.credit, credit, &s->one.overflow);
    if (!account && !s->entities.full)
        TF_TRY(tf_saft_find(s, TF_FILE_RULE_SAFT_ACCOUNT, s->line_number, "GeneralLedgerEntries/Journal/Transaction/Line/AccountID", s->line.account,
                            TF_STR("an account of MasterFiles")));
    if (!tf_money_sub(debit, credit, &amount))
        return TF_OK;
    move(account, amount);
    move_party(s, TF_SAFT_OF_CUSTOMER_BALANCE, s->line.customer, amount);
    move_party(s, TF_SAFT_OF_SUPPLIER_BALANCE, s->line.supplier, amount);
    return TF_OK;
}

static void put_line(struct tf_saft *s)
{
    const struct tf_saft_line *l = &s->line;
    struct tf_str customer = l->customer.len > 0 ? l->customer : s->record.customer,
                  supplier = l->supplier.len > 0 ? l->supplier : s->record.supplier;
    if (s->taxes > 1)
        tf_json_array_end(&s->json);
    tf_saft_put(s, "account", l->account);
    tf_saft_put(s, "credit", l->credit);
    tf_saft_put(s, "currency", s->header.currency);
    tf_saft_put(s, "debit", l->debit);
    tf_saft_put(s, "foreign_amount", l->foreign_amount);
    tf_saft_put(s, "foreign_currency", l->foreign_currency);
    tf_saft_put(s, "partner", supplier.len > 0 ? supplier : customer);
    if (supplier.len > 0 || customer.len > 0)
        tf_json_ktext(&s->json, "partner_kind", supplier.len > 0 ? "supplier" : "customer");
    tf_saft_put(s, "rate", l->rate);
    tf_saft_put(s, "ref", l->reference);
    tf_saft_put(s, "text", l->text);
    tf_json_object_end(&s->json);
}

enum tf_err tf_saft_end_line(struct tf_saft *s)
{
    struct tf_decimal debit, credit;
    bool given = tf_saft_amount(s, s->line.debit, "DebitAmount", &debit);
    given |= tf_saft_amount(s, s->line.credit, "CreditAmount", &credit);
    if (!given)
        tf_saft_spoil(s, TF_E_MISSING, "Line", "a line has neither DebitAmount nor CreditAmount");
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_CUSTOMER, s->line.customer, s->line_number, in_line));
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_SUPPLIER, s->line.supplier, s->line_number, in_line));
    TF_TRY(count_line(s, debit, credit));
    put_line(s);
    s->taxes = 0;
    return TF_OK;
}

/* ---- Transactions ---- */

static enum tf_err check_balanced(struct tf_saft *s)
{
    char debit[TF_MONEY_TEXT_BYTES], credit[TF_MONEY_TEXT_BYTES], found[2 * TF_MONEY_TEXT_BYTES + 32];
    if (s->one.overflow || tf_money_cmp(s->one.debit, s->one.credit) == 0)
        return TF_OK;
    s->unbalanced++;
    tf_money_format(s->one.debit, 2, debit);
    tf_money_format(s->one.credit, 2, credit);
    snprintf(found, sizeof found, "debit %s, credit %s", debit, credit);
    return tf_saft_find(s, TF_FILE_RULE_SAFT_BALANCED, s->record_line, in_transaction, tf_str_of(found), TF_STR("equal sums"));
}

/* Numbers may run in each journal or over all of them: which it is shows at the end (totals.c). */
static enum tf_err check_number(struct tf_saft *s)
{
    enum tf_saft_number here, anywhere;
    TF_TRY(tf_saft_numbers_add(&s->in_journals, s->section.journal, s->record.id, s->record_line, &here));
    TF_TRY(tf_saft_numbers_add(&s->transactions, TF_STR_NONE, s->record.id, s->record_line, &anywhere));
    s->repeated += anywhere == TF_SAFT_AGAIN;
    if (here != TF_SAFT_AGAIN)
        return TF_OK;
    s->repeated_in_journals++;
    return tf_saft_find_repeated(s, "GeneralLedgerEntries/Journal/Transaction/TransactionID");
}

static enum tf_err check_transaction(struct tf_saft *s)
{
    const struct tf_saft_record *r = &s->record;
    TF_TRY(check_balanced(s));
    if (r->id.len > 0)
        TF_TRY(check_number(s));
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_CUSTOMER, r->customer, s->record_line, in_transaction));
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_SUPPLIER, r->supplier, s->record_line, in_transaction));
    struct tf_str booked = r->posted.len > 0 ? r->posted : r->date;
    if (tf_saft_in_period(s, booked))
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_PERIOD, s->record_line, "GeneralLedgerEntries/Journal/Transaction/GLPostingDate", booked,
                        TF_STR("a date in the period of the header"));
}

/* Months, where a period is one: of the calendar's year in Norway, in Portugal of an accounting year that begins in January. */
static void put_period(struct tf_saft *s)
{
    uint64_t month;
    struct tf_str year = s->record.period_year;
    if (s->country == TF_SAFT_PORTUGAL && s->header.start.len == 10 && memcmp(s->header.start.ptr + 4, "-01-01", 6) == 0)
        year = (struct tf_str){s->header.start.ptr, 4};
    char text[16];
    if (year.len != 4 || !tf_str_to_u64(s->record.period, 12, &month) || month == 0)
        return;
    snprintf(text, sizeof text, "%.*s-%02u", TF_STR_ARGS(year), (unsigned)month);
    tf_json_ktext(&s->json, "period", text);
}

static void put_transaction(struct tf_saft *s)
{
    const struct tf_saft_record *r = &s->record;
    tf_json_array_end(&s->json);
    tf_saft_put(s, "document_date", r->date);
    tf_saft_put(s, "id", r->id);
    put_period(s);
    tf_saft_put(s, "posting_date", r->posted.len > 0 ? r->posted : r->date);
    tf_saft_put(s, "source", s->section.journal);
    tf_saft_put(s, "text", r->name);
    tf_saft_put(s, "type", s->section.journal_type.len > 0 ? s->section.journal_type : r->type);
    tf_json_object_end(&s->json);
    tf_saft_put_recorded(s, r->entered);
    tf_saft_put(s, "user", r->user);
}

enum tf_err tf_saft_end_transaction(struct tf_saft *s)
{
    s->sums.entries++;
    s->sums.overflow |= s->one.overflow;
    tf_saft_sum(&s->sums.debit, s->one.debit, &s->sums.overflow);
    tf_saft_sum(&s->sums.credit, s->one.credit, &s->sums.overflow);
    TF_TRY(check_transaction(s));
    put_transaction(s);
    if (s->record.id.len == 0)
        tf_saft_spoil(s, TF_E_MISSING, "TransactionID", "a transaction has no number");
    return tf_saft_end_record(s, TF_KIND_JOURNAL);
}
