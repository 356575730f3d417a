/* The reader of SAF-T: what it has read of the element it is in, and what it holds that against. */
#ifndef TAXFLOW_IMPORT_SAFT_INTERNAL_H
#define TAXFLOW_IMPORT_SAFT_INTERNAL_H

#include "../file_rules.h"
#include "../import_internal.h"
#include "chain.h"
#include "entities.h"
#include "numbers.h"
#include "taxflow/json.h"
#include "walk.h"

/* Texts of elements, each scope forgotten when the next of its kind begins. Names are those of the elements but where two countries differ. */
struct tf_saft_header {
    struct tf_str version, company_id, tax_number, name, street, city, postcode, country, currency, certificate;
    struct tf_str fiscal_year, start, end, period_start, period_start_year, period_end, period_end_year;
};
/* GeneralLedgerEntries, SalesInvoices, …, and the journal within. */
struct tf_saft_section {
    struct tf_str entries, debit, credit, journal, journal_type;
};
enum { TF_SAFT_BANK_ACCOUNTS_MAX = 11 }; /* of a party; with its tax id as many as BNK2 looks at */
/* An account, a party, an entry of the tax table, a transaction, a document. */
struct tf_saft_record {
    struct tf_str bank_accounts[TF_SAFT_BANK_ACCOUNTS_MAX], vat_number;
    size_t bank_accounts_count;
    struct tf_str id, name, type, category, grouping, standard_code, account, tax_id, street, city, postcode, country;
    struct tf_str opening_debit, opening_credit, closing_debit, closing_credit;
    struct tf_str period, period_year, date, user, entered, posted, customer, supplier;
    struct tf_str status, billing, hash, hash_control, reference, transaction, tax, shipping, net, gross;
};
struct tf_saft_line {
    struct tf_str id, account, customer, supplier, text, description, reference, debit, credit, amount, side, foreign_currency, foreign_amount, rate, quantity, unit, price;
    struct tf_str opening_debit, opening_credit, closing_debit, closing_credit;
};
struct tf_saft_tax {
    struct tf_str type, code, standard, region, percentage, base, amount, debit, credit, exemption_reason, exemption_code;
};

enum tf_saft_scope {
    TF_SAFT_SCOPE_none,
    TF_SAFT_SCOPE_header,
    TF_SAFT_SCOPE_section,
    TF_SAFT_SCOPE_record,
    TF_SAFT_SCOPE_line,
    TF_SAFT_SCOPE_tax,
    TF_SAFT_SCOPES
};

/* Sums of a section, a transaction or a document. */
struct tf_saft_sums {
    struct tf_decimal debit, credit;
    struct tf_decimal debit_tax, credit_tax; /* of Norway's documents, whose lines are without tax */
    uint64_t entries;
    bool overflow;
};

enum { TF_SAFT_GROUPS_MAX = 16 }; /* categories and rates of an invoice */
struct tf_saft_group {
    const char *category; /* NULL: nothing says which */
    struct tf_decimal rate, taxable;
    struct tf_decimal tax; /* of Norway's documents, which say it of each rate */
    struct tf_str exemption_reason;
};

/* What a document of Norway has shown so far; amounts as an invoice of its side has them, those of a payment as they leave or come. */
struct tf_saft_source {
    struct tf_decimal net;
    struct tf_str partner;          /* of the payment that is open */
    enum tf_saft_kind partner_kind;
    bool credit;                    /* it is a credit note: its record turns all signs round */
    bool in_totals;                 /* the groups are those of DocumentTotals */
    bool split;                     /* payments of other partners were handed on already */
};

enum tf_saft_country { TF_SAFT_NORWAY, TF_SAFT_PORTUGAL };

struct tf_saft {
    const char *name;
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_fault *fault;
    enum tf_saft_country country;
    struct tf_saft_header header;
    struct tf_saft_section section;
    struct tf_saft_record record;
    struct tf_saft_line line;
    struct tf_saft_tax tax;
    struct tf_arena *arenas[TF_SAFT_SCOPES];
    uint64_t line_number, record_line, section_line; /* where the line, the record, the section begins */
    enum tf_saft_kind party;                         /* whether the party is a customer or a supplier */
    unsigned taxes, paid;                            /* of the line so far */
    enum tf_saft_state document;                     /* which kind of document is read */
    bool opened;                                     /* its record is begun */
    bool has_ledger;                                 /* there was a section GeneralLedgerEntries */
    enum tf_saft_state section_state;
    struct tf_saft_source source;

