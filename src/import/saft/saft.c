/* SAF-T Financial of Norway and SAF-T (PT): elements to their ends, findings to the sink. */
#include <stdlib.h>

#include "saft_internal.h"
#include "taxflow/clock.h"

enum { ARENA_BYTES_MAX = 8 << 20 };
#define DAY_BYTES 10

/* ---- Findings, amounts, records ---- */

enum tf_err tf_saft_find(struct tf_saft *s, enum tf_file_rule rule, uint64_t line, const char *path, struct tf_str observed, struct tf_str expected)
{
    const struct tf_import_finding finding = {
        .rule = (uint32_t)rule, .line = line ? line : 1, .path = tf_str_of(path), .observed = observed, .expected = expected};
    if (s->findings[rule]++ >= TF_IMPORT_FINDINGS_MAX || !s->sink->finding)
        return TF_OK;
    return s->sink->finding(s->sink->self, &finding);
}

void tf_saft_spoil(struct tf_saft *s, enum tf_err err, const char *element, const char *detail)
{
    if (s->problem.err != TF_OK)
        return;
    s->problem = (struct tf_problem){.err = err, .path = tf_str_of(element), .detail = tf_str_of(detail)};
}

bool tf_saft_amount(struct tf_saft *s, struct tf_str text, const char *element, struct tf_decimal *ret_value)
{
    *ret_value = tf_money_of(0, 0);
    if (text.len == 0)
        return false;
    if (tf_money_parse(text, ret_value) == TF_OK)
        return true;
    *ret_value = tf_money_of(0, 0);
    tf_saft_spoil(s, TF_E_NUMBER, element, "the element is no decimal as SAF-T writes them (1234.56)");
    return false;
}

void tf_saft_sum(struct tf_decimal *sum, struct tf_decimal value, bool *overflow)
{
    if (!tf_money_add(*sum, value, sum))
        *overflow = true;
}

bool tf_saft_balance(struct tf_saft *s, struct tf_str debit, struct tf_str credit, struct tf_decimal *ret_value)
{
    struct tf_decimal minus;
    bool given = tf_saft_amount(s, debit, "DebitBalance", ret_value);
    given |= tf_saft_amount(s, credit, "CreditBalance", &minus);
    return tf_money_sub(*ret_value, minus, ret_value) && given;
}

void tf_saft_put(struct tf_saft *s, const char *key, struct tf_str text)
{
    if (text.len > 0)
        tf_json_kstr(&s->json, key, text);
}

static void put_preceding(struct tf_saft *s)
{
    if (s->record.reference.len == 0)
        return;
    tf_json_key(&s->json, "preceding");
    tf_json_array(&s->json);
    tf_json_object(&s->json);
    tf_json_kstr(&s->json, "number", s->record.reference);
    tf_json_object_end(&s->json);
    tf_json_array_end(&s->json);
}

void tf_saft_put_context(struct tf_saft *s, const char *specification)
{
    put_preceding(s);
    tf_json_key(&s->json, "process");
    tf_json_object(&s->json);
    tf_json_ktext(&s->json, "specification", specification);
    tf_json_object_end(&s->json);
}

void tf_saft_put_recorded(struct tf_saft *s, struct tf_str entered)
{
    char text[48];
    int64_t ms;
    int32_t days;
    if (entered.len == 0 || entered.len > sizeof text - 16)
        return;
    if (entered.len == DAY_BYTES && tf_clock_parse_date(entered, &days))
        snprintf(text, sizeof text, "%.*sT00:00:00Z", TF_STR_ARGS(entered));
    else if (tf_clock_parse_time(entered, &ms))
        snprintf(text, sizeof text, "%.*s", TF_STR_ARGS(entered));
    else
        snprintf(text, sizeof text, "%.*sZ", TF_STR_ARGS(entered));
    if (tf_clock_parse_time(tf_str_of(text), &ms))
        tf_json_ktext(&s->json, "recorded_at", text);
}

void tf_saft_begin_record(struct tf_saft *s, enum tf_kind kind)
{
    tf_buf_reset(&s->out);
    tf_json_init(&s->json, &s->out);
    s->problem = (struct tf_problem){.err = TF_OK};
    tf_json_object(&s->json);
    tf_json_kstr(&s->json, "company", s->company);
    tf_json_ktext(&s->json, "kind", tf_event_kind_name(kind));
}

