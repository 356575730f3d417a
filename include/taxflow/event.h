/* A record (README "Records") as one struct, whatever it was read from, and its identity (DESIGN: CloudEvents source and id). */
#ifndef TAXFLOW_EVENT_H
#define TAXFLOW_EVENT_H

#include "taxflow/arena.h"
#include "taxflow/config.h"
#include "taxflow/err.h"
#include "taxflow/hash.h"
#include "taxflow/invoice.h"

/* X(name, text, member): the record kinds; credit notes carry their document under "invoice". */
#define TF_KIND_TABLE(X)                          \
    X(INVOICE, "invoice", "invoice")              \
    X(CREDIT_NOTE, "credit_note", "invoice")      \
    X(PAYMENT, "payment", "payment")              \
    X(JOURNAL, "journal", "journal")              \
    X(PARTY, "party", "party")                    \
    X(RETURN, "return", "return")                 \
    X(ACCOUNT, "account", "account")

enum tf_kind {
#define X(name, text, member) TF_KIND_##name,
    TF_KIND_TABLE(X)
#undef X
    TF_KIND_COUNT
};

enum tf_direction { TF_DIRECTION_UNKNOWN, TF_DIRECTION_PURCHASE, TF_DIRECTION_SALE, TF_DIRECTION_INTERCOMPANY };

enum {
    TF_EVENT_DEPTH_MAX = 32,
    TF_EVENT_LINES_MAX = 100000,  /* invoice or journal lines */
    TF_EVENT_LIST_MAX = 10000,    /* any other list */
    TF_EVENT_ID_BYTES_MAX = 256,  /* CloudEvents id and source, company, user */
    TF_EVENT_OWNER_BYTES = 29,
};

struct tf_paid_invoice { struct tf_str number; struct tf_amount amount; };

struct tf_payment {
    struct tf_str supplier, account, currency, direction, end_to_end_id, invoice_number;
    struct tf_str status;    /* "ordered": not carried out yet; "booked": on a statement of the bank; else not said */
    struct tf_amount amount;
    struct tf_date date, value_date;
    bool returned;
    TF_LIST(struct tf_paid_invoice) invoices; /* where none is written, of invoice_number, without amount */
};

struct tf_journal_line {
    struct tf_str account, currency, partner, partner_kind, tax_code, ref, text, cost_centre, cleared_by;
    struct tf_amount debit, credit, local_amount, rate, tax_base, tax_amount;
};

struct tf_journal {
    struct tf_str id, type, period, text, source, reversal_of;
    struct tf_date document_date, posting_date;
    TF_LIST(struct tf_journal_line) lines;
};

struct tf_party_change { struct tf_str field, old_value, new_value, by; int64_t at_ms; };

struct tf_party {
    struct tf_str party, kind, vat_status, vat_reference;
    struct tf_date registered_on;
    int64_t vat_checked_at_ms; /* 0 when absent */
    TF_LIST(struct tf_party_change) changes;
};

struct tf_return { struct tf_str company, period, code; struct tf_amount declared; };
struct tf_account { struct tf_str number, name, kind, standard_code; struct tf_amount opening, closing; };

struct tf_event {
    enum tf_kind kind;
    struct tf_str company, user, approver;
    enum tf_direction direction; /* as `companies` tells; as written where no companies are configured */
    bool direction_foreign;      /* companies are configured and neither seller nor buyer is ours: finding TF-15 */
    int64_t approved_at_ms, recorded_at_ms; /* Unix ms; 0 = absent */
    bool manual, manual_present;
    bool voided;                 /* annulled, or billed by another document: its number was issued, and nothing else of it counts */
    uint64_t revision;           /* 0 when absent */
    struct {                     /* what a sender made the record from; of an XML document, what its reader found in it */
        bool present;
        struct tf_str sha256, media_type, syntax; /* syntax: "ubl", "cii" */
        uint64_t bytes;
        TF_LIST(struct tf_stray) strays;
        TF_LIST(struct tf_format_finding) findings;
    } original;
    int64_t event_time_ms;       /* which windows use: issue date, payment date, posting date, latest change or check, period end */
    bool event_time_present;
    bool event_time_of_day;      /* the time carries hours, not only a day */
    struct tf_str party;         /* trimmed, upper case, by the order of DESIGN 2.3; what the Kafka key is made of */
    union {
        struct tf_invoice *invoice; /* also credit notes */
        struct tf_payment *payment;
        struct tf_journal *journal;
        struct tf_party *party_record;
        struct tf_return *tax_return;
        struct tf_account *account;
    } as;
};

/* Where and why a record cannot be judged: path is a JSON path ("$.invoice.lines[3].net"), never with a value in it. */
struct tf_problem {
    enum tf_err err;   /* TF_OK = none; class DROP otherwise */
    struct tf_str path;
    struct tf_str detail; /* one sentence with the remedy; arena or static */
    size_t offset;     /* byte in the record, 0 when unknown */
    uint32_t line;     /* of an XML document, from 1; 0 when unknown */
};

/** Name of a kind ("credit_note"). Static. */
const char *tf_event_kind_name(enum tf_kind kind);
const char *tf_event_direction_name(enum tf_direction direction);
/**
 * First and last day (since 1970-01-01) of a tax period: "2026", "2026-11", "2026-Q4" or "2026-10-01/2026-12-31".
 * Returns false for any other form; the results are untouched then.
 */
