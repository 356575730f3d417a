/* What is known at the end: control totals of sections, balances, gaps, and what was counted. */
#include <stdlib.h>

#include "saft_internal.h"

enum { TEXT_BYTES = 2 * TF_MONEY_TEXT_BYTES + 64, PATH_BYTES = 96, SUMMARY_BYTES_MAX = 1 << 20 };

/* ---- Sections ---- */

/* Norway's schema does not say whether the tax of documents is in their section's totals: either is right. */
static enum tf_err check_total(struct tf_saft *s, enum tf_file_rule rule, const char *path, const char *element, struct tf_str given,
                               struct tf_decimal sum, struct tf_decimal tax)
{
    struct tf_decimal total, with_tax;
    char where[PATH_BYTES], wanted[TF_MONEY_TEXT_BYTES];
    if (given.len == 0 || s->sums.overflow)
        return TF_OK;
    if (tf_money_parse(given, &total) == TF_OK && (tf_money_cmp(total, sum) == 0 || (tf_money_add(sum, tax, &with_tax) && tf_money_cmp(total, with_tax) == 0)))
        return TF_OK;
    snprintf(where, sizeof where, "%s/%s", path, element);
    return tf_saft_find(s, rule, s->section_line, where, given, tf_money_format(sum, 2, wanted));
}

static enum tf_err check_count(struct tf_saft *s, const char *path)
{
    uint64_t given;
    char where[PATH_BYTES], digits[TF_STR_NUMBER_BYTES];
    if (s->section.entries.len == 0)
        return TF_OK;
    if (tf_str_to_u64(s->section.entries, UINT64_MAX, &given) && given == s->sums.entries)
        return TF_OK;
    snprintf(where, sizeof where, "%s/NumberOfEntries", path);
    return tf_saft_find(s, TF_FILE_RULE_SAFT_ENTRIES, s->section_line, where, s->section.entries, tf_str_of_u64(s->sums.entries, digits));
}

static enum tf_err unchecked(struct tf_saft *s, const char *path, const char *why)
{
    return tf_saft_find(s, TF_FILE_RULE_SAFT_UNCHECKED, s->section_line, path, tf_str_of(why), TF_STR_NONE);
}

enum tf_err tf_saft_end_section(struct tf_saft *s, const char *path)
{
    TF_TRY(check_count(s, path));
    TF_TRY(check_total(s, TF_FILE_RULE_SAFT_DEBIT, path, "TotalDebit", s->section.debit, s->sums.debit, s->sums.debit_tax));
    TF_TRY(check_total(s, TF_FILE_RULE_SAFT_CREDIT, path, "TotalCredit", s->section.credit, s->sums.credit, s->sums.credit_tax));
    if (s->sums.overflow)
        TF_TRY(unchecked(s, path, "sums that pass 38 digits were not compared"));
    if (s->section_state == TF_SAFT_ENTRIES) {
        s->ledger = s->sums;
        s->has_ledger = true;
    }
    return TF_OK;
}

/* ---- Balances ---- */

static enum tf_err check_balance(struct tf_saft *s, const struct tf_saft_entity *entity)
{
    struct tf_decimal sum;
    char name[64], found[TEXT_BYTES], wanted[TEXT_BYTES], amount[3][TF_MONEY_TEXT_BYTES];
    bool account = entity->kind == TF_SAFT_OF_ACCOUNT;
    if (entity->overflow || !tf_money_add(entity->opening, entity->movement, &sum))
        return unchecked(s, "MasterFiles", "a balance that passes 38 digits was not compared");
    if (tf_money_cmp(sum, entity->closing) == 0)
        return TF_OK;
    snprintf(name, sizeof name, "%.*s", TF_STR_ARGS(entity->id));
    tf_money_format(entity->closing, 2, amount[0]);
    tf_money_format(entity->opening, 2, amount[1]);
    tf_money_format(entity->movement, 2, amount[2]);
    snprintf(found, sizeof found, "%.60s: closing %s", name, amount[0]);
    snprintf(wanted, sizeof wanted, "%s + %s", amount[1], amount[2]);
    return tf_saft_find(s, account ? TF_FILE_RULE_SAFT_ACCOUNT_SUM : TF_FILE_RULE_SAFT_PARTY_SUM, entity->line,
                        account                                       ? "MasterFiles/GeneralLedgerAccounts/Account"
                        : entity->kind == TF_SAFT_OF_CUSTOMER_BALANCE ? "MasterFiles/Customers/Customer"
                                                                      : "MasterFiles/Suppliers/Supplier",
                        tf_str_of(found), tf_str_of(wanted));
}

static enum tf_err check_balances(struct tf_saft *s)
{
    if (s->entities.full)
        TF_TRY(unchecked(s, "MasterFiles", "beyond 400,000 accounts, parties and codes, references and balances were not checked"));
    if (!s->has_ledger)
        return s->entities.counts[TF_SAFT_OF_ACCOUNT] > 0 ? unchecked(s, "GeneralLedgerEntries", "there are no entries to hold balances against")
                                                          : TF_OK;
    for (size_t i = 0; i < s->entities.count; i++)
        if (s->entities.items[i].balanced)
            TF_TRY(check_balance(s, &s->entities.items[i]));
    return TF_OK;
}

/* ---- Gaps ---- */