    struct tf_saft_entities entities;
    struct tf_saft_numbers transactions, in_journals, documents, references; /* references: of payments in Norway, which come once and make no series */
    struct tf_saft_chain chain;
    uint64_t repeated_in_journals, repeated; /* numbers of transactions that came again: in their journal, anywhere */

    struct tf_saft_sums sums, one; /* of the section, of the transaction or document */
    struct tf_saft_sums ledger;    /* of GeneralLedgerEntries, kept for the summary */
    uint64_t lines, journals, unbalanced, invoices, purchase_invoices, annulled, payments, movements, work_documents;

    struct tf_str company; /* of the records */
    struct tf_buf out;     /* the record that is being written */
    struct tf_json json;
    struct tf_saft_group groups[TF_SAFT_GROUPS_MAX];
    size_t groups_count;
    struct tf_problem problem; /* of the record: why it cannot be one; err TF_OK: none */
    struct tf_import_ids ids;
    uint64_t findings[TF_IMPORT_RULES_MAX];
};

/* ---- saft.c ---- */

/** A breach: told up to TF_IMPORT_FINDINGS_MAX times a rule, counted always. observed and expected may be absent. */
enum tf_err tf_saft_find(struct tf_saft *s, enum tf_file_rule rule, uint64_t line, const char *path, struct tf_str observed,
                         struct tf_str expected) TF_MUST_CHECK;
/** The decimal of an element. False where it is absent (0 then) or none: then the record has a problem, that of the element of this name. */
bool tf_saft_amount(struct tf_saft *s, struct tf_str text, const char *element, struct tf_decimal *ret_value);
/** debit minus credit of two elements of which one is given; false when neither is. */
bool tf_saft_balance(struct tf_saft *s, struct tf_str debit, struct tf_str credit, struct tf_decimal *ret_value);
/** Add to a sum; what passes 128 bits is noted there. */
void tf_saft_sum(struct tf_decimal *sum, struct tf_decimal value, bool *overflow);
/** Note why the record cannot be one; the first reason holds. */
void tf_saft_spoil(struct tf_saft *s, enum tf_err err, const char *element, const char *detail);
/** Begin a record's JSON: {"company":…,"kind":… */
void tf_saft_begin_record(struct tf_saft *s, enum tf_kind kind);
/** End it and hand it on, or hand it on as unreadable where it has a problem. */
enum tf_err tf_saft_end_record(struct tf_saft *s, enum tf_kind kind) TF_MUST_CHECK;
/** A member whose text is not empty. */
void tf_saft_put(struct tf_saft *s, const char *key, struct tf_str text);
/** "recorded_at": a day stands for its first moment, a time without a zone for one in UTC. Nothing where it is neither. */
void tf_saft_put_recorded(struct tf_saft *s, struct tf_str entered);
/** What an invoice takes back (BT-25), where it names one, and what it is (BT-24): it is none of EN 16931, and does not say it is. */
void tf_saft_put_context(struct tf_saft *s, const char *specification);
/** Whether a day lies in the period of the file, as far as it says one. */
bool tf_saft_in_period(const struct tf_saft *s, struct tf_str date);
/** SAFT-13 for an id that comes again. */
enum tf_err tf_saft_find_repeated(struct tf_saft *s, const char *path) TF_MUST_CHECK;

/* ---- masters.c, entries.c, documents.c, totals.c: the ends of elements ---- */

