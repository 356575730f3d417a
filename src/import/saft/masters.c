/* The master files: accounts, customers and suppliers as records and as what entries refer to; tax codes as the latter alone. */
#include "saft_internal.h"
#include "taxflow/clock.h"

enum { CODE_BYTES = 192, DATE_BYTES = 11 };

static enum tf_err find_twice(struct tf_saft *s, const char *path)
{
    if (s->entities.full)
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_MASTER_TWICE, s->record_line, path, s->record.id, TF_STR_NONE);
}

static void put_balance(struct tf_saft *s, const char *key, struct tf_decimal value)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_kstr(&s->json, key, tf_money_format(value, 2, text));
}

enum tf_err tf_saft_end_account(struct tf_saft *s)
{
    const struct tf_saft_record *r = &s->record;
    struct tf_saft_entity *entity;
    struct tf_decimal opening, closing;
    tf_saft_begin_record(s, TF_KIND_ACCOUNT);
    bool opened = tf_saft_balance(s, r->opening_debit, r->opening_credit, &opening);
    bool closed = tf_saft_balance(s, r->closing_debit, r->closing_credit, &closing);
    TF_TRY(tf_saft_entities_add(&s->entities, TF_SAFT_OF_ACCOUNT, r->id, TF_STR_NONE, s->record_line, &entity));
    if (!entity)
        TF_TRY(find_twice(s, "MasterFiles/GeneralLedgerAccounts/Account/AccountID"));
    if (entity && opened && closed) {
        entity->opening = opening;
        entity->closing = closing;
        /* In Portugal general accounts (GA, GR) hold those below them (GM, AM …), which alone are posted to. */
        entity->balanced = s->country == TF_SAFT_NORWAY || (r->category.len == 2 && r->category.ptr[1] == 'M');
    }
    tf_json_key(&s->json, "account");
    tf_json_object(&s->json);
    if (closed)
        put_balance(s, "closing", closing);
    tf_saft_put(s, "kind", r->type.len > 0 ? r->type : s->country == TF_SAFT_PORTUGAL ? r->category : TF_STR_NONE);
    tf_saft_put(s, "name", r->name);
    tf_saft_put(s, "number", r->id);
    if (opened)
        put_balance(s, "opening", opening);
    tf_saft_put(s, "standard_code", r->standard_code.len > 0 ? r->standard_code : r->grouping);
    tf_json_object_end(&s->json);
    return tf_saft_end_record(s, TF_KIND_ACCOUNT);
}

static enum tf_err add_balance(struct tf_saft *s, enum tf_saft_kind kind, struct tf_str account, struct tf_decimal opening, struct tf_decimal closing)
{
    struct tf_saft_entity *entity;
    enum tf_saft_kind balance = kind == TF_SAFT_OF_CUSTOMER ? TF_SAFT_OF_CUSTOMER_BALANCE : TF_SAFT_OF_SUPPLIER_BALANCE;
    TF_TRY(tf_saft_entities_add(&s->entities, balance, s->record.id, account, s->record_line, &entity));
    if (entity) {
        entity->opening = opening;
        entity->closing = closing;
        entity->balanced = true;
    }
    return TF_OK;
}

/* 1.30: a party's balance on one account. It may stand before the party's own number, never behind its end. */
enum tf_err tf_saft_end_balance(struct tf_saft *s)
{
    struct tf_decimal opening, closing;
    bool opened = tf_saft_balance(s, s->line.opening_debit, s->line.opening_credit, &opening);
    bool closed = tf_saft_balance(s, s->line.closing_debit, s->line.closing_credit, &closing);
    if (!opened || !closed || s->record.id.len == 0)
        return TF_OK;
    return add_balance(s, s->party, s->line.account, opening, closing);
}

static bool has_country(struct tf_str text)
{
    return text.len > 2 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' && text.ptr[1] >= 'A' && text.ptr[1] <= 'Z';
}

/* What documents will say of the other side. 999999990 stands for whom nobody asked (Portaria 302/2016, 2.2.3). */
static void keep_party(struct tf_saft *s, struct tf_saft_entity *entity)
{
    char number[CODE_BYTES];
    const struct tf_saft_record *r = &s->record;
    entity->name = tf_saft_entities_keep(&s->entities, r->name);
    if (r->country.len == 2)
        entity->country = tf_saft_entities_keep(&s->entities, r->country);
    if (r->tax_id.len == 0 || r->tax_id.len > 32 || tf_str_is(r->tax_id, "999999990"))
        return;
    bool own = s->country == TF_SAFT_PORTUGAL && tf_str_is(r->country, "PT") && !has_country(r->tax_id);
    snprintf(number, sizeof number, "%s%.*s", own ? "PT" : "", TF_STR_ARGS(r->tax_id));
    entity->tax_id = tf_saft_entities_keep(&s->entities, tf_str_of(number));
}