enum tf_err tf_saft_end_record(struct tf_saft *s, enum tf_kind kind)
{
    tf_json_object_end(&s->json);
    if (s->out.failed)
        tf_saft_spoil(s, TF_E_TOO_BIG, "", "the entry makes a record longer than a record may be");
    if (s->problem.err == TF_OK)
        return tf_import_emit(&s->ids, kind, tf_buf_view(&s->out), s->record_line, s->sink);
    return s->sink->unreadable(s->sink->self, s->record.id.len > 0 ? s->record.id : tf_str_of(tf_event_kind_name(kind)), s->record_line, &s->problem);
}

static bool within(struct tf_str text, struct tf_str first, struct tf_str last)
{
    return tf_str_cmp(text, first) >= 0 && tf_str_cmp(text, last) <= 0;
}

/* Months of an accounting year as one number; periods beyond twelve close a year. */
static bool read_period(struct tf_str year, struct tf_str period, uint64_t *ret_period)
{
    uint64_t y, p;
    if (!tf_str_to_u64(year, 9999, &y) || !tf_str_to_u64(period, 99, &p))
        return false;
    *ret_period = y * 100 + p;
    return true;
}

bool tf_saft_in_period(const struct tf_saft *s, struct tf_str date)
{
    const struct tf_saft_header *h = &s->header;
    uint64_t first, last, own;
    if (h->start.len == DAY_BYTES && h->end.len == DAY_BYTES && date.len == DAY_BYTES)
        return within(date, h->start, h->end);
    if (read_period(h->period_start_year, h->period_start, &first) && read_period(h->period_end_year, h->period_end, &last) &&
        read_period(s->record.period_year, s->record.period, &own))
        return own >= first && own <= last;
    return true;
}

enum tf_err tf_saft_find_repeated(struct tf_saft *s, const char *path)
{
    return tf_saft_find(s, TF_FILE_RULE_SAFT_REPEATED, s->record_line, path, s->record.id, TF_STR("a number that was not met before"));
}

/* ---- The header ---- */

/* A VAT number without its country and, in Norway, the MVA behind it: what registers and headers have of it. */
static struct tf_str bare_number(struct tf_str text)
{
    if (text.len > 2 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' && text.ptr[1] >= 'A' && text.ptr[1] <= 'Z')
        text = (struct tf_str){text.ptr + 2, text.len - 2};
    if (text.len > 3 && tf_str_is((struct tf_str){text.ptr + text.len - 3, 3}, "MVA"))
        text.len -= 3;
    return tf_str_trim(text);
}

static bool names(const struct tf_string_list *list, struct tf_str number)
{
    for (size_t i = 0; i < list->count; i++)
        if (tf_str_eq(bare_number(tf_str_of(list->items[i])), number))
            return true;
    return false;
}

/* The configured company of this number, else the number itself: a file says whose it is. */
static struct tf_str company_of(const struct tf_saft *s)
{
    struct tf_str number = bare_number(s->header.tax_number.len > 0 ? s->header.tax_number : s->header.company_id);
    struct tf_str other = bare_number(s->header.company_id);
    for (size_t i = 0; i < s->options->companies_count; i++) {
        const struct tf_company *company = &s->options->companies[i];
        if (names(&company->vat_ids, number) || names(&company->registers, number) || names(&company->registers, other))
            return tf_str_of(company->id);
    }
    return number.len > 0 && number.len <= TF_EVENT_ID_BYTES_MAX ? number : tf_str_of(s->options->company);
}

static enum tf_err take_root(void *self, const char *name, const char *space)
{
    struct tf_saft *s = self;
    if (strcmp(name, "AuditFile") == 0 && strcmp(space, "urn:StandardAuditFile-Taxation-Financial:NO") == 0)
        s->country = TF_SAFT_NORWAY;
    else if (strcmp(name, "AuditFile") == 0 && strncmp(space, "urn:OECD:StandardAuditFile-Tax:PT_1.04", 38) == 0)
        s->country = TF_SAFT_PORTUGAL;
    else
        return tf_fault_set(s->fault, TF_E_VALUE,
                            "%s: this is SAF-T of a country or version that is not read (read are Norway's Financial 1.10 to 1.30 and Portugal's "
                            "1.04); export the journal as delimited text",
                            s->name);
    return TF_OK;
}

/* ---- Scopes ---- */

static void forget(struct tf_saft *s, enum tf_saft_scope scope)
{
    static const struct {
        size_t offset, size;
    } scopes[TF_SAFT_SCOPES] = {
        [TF_SAFT_SCOPE_header] = {offsetof(struct tf_saft, header), sizeof(struct tf_saft_header)},
        [TF_SAFT_SCOPE_section] = {offsetof(struct tf_saft, section), sizeof(struct tf_saft_section)},
        [TF_SAFT_SCOPE_record] = {offsetof(struct tf_saft, record), sizeof(struct tf_saft_record)},
        [TF_SAFT_SCOPE_line] = {offsetof(struct tf_saft, line), sizeof(struct tf_saft_line)},
        [TF_SAFT_SCOPE_tax] = {offsetof(struct tf_saft, tax), sizeof(struct tf_saft_tax)},
    };
    memset((char *)s + scopes[scope].offset, 0, scopes[scope].size);
    tf_arena_rewind(s->arenas[scope]);
}

static enum tf_err take_text(void *self, int scope, size_t offset, struct tf_str text)
{
    static const size_t scopes[TF_SAFT_SCOPES] = {
        [TF_SAFT_SCOPE_header] = offsetof(struct tf_saft, header), [TF_SAFT_SCOPE_section] = offsetof(struct tf_saft, section),
        [TF_SAFT_SCOPE_record] = offsetof(struct tf_saft, record), [TF_SAFT_SCOPE_line] = offsetof(struct tf_saft, line),
        [TF_SAFT_SCOPE_tax] = offsetof(struct tf_saft, tax),
    };
    struct tf_saft *s = self;
    struct tf_str *into = (struct tf_str *)(void *)((char *)s + scopes[scope] + offset);
    *into = tf_arena_dup(s->arenas[scope], text);
    return into->ptr ? TF_OK : tf_fault_set(s->fault, TF_E_TOO_BIG, "%s: one entry says more than 8 MB", s->name);
}

static void begin_record(struct tf_saft *s, uint64_t line)
{
    forget(s, TF_SAFT_SCOPE_record);
    forget(s, TF_SAFT_SCOPE_line);
    forget(s, TF_SAFT_SCOPE_tax);
    s->record_line = line;
}

static void begin_line(struct tf_saft *s, uint64_t line)
{
    forget(s, TF_SAFT_SCOPE_line);
    forget(s, TF_SAFT_SCOPE_tax);
    s->line_number = line;
}

static void begin_section(struct tf_saft *s, enum tf_saft_state state, uint64_t line)
{
    forget(s, TF_SAFT_SCOPE_section);
    s->sums = (struct tf_saft_sums){.entries = 0};
    s->section_line = line;
    s->section_state = state;
}

/* Of Norway's documents those that are invoices or payments are read. */
static enum tf_err find_unread(struct tf_saft *s, enum tf_saft_state state)
{
    const char *path = state == TF_SAFT_MOVEMENTS ? "SourceDocuments/MovementOfGoods" : state == TF_SAFT_ASSETS ? "SourceDocuments/AssetTransactions" : NULL;
    if (!path || s->country == TF_SAFT_PORTUGAL)
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_UNREAD, s->section_line, path, tf_str_of(path), TF_STR_NONE);
}

