/* What the readers of this room share. */
#ifndef TAXFLOW_IMPORT_INTERNAL_H
#define TAXFLOW_IMPORT_INTERNAL_H

#include "occurrence.h"
#include "taxflow/buf.h"
#include "taxflow/import.h"

/* Ids of a file's records: of the first occurrence of a content as of any bare record, of further ones the content's hash and their number. */
struct tf_import_ids {
    struct tf_occurrences occurrences;
    struct tf_buf event; /* a structured CloudEvent */
};

void tf_import_ids_finish(struct tf_import_ids *ids);
/** Hand a bare record of a kind on, in an envelope where it is not the first of its content. line: as tf_import_sink. */
enum tf_err tf_import_emit(struct tf_import_ids *ids, enum tf_kind kind, struct tf_str record, uint64_t line, const struct tf_import_sink *sink)
    TF_MUST_CHECK;

/** What begins like this, by its first bytes; NULL: none of the rows. import.c */
const struct tf_import_format *tf_import_find(struct tf_str head);
/** The same for what stands in several files that are read together: one event, as often as that. */
enum tf_err tf_import_emit_copies(struct tf_import_ids *ids, enum tf_kind kind, struct tf_str record, uint64_t line, size_t copies,
                                  const struct tf_import_sink *sink) TF_MUST_CHECK;
/* A record that stands in several files which are read together: one event as often as that. */
struct tf_import_copies {
    struct tf_hash16 content;
    uint64_t occurrence;
};

/** The same in two steps: which occurrence a content is, and each copy of it. */
enum tf_err tf_import_begin_copies(struct tf_import_ids *ids, struct tf_str record, struct tf_import_copies *ret_copies) TF_MUST_CHECK;
enum tf_err tf_import_emit_copy(struct tf_import_ids *ids, const struct tf_import_copies *copies, enum tf_kind kind, struct tf_str record, uint64_t line,
                                const struct tf_import_sink *sink) TF_MUST_CHECK;

/** The bytes of one of options->files, until another is opened. Returns what options->open_file does. together.c */
enum tf_err tf_import_file_open(const struct tf_import_options *options, const struct tf_import_sink *sink, size_t number, int *ret_fd,
                                struct tf_fault *fault) TF_MUST_CHECK;

/* What was found in the entries of a file's ledgers. */
struct tf_import_tally {
    uint64_t entries, lines;
    uint64_t broken[TF_IMPORT_RULES_MAX];
};

/** Count a breach and tell it, unless as many of that rule were told as may be. rule: enum tf_file_rule. Returns what the sink does. */
enum tf_err tf_import_tell(struct tf_import_tally *tally, const struct tf_import_finding *finding, const struct tf_import_sink *sink) TF_MUST_CHECK;
/** At the end of a file of ledgers, once: what was counted. Returns what the sink does. */
enum tf_err tf_import_tell_tally(const struct tf_import_tally *tally, const struct tf_import_sink *sink) TF_MUST_CHECK;

/**
 * XML in UTF-16, with a byte order mark or without, as its signs are looked for: a byte a character, what is not ASCII as "?". Absent for anything else.
 * room: where it goes; of what is longer the beginning. signs.c
 */
struct tf_str tf_signs_narrow(struct tf_str head, char *room, size_t size);
/** Whether XML begins with an element of this local name, and its start tag contains part (NULL: anything). signs.c */
bool tf_signs_xml(struct tf_str head, const char *root, const char *part);
bool tf_signs_fatturapa(struct tf_str head);
bool tf_signs_ksef(struct tf_str head);
bool tf_signs_facturae(struct tf_str head);
bool tf_signs_saft(struct tf_str head);
bool tf_signs_cash_register(struct tf_str head);
bool tf_signs_sbdh(struct tf_str head);
bool tf_signs_pdf(struct tf_str head);
bool tf_signs_opendocument(struct tf_str head);
bool tf_signs_office(struct tf_str head);
bool tf_signs_old_excel(struct tf_str head);
bool tf_signs_xml_excel(struct tf_str head);
bool tf_signs_html(struct tf_str head);
bool tf_signs_picture(struct tf_str head);
bool tf_signs_packed(struct tf_str head);
bool tf_signs_gzip(struct tf_str head);
bool tf_signs_zugferd1(struct tf_str head);
bool tf_signs_xlsx(struct tf_str head);
bool tf_signs_zip(struct tf_str head);
bool tf_signs_edifact(struct tf_str head);
bool tf_signs_idoc(struct tf_str head);

/* The readers: `begins` and `read` of taxflow/import.h. */
bool tf_delimited_begins(struct tf_str head);
enum tf_err tf_delimited_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
bool tf_sap_begins(struct tf_str head);
enum tf_err tf_sap_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
bool tf_gdpdu_begins(struct tf_str head);
enum tf_err tf_gdpdu_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
/** Paths of the files an index describes, beside it; a failure of part ends it. */
enum tf_err tf_gdpdu_parts(int fd, const char *name, enum tf_err (*part)(void *self, const char *path), void *self, struct tf_fault *fault) TF_MUST_CHECK;
bool tf_datev_begins(struct tf_str head);
enum tf_err tf_datev_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
bool tf_fec_begins(struct tf_str head);
enum tf_err tf_fec_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
enum tf_err tf_sbdh_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
enum tf_err tf_pdf_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
enum tf_err tf_zip_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
bool tf_pain_begins(struct tf_str head);
enum tf_err tf_pain_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
bool tf_camt_begins(struct tf_str head);
enum tf_err tf_camt_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);

enum tf_err tf_saft_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);

#endif
