#include "taxflow/reader_xml.h"

#include "cloudevents.h"
#include "direction.h"
#include "encode.h"
#include "event_time.h"
#include "json_tree.h"
#include "party_key.h"
#include "reader.h"
#include "vat_totals.h"
#include "xml/cii.h"
#include "xml/ubl.h"

enum { SHA256_BYTES = 32, HEX_BYTES = 2 * SHA256_BYTES };

static const struct tf_xml_dialect *const dialects[] = {&tf_ubl_dialect, &tf_cii_dialect, NULL};

bool tf_reader_xml_sniff(struct tf_str bytes)
{
    size_t i = 0;
    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0)
        i = 3;
    else if (bytes.len >= 2 && (memcmp(bytes.ptr, "\xFE\xFF", 2) == 0 || memcmp(bytes.ptr, "\xFF\xFE", 2) == 0))
        i = 2;
    while (i < bytes.len && memchr(" \t\r\n", bytes.ptr[i], 5) != NULL) /* NUL too: a wide character's other half */
        i++;
    return i < bytes.len && bytes.ptr[i] == '<';
}

static enum tf_err refuse(struct tf_problem *problem, enum tf_err err, const char *detail)
{
    *problem = (struct tf_problem){.err = err, .path = TF_STR("$"), .detail = tf_str_of(detail)};
    return err;
}

enum tf_err tf_reader_xml_begin(struct tf_reader *reader, size_t bytes_expected, struct tf_arena *arena, struct tf_problem *ret_problem)
{
    if (reader->xml == NULL)
        reader->xml = tf_xml_reader_create(dialects);
    if (reader->xml == NULL)
        return refuse(ret_problem, TF_E_MEMORY, "memory is used up");
    reader->arena = arena;
    return tf_xml_reader_begin(reader->xml, bytes_expected, arena, ret_problem);
}

enum tf_err tf_reader_xml_feed(struct tf_reader *reader, struct tf_str bytes, struct tf_problem *ret_problem)
{
    return tf_xml_reader_feed(reader->xml, bytes, ret_problem);
}

/* What follows from the document, but for the company: as decode_event.c has it for records. */
static enum tf_err derive(const struct tf_reader *reader, struct tf_event *event)
{
    TF_TRY(tf_vat_totals_fill(event->as.invoice, reader->arena));
    tf_direction_set(event, reader->companies, reader->companies_count);
    tf_event_time_set(event);
    return tf_party_key_set(event, reader->arena);
}

enum tf_err tf_reader_xml_end(struct tf_reader *reader, struct tf_event *ret_event, struct tf_problem *ret_problem)
{
    *ret_event = (struct tf_event){0};
    TF_TRY(tf_xml_reader_end(reader->xml, &ret_event->kind, &ret_event->as.invoice, ret_problem));
    if (derive(reader, ret_event) != TF_OK)
        return refuse(ret_problem, TF_E_LIMIT, "the batch's memory is used up");
    return TF_OK;
}

enum tf_err tf_reader_xml_decode(struct tf_reader *reader, struct tf_str text, struct tf_arena *arena, struct tf_event *ret_event,
                                 struct tf_problem *ret_problem)
{
    if (text.len > TF_JSON_TREE_BYTES_MAX)
        return refuse(ret_problem, TF_E_TOO_BIG, "a document may have at most 64 MiB here; `taxflow validate FILE` takes any length");
    TF_TRY(tf_reader_xml_begin(reader, text.len, arena, ret_problem));
    TF_TRY(tf_reader_xml_feed(reader, text, ret_problem));
    return tf_reader_xml_end(reader, ret_event, ret_problem);
}

/* ---- The record of a document ---- */

static enum tf_err set_original(struct tf_event *event, struct tf_str text, struct tf_arena *arena)
{
    uint8_t digest[SHA256_BYTES];
    char *hex = tf_arena_alloc(arena, HEX_BYTES + 1);
    const struct tf_invoice *invoice = event->as.invoice;
    if (hex == NULL)
        return TF_E_LIMIT;
    tf_hash_sha256_full(text, digest);
    tf_hash_hex(digest, sizeof digest, hex);
    event->original.present = true;
    event->original.sha256 = (struct tf_str){hex, HEX_BYTES};
    event->original.media_type = TF_STR("application/xml");
    event->original.bytes = text.len;
    event->original.syntax = invoice->syntax == TF_SYNTAX_CII ? TF_STR("cii") : TF_STR("ubl");
    event->original.strays.items = invoice->strays.items;
    event->original.strays.count = invoice->strays.count;
    event->original.strays.present = invoice->strays.present;
    event->original.findings.items = invoice->format_findings.items;
    event->original.findings.count = invoice->format_findings.count;
    event->original.findings.present = invoice->format_findings.present;
    return TF_OK;
}

static enum tf_err write_body(struct tf_reader *reader, const struct tf_event *event, struct tf_str *ret_body, struct tf_problem *problem)
{
    struct tf_json json;
    tf_buf_reset(&reader->scratch);
    tf_json_init(&json, &reader->scratch);
    tf_encode_record(&json, event);
    struct tf_str body = tf_buf_view(&reader->scratch);
    bool failed = reader->scratch.failed;
    *ret_body = !failed && body.len <= reader->max_record_bytes ? tf_arena_dup(reader->arena, body) : TF_STR_NONE;
    if (reader->scratch.cap > TF_READER_SCRATCH_KEPT_MAX)
        tf_buf_finish(&reader->scratch);
    if (!failed && body.len > reader->max_record_bytes)
        return refuse(problem, TF_E_TOO_BIG, "the record of the document passes collector.max_record_bytes");
    return tf_str_present(*ret_body) ? TF_OK : refuse(problem, TF_E_LIMIT, "the batch's memory is used up");
}

static enum tf_err set_company(const struct tf_reader *reader, struct tf_str company, struct tf_event *event, struct tf_problem *problem)
{
    const struct tf_company *ours = tf_direction_company(event->as.invoice, reader->companies, reader->companies_count);
    event->company = !tf_str_blank(company) ? company : ours != NULL ? tf_str_of(ours->id) : TF_STR(TF_READER_NO_COMPANY);
    if (event->company.len > TF_EVENT_ID_BYTES_MAX)
        return refuse(problem, TF_E_VALUE, "the company may have at most 256 bytes");
    return TF_OK;
}

enum tf_err tf_reader_xml_read(struct tf_reader *reader, const struct tf_envelope *attributes, struct tf_str company,
                               struct tf_str text, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                               struct tf_event *ret_event, struct tf_problem *ret_problem)
{
    TF_TRY(tf_cloudevents_take(attributes, arena, ret_envelope, ret_problem));
    TF_TRY(tf_reader_xml_decode(reader, text, arena, ret_event, ret_problem));
    TF_TRY(set_company(reader, company, ret_event, ret_problem));
    if (set_original(ret_event, text, arena) != TF_OK)
        return refuse(ret_problem, TF_E_LIMIT, "the batch's memory is used up");
    TF_TRY(write_body(reader, ret_event, &ret_envelope->body, ret_problem));
    ret_envelope->body_hash = tf_hash_sha256(&ret_envelope->body, 1);
    return tf_cloudevents_complete(ret_envelope, ret_event, arena, ret_problem);
}