static enum tf_err take_begin(void *self, enum tf_saft_state state, uint64_t line)
{
    struct tf_saft *s = self;
    switch (state) {
    case TF_SAFT_ENTRIES:
    case TF_SAFT_SALES:
    case TF_SAFT_PURCHASES:
    case TF_SAFT_MOVEMENTS:
    case TF_SAFT_WORKING:
    case TF_SAFT_ASSETS:
    case TF_SAFT_PAYMENTS: begin_section(s, state, line); return find_unread(s, state);
    case TF_SAFT_ACCOUNT:
    case TF_SAFT_CUSTOMER:
    case TF_SAFT_SUPPLIER:
    case TF_SAFT_TAX_ENTRY:
        begin_record(s, line);
        s->party = state == TF_SAFT_SUPPLIER ? TF_SAFT_OF_SUPPLIER : TF_SAFT_OF_CUSTOMER;
        return TF_OK;
    case TF_SAFT_TRANSACTION:
        begin_record(s, line);
        tf_saft_begin_transaction(s);
        return TF_OK;
    case TF_SAFT_INVOICE:
    case TF_SAFT_STOCK_MOVEMENT:
    case TF_SAFT_WORK_DOCUMENT:
    case TF_SAFT_PAYMENT:
        begin_record(s, line);
        tf_saft_begin_document(s, state);
        return TF_OK;
    case TF_SAFT_LINE:
        begin_line(s, line);
        tf_json_object(&s->json);
        return TF_OK;
    case TF_SAFT_DOCUMENT_LINE:
    case TF_SAFT_BANK_ACCOUNT:
    case TF_SAFT_BALANCE: begin_line(s, line); return TF_OK;
    case TF_SAFT_PAID:
        if (s->document == TF_SAFT_PAYMENT && s->country == TF_SAFT_PORTUGAL)
            tf_saft_put_paid_more(s);
        return TF_OK;
    case TF_SAFT_TAX_INFORMATION:
    case TF_SAFT_DOCUMENT_TAX:
    case TF_SAFT_TOTAL_TAX:
    case TF_SAFT_TAX_DETAILS: forget(s, TF_SAFT_SCOPE_tax); return TF_OK;
    default: return TF_OK;
    }
}

