/*
 * What holds for every XML document, whatever its dialect: it is read or refused with reason and line; in pieces it says the same as
 * whole; its record is canonical, decodes, and is judged as the document is.
 */
#ifndef TAXFLOW_TESTS_FUZZ_XML_DOCUMENT_H
#define TAXFLOW_TESTS_FUZZ_XML_DOCUMENT_H

#include <stdlib.h>

#include "taxflow/code_lists.h"
#include "taxflow/reader_xml.h"
#include "taxflow/tax.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, RECORD_BYTES_MAX = 1000000, PIECE_BYTES = 7 };

struct fuzz_xml {
    struct tf_reader *reader;
    struct tf_arena *arena;
    struct tf_code_lists *code_lists;
};

static inline void fuzz_xml_must(bool holds)
{
    if (!holds)
        abort();
}

static inline void fuzz_xml_start(struct fuzz_xml *f)
{
    struct tf_fault fault;
    f->reader = tf_reader_create(NULL, 0, RECORD_BYTES_MAX);
    f->arena = tf_arena_create(ARENA_BYTES);
    fuzz_xml_must(f->reader != NULL && f->arena != NULL);
    fuzz_xml_must(tf_code_lists_parse(tf_code_lists_builtin_text(), "builtin", &f->code_lists, &fault) == TF_OK);
}

static inline struct tf_tax_verdict *fuzz_xml_judge(struct fuzz_xml *f, const struct tf_event *event)
{
    const struct tf_tax_options options = {.code_lists = f->code_lists};
    struct tf_tax_verdict *verdict = NULL;
    fuzz_xml_must(tf_tax_judge(&options, event, f->arena, &verdict) == TF_OK);
    return verdict;
}

static inline enum tf_err fuzz_xml_in_pieces(struct fuzz_xml *f, struct tf_str text, struct tf_event *ret_event, struct tf_problem *problem)
{
    enum tf_err err = tf_reader_xml_begin(f->reader, text.len, f->arena, problem);
    for (size_t at = 0; err == TF_OK && at < text.len; at += PIECE_BYTES) {
        size_t len = text.len - at < PIECE_BYTES ? text.len - at : PIECE_BYTES;
        err = tf_reader_xml_feed(f->reader, (struct tf_str){text.ptr + at, len}, problem);
    }
    return err == TF_OK ? tf_reader_xml_end(f->reader, ret_event, problem) : err;
}

static inline void fuzz_xml_document(struct fuzz_xml *f, struct tf_str text)
{
    static const struct tf_envelope none = {.id_given = false};
    struct tf_envelope envelope, again;
    struct tf_event event, pieces, decoded;
    struct tf_problem problem = {0}, other = {0};
    tf_arena_rewind(f->arena);
    enum tf_err err = tf_reader_xml_read(f->reader, &none, TF_STR("ACME"), text, f->arena, &envelope, &event, &problem);
    if (err != TF_OK) {
        fuzz_xml_must(problem.err == err && tf_err_class(err) == TF_CLASS_DROP && problem.path.len > 0 && problem.detail.len > 0);
        return;
    }
    fuzz_xml_must(fuzz_xml_in_pieces(f, text, &pieces, &other) == TF_OK && pieces.kind == event.kind);
    fuzz_xml_must(tf_str_eq(pieces.party, event.party) && pieces.as.invoice->marks.count == event.as.invoice->marks.count);
    fuzz_xml_must(tf_reader_read(f->reader, envelope.body, f->arena, &again, &decoded, &problem) == TF_OK);
    fuzz_xml_must(tf_str_eq(again.body, envelope.body) && decoded.kind == event.kind && tf_str_eq(decoded.party, event.party));
    const struct tf_tax_verdict *of_document = fuzz_xml_judge(f, &event), *of_record = fuzz_xml_judge(f, &decoded);
    fuzz_xml_must(of_document->valid == of_record->valid && of_document->findings_total == of_record->findings_total);
    fuzz_xml_must(memcmp(of_document->hit, of_record->hit, sizeof of_document->hit) == 0);
}

#endif