bool tf_period_parse(struct tf_str text, int32_t *ret_first, int32_t *ret_last);

struct tf_reader;

/**
 * Create what one thread needs to read records (parser buffers). NULL when memory ran out.
 * companies  whose invoices are ours; the list is borrowed and must outlive the reader; count 0 = as written.
 * Thread     one at a time.
 */
struct tf_reader *tf_reader_create(const struct tf_company *companies, size_t companies_count, size_t max_record_bytes);
struct tf_reader *tf_reader_destroy(struct tf_reader *reader);

/**
 * Decode one record (the JSON of README "Records") to an event.
 *
 * value        the bytes; borrowed. Strings without escapes point into a padded copy in the arena.
 * arena        receives everything the event points to.
 * ret_event    filled on TF_OK.
 * ret_problem  filled on failure: reason, path, detail.
 * Returns TF_OK; a DROP code; TF_E_LIMIT when the arena is full.   Cost  one pass, O(bytes).
 */
enum tf_err tf_reader_decode(struct tf_reader *reader, struct tf_str value, struct tf_arena *arena, struct tf_event *ret_event,
                             struct tf_problem *ret_problem) TF_MUST_CHECK;

/**
 * Decode what a person hands in: a bare record, a structured CloudEvent with one, or an invoice in XML (reader_xml.h), as the bytes show.
 * The attributes are checked and let go; nothing is made canonical. Returns and costs as tf_reader_read, but for the hashing.
 */
enum tf_err tf_reader_decode_document(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_event *ret_event,
                                      struct tf_problem *ret_problem) TF_MUST_CHECK;

/* One CloudEvent as an envelope: attributes, and the record as canonical bytes. */
struct tf_envelope {
    struct tf_str id, source, type, time, traceparent;
    struct tf_str body;         /* canonical record bytes, in the arena: what Kafka carries and what is hashed */
    struct tf_hash16 body_hash; /* SHA-256 of body, cut */
    bool id_given;              /* the sender named the id; else both are derived from the body */
    bool bare;                  /* no envelope: the text is JSON of a record alone */
};

/**
 * Read one line of NDJSON, one HTTP body or one file: a structured CloudEvent (has "specversion"), a bare record, or an invoice in XML.
 * The record is made canonical: members sorted by UTF-8 bytes, no white space, RFC 8785 string escapes, numbers by their
 * own characters, unknown members kept, attachment contents cut out. Without an id: source "urn:taxflow:COMPANY", id = hex of
 * the body hash.  Fills the event too (as tf_reader_decode would from the body).
 * Returns and costs as tf_reader_decode; TF_E_CLOUDEVENT for bad attributes; TF_E_TOO_BIG past max_record_bytes.
 */
enum tf_err tf_reader_read(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                           struct tf_event *ret_event, struct tf_problem *ret_problem) TF_MUST_CHECK;

/**
 * The same once more, of a text that was bare, was read well, and has not changed: nothing is made canonical or hashed.
 * body_hash     as it was found then.
 * ret_envelope  as then, but without a body.
 * Returns as tf_reader_read.   Cost  as tf_reader_decode.
 */
enum tf_err tf_reader_read_again(struct tf_reader *reader, struct tf_str text, const struct tf_hash16 *body_hash, struct tf_arena *arena,
                                 struct tf_envelope *ret_envelope, struct tf_event *ret_event, struct tf_problem *ret_problem) TF_MUST_CHECK;

/**
 * As tf_reader_read for CloudEvents binary mode: attributes come from headers, text is the record alone.
 * attributes  id, source, type, time, traceparent may be absent; type, when given, must fit the kind.
 */
enum tf_err tf_reader_read_binary(struct tf_reader *reader, const struct tf_envelope *attributes, struct tf_str text,
                                  struct tf_arena *arena, struct tf_envelope *ret_envelope, struct tf_event *ret_event,
                                  struct tf_problem *ret_problem) TF_MUST_CHECK;

/**
 * Split a CloudEvents batch (a JSON array, JSON Batch Format 1.0) into the text of its elements.
 * Returns TF_OK and the views in the arena; TF_E_JSON, TF_E_TYPE or TF_E_TOO_MANY (past TF_EVENT_LIST_MAX).
 */
enum tf_err tf_reader_split_batch(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_str **ret_elements,
                                  size_t *ret_count, struct tf_problem *ret_problem) TF_MUST_CHECK;

/** Claimed id: 16 bytes of SHA-256(ce_source NUL ce_id NUL revision in decimal). */
struct tf_hash16 tf_identity_claim(struct tf_str source, struct tf_str id, uint64_t revision);
/** Identity without the revision, by which amendments find what they amend: the claim of the first one, which is nearly always there already. */
struct tf_hash16 tf_identity_record(struct tf_str source, struct tf_str id);
/** Id of a result row: hash of identity, revision, role and ruleset. */
struct tf_hash16 tf_identity_result(struct tf_str source, struct tf_str id, uint64_t revision, struct tf_str role, struct tf_str ruleset);
/** Kafka key: hex of HMAC-SHA-256(secret, company NUL party), 16 bytes -> 32 characters and a NUL. */
void tf_identity_key(struct tf_str secret, struct tf_str company, struct tf_str party, char out[33]);
#endif