static enum tf_err take_end(void *self, enum tf_saft_state state, uint64_t line)
{
    struct tf_saft *s = self;
    (void)line;
    switch (state) {
    case TF_SAFT_HEADER: s->company = company_of(s); return TF_OK;
    case TF_SAFT_ACCOUNT: return tf_saft_end_account(s);
    case TF_SAFT_CUSTOMER: return tf_saft_end_party(s, TF_SAFT_OF_CUSTOMER);
    case TF_SAFT_SUPPLIER: return tf_saft_end_party(s, TF_SAFT_OF_SUPPLIER);
    case TF_SAFT_BALANCE: return tf_saft_end_balance(s);
    case TF_SAFT_BANK_ACCOUNT: return tf_saft_end_bank_account(s);
    case TF_SAFT_TAX_DETAILS:
    case TF_SAFT_TAX_ENTRY: return tf_saft_end_tax_code(s);
    case TF_SAFT_JOURNAL: s->journals++; return TF_OK;
    case TF_SAFT_TAX_INFORMATION: return tf_saft_end_tax(s);
    case TF_SAFT_DOCUMENT_TAX: return tf_saft_end_source_tax(s, false);
    case TF_SAFT_TOTAL_TAX: return tf_saft_end_source_tax(s, true);
    case TF_SAFT_LINE: return tf_saft_end_line(s);
    case TF_SAFT_TRANSACTION: return tf_saft_end_transaction(s);
    case TF_SAFT_DOCUMENT_LINE: return tf_saft_end_document_line(s);
    case TF_SAFT_INVOICE:
    case TF_SAFT_STOCK_MOVEMENT:
    case TF_SAFT_WORK_DOCUMENT:
    case TF_SAFT_PAYMENT: return tf_saft_end_document(s, state);
    case TF_SAFT_ENTRIES: return tf_saft_end_section(s, "GeneralLedgerEntries");
    case TF_SAFT_SALES: return tf_saft_end_section(s, "SourceDocuments/SalesInvoices");
    case TF_SAFT_PURCHASES: return tf_saft_end_section(s, "SourceDocuments/PurchaseInvoices");
    case TF_SAFT_WORKING: return tf_saft_end_section(s, "SourceDocuments/WorkingDocuments");
    case TF_SAFT_PAYMENTS: return tf_saft_end_section(s, "SourceDocuments/Payments");
    default: return TF_OK;
    }
}

/* ---- The file ---- */

static enum tf_err init(struct tf_saft *s)
{
    tf_buf_init(&s->out, s->options->record_bytes_max);
    tf_json_init(&s->json, &s->out);
    tf_saft_numbers_init(&s->transactions);
    tf_saft_numbers_init(&s->in_journals);
    tf_saft_numbers_init(&s->documents);
    tf_saft_numbers_init(&s->references);
    s->company = tf_str_of(s->options->company);
    for (int scope = TF_SAFT_SCOPE_header; scope < TF_SAFT_SCOPES; scope++)
        if (!(s->arenas[scope] = tf_arena_create(ARENA_BYTES_MAX)))
            return TF_E_MEMORY;
    TF_TRY(tf_saft_entities_init(&s->entities));
    return tf_saft_chain_init(&s->chain, s->options->saft_pt_key, s->fault);
}

static void finish(struct tf_saft *s)
{
    for (int scope = TF_SAFT_SCOPE_header; scope < TF_SAFT_SCOPES; scope++)
        tf_arena_destroy(s->arenas[scope]);
    tf_saft_entities_finish(&s->entities);
    tf_saft_numbers_finish(&s->transactions);
    tf_saft_numbers_finish(&s->in_journals);
    tf_saft_numbers_finish(&s->documents);
    tf_saft_numbers_finish(&s->references);
    tf_saft_chain_finish(&s->chain);
    tf_import_ids_finish(&s->ids);
    tf_buf_finish(&s->out);
    free(s);
}

enum tf_err tf_saft_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct tf_saft *s = calloc(1, sizeof *s);
    if (!s)
        return TF_E_MEMORY;
    s->name = name;
    s->options = options;
    s->sink = sink;
    s->fault = fault;
    const struct tf_saft_calls calls = {s, take_root, take_begin, take_end, take_text};
    enum tf_err err = init(s);
    if (err == TF_OK)
        err = tf_saft_walk(fd, name, &calls, fault);
    if (err == TF_OK)
        err = tf_saft_end_file(s);
    finish(s);
    return err;
}