enum tf_err tf_saft_end_account(struct tf_saft *s) TF_MUST_CHECK;
enum tf_err tf_saft_end_party(struct tf_saft *s, enum tf_saft_kind kind) TF_MUST_CHECK;
enum tf_err tf_saft_end_balance(struct tf_saft *s) TF_MUST_CHECK;
enum tf_err tf_saft_end_bank_account(struct tf_saft *s) TF_MUST_CHECK;
enum tf_err tf_saft_end_tax_code(struct tf_saft *s) TF_MUST_CHECK;
/** SAFT-10 and SAFT-12 of the tax that was read. */
enum tf_err tf_saft_check_tax_code(struct tf_saft *s, const char *path) TF_MUST_CHECK;
/** SAFT-08, SAFT-09: whether a party is known; kind is TF_SAFT_OF_CUSTOMER or TF_SAFT_OF_SUPPLIER, id may be absent. */
enum tf_err tf_saft_check_party(struct tf_saft *s, enum tf_saft_kind kind, struct tf_str id, uint64_t line, const char *path) TF_MUST_CHECK;

void tf_saft_begin_transaction(struct tf_saft *s);
/** SAFT-11 of an amount of tax, where base and rate are given. */
enum tf_err tf_saft_check_tax(struct tf_saft *s, struct tf_decimal amount, const char *path) TF_MUST_CHECK;
enum tf_err tf_saft_end_tax(struct tf_saft *s) TF_MUST_CHECK;
enum tf_err tf_saft_end_line(struct tf_saft *s) TF_MUST_CHECK;
enum tf_err tf_saft_end_transaction(struct tf_saft *s) TF_MUST_CHECK;

void tf_saft_begin_document(struct tf_saft *s, enum tf_saft_state state);
enum tf_err tf_saft_end_document_line(struct tf_saft *s) TF_MUST_CHECK;
enum tf_err tf_saft_end_document(struct tf_saft *s, enum tf_saft_state state) TF_MUST_CHECK;
/** Whether the document's number alone counts: it is annulled (status A), or another one bills it (F). */
bool tf_saft_voided(const struct tf_saft *s);
/** invoices.c: a document's record, of lines that are written already. */
void tf_saft_put_invoice_line(struct tf_saft *s);
enum tf_err tf_saft_end_invoice(struct tf_saft *s) TF_MUST_CHECK;
void tf_saft_put_paid(struct tf_saft *s);
/** Another document that the same line pays begins. */
void tf_saft_put_paid_more(struct tf_saft *s);
enum tf_err tf_saft_end_payment(struct tf_saft *s) TF_MUST_CHECK;
/** A member with two decimals. */
void tf_saft_put_decimal(struct tf_saft *s, const char *key, struct tf_decimal value);
/** "address" of what is given of one. */
void tf_saft_put_address(struct tf_saft *s, struct tf_str street, struct tf_str city, struct tf_str postcode, struct tf_str country);
/** "unit" and "unit_text" of the line. */
void tf_saft_put_unit(struct tf_saft *s);
/** The group of a category (NULL: not known) and a rate, new if there is none yet; NULL, and the record is spoilt, past TF_SAFT_GROUPS_MAX. */
struct tf_saft_group *tf_saft_group(struct tf_saft *s, const char *category, struct tf_decimal rate);
/** SAFT-13, SAFT-08, SAFT-09, SAFT-15 of a document. numbers: among which its own is met once; NULL: it is of somebody else's. */
enum tf_err tf_saft_check_document(struct tf_saft *s, const char *path, struct tf_saft_numbers *numbers) TF_MUST_CHECK;
/** Whether two amounts differ by more than most, or cannot be compared. */
bool tf_saft_differs(struct tf_decimal a, struct tf_decimal b, struct tf_decimal most);

/* documents_no.c: Norway's. */
void tf_saft_begin_source(struct tf_saft *s);
enum tf_err tf_saft_end_source_line(struct tf_saft *s) TF_MUST_CHECK;
/** total: of DocumentTotals, else of the line that is read. */
enum tf_err tf_saft_end_source_tax(struct tf_saft *s, bool total) TF_MUST_CHECK;
enum tf_err tf_saft_end_source(struct tf_saft *s, enum tf_saft_state state) TF_MUST_CHECK;

enum tf_err tf_saft_end_section(struct tf_saft *s, const char *path) TF_MUST_CHECK;
enum tf_err tf_saft_end_file(struct tf_saft *s) TF_MUST_CHECK;

#endif