enum tf_err tf_saft_end_bank_account(struct tf_saft *s)
{
    struct tf_saft_record *r = &s->record;
    if (s->line.account.len == 0)
        return TF_OK;
    if (r->bank_accounts_count == TF_SAFT_BANK_ACCOUNTS_MAX)
        return tf_saft_find(s, TF_FILE_RULE_SAFT_UNCHECKED, s->line_number, "MasterFiles", TF_STR("of a party's bank accounts 11 were read"), TF_STR_NONE);
    struct tf_str kept = tf_arena_dup(s->arenas[TF_SAFT_SCOPE_record], s->line.account);
    if (!kept.ptr)
        return tf_fault_set(s->fault, TF_E_TOO_BIG, "%s: one entry says more than 8 MB", s->name);
    r->bank_accounts[r->bank_accounts_count++] = kept;
    return TF_OK;
}

/* The last day that the file is of: what master files say holds there. Absent where the file does not say it. */
static struct tf_str last_day(const struct tf_saft_header *h, char text[DATE_BYTES])
{
    uint64_t year, period;
    if (h->end.len > 0)
        return h->end;
    if (!tf_str_to_u64(h->period_end_year, 9998, &year) || !tf_str_to_u64(h->period_end, 99, &period) || year == 0 || period == 0)
        return TF_STR_NONE;
    const unsigned month = period < 12 ? (unsigned)period : 12;
    const int32_t next = month < 12 ? tf_clock_days_from_civil((int)year, month + 1, 1) : tf_clock_days_from_civil((int)year + 1, 1, 1);
    tf_clock_format_date(next - 1, text);
    return tf_str_of(text);
}

static void put_known(struct tf_saft *s, const char *field, struct tf_str value, const char *at)
{
    if (value.len == 0)
        return;
    tf_json_object(&s->json);
    tf_json_ktext(&s->json, "at", at);
    tf_json_ktext(&s->json, "field", field);
    tf_json_kstr(&s->json, "new", value);
    tf_json_object_end(&s->json);
}

/* Accounts and the tax id as of the file's last day: without an old value it is no change, it is what is known from then on (README, "Accounts and people"). */
static void put_known_of_party(struct tf_saft *s)
{
    enum { AT_BYTES = 24 };
    const struct tf_saft_record *r = &s->record;
    char text[DATE_BYTES], at[AT_BYTES];
    int32_t days;
    const struct tf_str day = last_day(&s->header, text), tax_id = tf_str_is(r->tax_id, "999999990") ? TF_STR_NONE : r->tax_id;
    if (!tf_clock_parse_date(day, &days) || (r->bank_accounts_count == 0 && tax_id.len == 0))
        return;
    snprintf(at, sizeof at, "%.*sT00:00:00Z", TF_STR_ARGS(day));
    tf_json_key(&s->json, "changes");
    tf_json_array(&s->json);
    for (size_t i = 0; i < r->bank_accounts_count; i++)
        put_known(s, "account", r->bank_accounts[i], at);
    put_known(s, "vat_id", tax_id, at);
    tf_json_array_end(&s->json);
}