static enum tf_err check_series(struct tf_saft *s, const struct tf_saft_series *series, const char *path)
{
    char found[TEXT_BYTES + TF_SAFT_SERIES_NAME_BYTES];
    for (uint32_t i = 1; i < series->runs_count; i++) {
        uint64_t first = series->runs[i - 1].last + 1, last = series->runs[i].first - 1;
        if (first == last)
            snprintf(found, sizeof found, "%s%llu is missing", series->name, (unsigned long long)first);
        else
            snprintf(found, sizeof found, "%s%llu to %llu are missing", series->name, (unsigned long long)first, (unsigned long long)last);
        TF_TRY(tf_saft_find(s, TF_FILE_RULE_SAFT_GAP, series->runs[i].line, path, tf_str_of(found), TF_STR_NONE));
    }
    return TF_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct tf_saft_series *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 || x->runs_count == 0 || y->runs_count == 0 ? order : x->runs[0].line < y->runs[0].line ? -1 : 1;
}

static enum tf_err check_gaps(struct tf_saft *s, struct tf_saft_numbers *numbers, const char *path)
{
    bool loose = false;
    if (numbers->series_count > 0)
        qsort(numbers->series, numbers->series_count, sizeof *numbers->series, by_name);
    for (size_t i = 0; i < numbers->series_count; i++) {
        const struct tf_saft_series *series = &numbers->series[i];
        if (tf_saft_series_dense(series))
            TF_TRY(check_series(s, series, path));
        else
            loose |= series->runs_count > 1;
    }
    if (loose)
        TF_TRY(unchecked(s, path, "numbers that do not follow each other, less than half of them being there, were not looked at for gaps"));
    return numbers->untold > 0 ? unchecked(s, path, "too many series or gaps: some numbers were not looked at") : TF_OK;
}

/* Numbers that come again in other journals, and never in their own, run in each journal. Portugal's transactions carry their day in front: no series. */
static enum tf_err check_numbers(struct tf_saft *s)
{
    if (s->country == TF_SAFT_NORWAY)
        TF_TRY(check_gaps(s, s->repeated > s->repeated_in_journals ? &s->in_journals : &s->transactions,
                          "GeneralLedgerEntries/Journal/Transaction/TransactionID"));
    return check_gaps(s, &s->documents, "SourceDocuments");
}

/* ---- Signatures ---- */

static enum tf_err check_signatures(struct tf_saft *s)
{
    char text[TEXT_BYTES];
    if (s->chain.unverified == 0)
        return TF_OK;
    snprintf(text, sizeof text, "%llu signatures were not verified: %s", (unsigned long long)s->chain.unverified,
             s->chain.signer ? "the document before is not in the file, or another program signed" : "import.saft_pt_key names no public key");
    return tf_saft_find(s, TF_FILE_RULE_SAFT_UNSIGNED, s->section_line, "SourceDocuments", tf_str_of(text), TF_STR_NONE);
}

/* ---- The summary ---- */

static void put_counts(struct tf_saft *s, struct tf_json *json)
{
    const size_t *counts = s->entities.counts;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"accounts", counts[TF_SAFT_OF_ACCOUNT]},
        {"annulled", s->annulled},
        {"customers", counts[TF_SAFT_OF_CUSTOMER]},
        {"invoices", s->invoices},
        {"journals", s->journals},
        {"lines", s->lines},
        {"payments", s->payments},
        {"purchase_invoices", s->purchase_invoices},
        {"repeated_numbers", s->findings[TF_FILE_RULE_SAFT_REPEATED]},
        {"signatures_failed", s->chain.failed},
        {"signatures_unverified", s->chain.unverified},
        {"signatures_verified", s->chain.verified},
        {"stock_movements", s->movements},
        {"suppliers", counts[TF_SAFT_OF_SUPPLIER]},
        {"tax_codes", counts[TF_SAFT_OF_CODE]},
        {"transactions", s->ledger.entries},
        {"unbalanced", s->unbalanced},
        {"work_documents", s->work_documents},
    };
    tf_json_key(json, "counts");
    tf_json_object(json);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tf_json_ku64(json, rows[i].name, rows[i].value);
    tf_json_object_end(json);
}

static void put_findings(const struct tf_saft *s, struct tf_json *json)
{
    size_t count;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    tf_json_key(json, "findings");
    tf_json_object(json);
    for (size_t i = 0; i < TF_FILE_RULE_COUNT; i++)
        if (s->findings[i] > 0)
            tf_json_ku64(json, rules[i].id, s->findings[i]);
    tf_json_object_end(json);
}

static void put_amount(struct tf_json *json, const char *key, struct tf_decimal value)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_kstr(json, key, tf_money_format(value, 2, text));
}

static enum tf_err tell_summary(struct tf_saft *s)
{
    struct tf_buf out;
    struct tf_json json;
    if (!s->sink->summary)
        return TF_OK;
    tf_buf_init(&out, SUMMARY_BYTES_MAX);
    tf_json_init(&json, &out);
    tf_json_object(&json);
    tf_json_kstr(&json, "company", s->company);
    put_counts(s, &json);
    tf_json_ktext(&json, "country", s->country == TF_SAFT_NORWAY ? "NO" : "PT");
    put_amount(&json, "credit", s->ledger.credit);
    tf_json_kstr(&json, "currency", s->header.currency);
    put_amount(&json, "debit", s->ledger.debit);
    put_findings(s, &json);
    tf_json_ktext(&json, "format", "saf-t");
    tf_json_kstr(&json, "version", s->header.version);
    tf_json_object_end(&json);
    const enum tf_import_books books = s->country == TF_SAFT_NORWAY ? TF_IMPORT_SAFT_NO : TF_IMPORT_SAFT_PT;
    enum tf_err err = out.failed ? TF_E_MEMORY : s->sink->summary(s->sink->self, tf_buf_view(&out), s->findings, books);
    tf_buf_finish(&out);
    return err;
}

enum tf_err tf_saft_end_file(struct tf_saft *s)
{
    TF_TRY(check_balances(s));
    TF_TRY(check_numbers(s));
    TF_TRY(check_signatures(s));
    return tell_summary(s);
}