enum tf_err tf_saft_end_party(struct tf_saft *s, enum tf_saft_kind kind)
{
    struct tf_saft_record *r = &s->record;
    bool customer = kind == TF_SAFT_OF_CUSTOMER;
    struct tf_saft_entity *entity;
    if (r->tax_id.len == 0)
        r->tax_id = r->vat_number;
    struct tf_decimal opening, closing;
    tf_saft_begin_record(s, TF_KIND_PARTY);
    bool opened = tf_saft_balance(s, r->opening_debit, r->opening_credit, &opening);
    bool closed = tf_saft_balance(s, r->closing_debit, r->closing_credit, &closing);
    TF_TRY(tf_saft_entities_add(&s->entities, kind, r->id, TF_STR_NONE, s->record_line, &entity));
    if (!entity)
        TF_TRY(find_twice(s, customer ? "MasterFiles/Customers/Customer/CustomerID" : "MasterFiles/Suppliers/Supplier/SupplierID"));
    if (entity && (customer || s->country == TF_SAFT_NORWAY))
        keep_party(s, entity);
    if (opened && closed)
        TF_TRY(add_balance(s, kind, r->account, opening, closing));
    tf_json_key(&s->json, "party");
    tf_json_object(&s->json);
    put_known_of_party(s);
    tf_json_ktext(&s->json, "kind", customer ? "customer" : "supplier");
    tf_saft_put(s, "name", r->name);
    tf_saft_put(s, "party", r->id);
    tf_saft_put(s, "tax_id", r->tax_id);
    tf_json_object_end(&s->json);
    return tf_saft_end_record(s, TF_KIND_PARTY);
}

/* In Norway a code stands for itself, in Portugal in its kind of tax and its region. False where none is given, or it is longer than any. */
static bool code_name(const struct tf_saft *s, struct tf_str type, char name[CODE_BYTES])
{
    int len = s->country == TF_SAFT_NORWAY
                  ? snprintf(name, CODE_BYTES, "%.*s", TF_STR_ARGS(s->tax.code))
                  : snprintf(name, CODE_BYTES, "%.*s/%.*s/%.*s", TF_STR_ARGS(type), TF_STR_ARGS(s->tax.region), TF_STR_ARGS(s->tax.code));
    return s->tax.code.len > 0 && len < CODE_BYTES;
}

static struct tf_str rate_name(struct tf_str percentage, char text[TF_MONEY_TEXT_BYTES])
{
    struct tf_decimal rate;
    return tf_money_parse(percentage, &rate) == TF_OK ? tf_money_format(rate, 0, text) : TF_STR_NONE;
}

enum tf_err tf_saft_end_tax_code(struct tf_saft *s)
{
    char name[CODE_BYTES], rate[TF_MONEY_TEXT_BYTES];
    struct tf_saft_entity *ignored, *entity;
    if (!code_name(s, s->record.type, name))
        return TF_OK;
    TF_TRY(tf_saft_entities_add(&s->entities, TF_SAFT_OF_CODE, tf_str_of(name), TF_STR_NONE, s->record_line, &entity));
    if (entity)
        entity->name = tf_saft_entities_keep(&s->entities, s->tax.standard);
    struct tf_str percentage = rate_name(s->tax.percentage, rate);
    if (percentage.len > 0)
        TF_TRY(tf_saft_entities_add(&s->entities, TF_SAFT_OF_RATE, tf_str_of(name), percentage, s->record_line, &ignored));
    return TF_OK;
}

enum tf_err tf_saft_check_tax_code(struct tf_saft *s, const char *path)
{
    char name[CODE_BYTES], rate[TF_MONEY_TEXT_BYTES];
    if (s->entities.full || !code_name(s, s->tax.type, name))
        return TF_OK;
    if (!tf_saft_entities_find(&s->entities, TF_SAFT_OF_CODE, tf_str_of(name), TF_STR_NONE))
        return tf_saft_find(s, TF_FILE_RULE_SAFT_TAX_CODE, s->line_number, path, tf_str_of(name), TF_STR("a code of MasterFiles/TaxTable"));
    struct tf_str percentage = rate_name(s->tax.percentage, rate);
    if (percentage.len > 0 && !tf_saft_entities_find(&s->entities, TF_SAFT_OF_RATE, tf_str_of(name), percentage))
        return tf_saft_find(s, TF_FILE_RULE_SAFT_RATE, s->line_number, path, percentage, TF_STR("a rate that the code has in MasterFiles/TaxTable"));
    return TF_OK;
}

enum tf_err tf_saft_check_party(struct tf_saft *s, enum tf_saft_kind kind, struct tf_str id, uint64_t line, const char *path)
{
    if (id.len == 0 || s->entities.full || tf_saft_entities_find(&s->entities, kind, id, TF_STR_NONE))
        return TF_OK;
    bool customer = kind == TF_SAFT_OF_CUSTOMER;
    return tf_saft_find(s, customer ? TF_FILE_RULE_SAFT_CUSTOMER : TF_FILE_RULE_SAFT_SUPPLIER, line, path, id,
                        customer ? TF_STR("a customer of MasterFiles") : TF_STR("a supplier of MasterFiles"));
}
