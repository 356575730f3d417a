/*
 * Files that other programs export, turned into records: one reader a format, chosen by how a file begins. Records come out as text that
 * tf_reader_read() reads: a bare record or a structured CloudEvent on one line, or an invoice in XML.
 *
 * An id of a record that has none comes from its content and from which occurrence of that content it is in its file, never from the file's name,
 * its line or the order of columns: the same export twice is the same events, and two equal rows of one file stay two.
 */
#ifndef TAXFLOW_IMPORT_H
#define TAXFLOW_IMPORT_H

#include "taxflow/event.h"

/* Whose rules a file is held against as a whole. */
enum tf_import_books { TF_IMPORT_SAFT_NO = 1, TF_IMPORT_SAFT_PT = 2, TF_IMPORT_LEDGER = 4 };

/* What a file can break as a whole: totals that do not add up, references that lead nowhere. Rows of src/import/file_rules.def. */
struct tf_import_rule {
    const char *id;          /* "SAFT-01" */
    const char *class_;      /* as findings of documents have it: "content", "format" */
    const char *severity;    /* "fatal": the file contradicts itself; "warning"; "info": what was not checked, and why */
    unsigned books;          /* of enum tf_import_books: the files it is asked about */
    const char *text;        /* what it demands */
    const char *source;      /* standard and element */
};

enum { TF_IMPORT_RULES_MAX = 64, TF_IMPORT_FINDINGS_MAX = 500 /* told of one rule in one file; further ones are counted */ };

/* One breach. Texts are the reader's until the call returns. */
struct tf_import_finding {
    uint32_t rule;           /* index in tf_import_rules() */
    uint64_t line;           /* of the file, from 1 */
    struct tf_str path;      /* of the element: "GeneralLedgerEntries/TotalDebit" */
    struct tf_str observed, expected; /* may be absent */
};

/* A file inside another one, an archive. Its name is UTF-8, without control characters; it is for people: a path made of it may lead anywhere. */
struct tf_import_part {
    struct tf_str name;
    uint64_t bytes;          /* unpacked, as the archive says */
    const struct tf_import_format *format; /* NULL: records of ours, or it could not be unpacked */
    bool one_document;       /* records of ours: one over many lines */
};

/* Where what was read goes. Any failure ends the reading. A line counts from 1; 0 stands for all of the file, or of its part. */
struct tf_import_sink {
    void *self;
    /* One record, and the line of the file on which it begins. The text is the reader's until the call returns. */
    enum tf_err (*record)(void *self, struct tf_str text, uint64_t line);
    /* What cannot be a record: its characters, and why. problem->path names the column or element, problem->detail has the remedy. */
    enum tf_err (*unreadable)(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem);
    /* A breach of a rule of files. NULL: nobody asks. */
    enum tf_err (*finding)(void *self, const struct tf_import_finding *finding);
    /* Once, at the end: what the reader counted, one JSON object, how often each rule of files was broken, and of whose. NULL: nobody asks. */
    enum tf_err (*summary)(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books);
    /* A file inside this one: what follows is of it, its lines too, until the next. NULL: nobody asks. Texts are the reader's until the next. */
    enum tf_err (*part)(void *self, const struct tf_import_part *part);
    /* What follows is once more of that part, counted from 0 as they were told: files inside are read together. NULL: nobody asks. */
    void (*part_again)(void *self, size_t number, struct tf_str name);
    /* SHA-256 of a part's bytes; not of one that cannot be unpacked. NULL: nobody asks, and it is not made. */
    void (*digest)(void *self, size_t number, const uint8_t sha256[32]);
};

#define TF_IMPORT_UNPACKED_BYTES_MAX ((uint64_t)16 << 30)
/* One of the files that are given together. */
struct tf_import_file {
    const char *name;
    int fd;                  /* can be read twice; -1: it is had by open_file */
    const struct tf_import_format *format;
};

struct tf_import_options {
    const char *map;         /* path of a map file, which says what columns mean; NULL: presets by the header */
    const char *company;     /* of records that name none; NULL: "unassigned" */
    const struct tf_company *companies; /* whose accounts tell who pays; borrowed */
    size_t companies_count;
    size_t record_bytes_max; /* of one record; a longer one is unreadable */
    const char *saft_pt_key; /* path of the public key (PEM) of the program that signed a Portuguese SAF-T; NULL: signatures are not verified */
    uint64_t unpacked_bytes_max; /* of all files in one archive; 0: TF_IMPORT_UNPACKED_BYTES_MAX */
    const struct tf_import_file *files; /* what belongs together, the file itself first: tables that are joined, a package's parts. NULL: the file alone */
    size_t files_count;
    void (*of_file)(void *sink_self, size_t number); /* what follows stands in that one of files; NULL: nobody asks */
    /* Of a file without fd: its bytes, until another is asked for. DROP with a fault: it cannot be had, which was told. NULL: each has an fd */
    enum tf_err (*open_file)(void *sink_self, size_t number, int *ret_fd, struct tf_fault *fault);
};

/* One format. */
struct tf_import_format {
    const char *name;        /* "csv" */
    const char *title;       /* "delimited text" */
    /* Whether a file begins like this: its first bytes, after decompression (64 KiB, or all there is). */
    bool (*begins)(struct tf_str head);
    /* Read all of it. NULL: the format is known, and refusal says what to do instead. */
    enum tf_err (*read)(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault);
    const char *refusal;
};

/** The rules of files. Static. */
const struct tf_import_rule *tf_import_rules(size_t *ret_count);
/** The rows, in the order in which they are tried. Static. */
const struct tf_import_format *tf_import_formats(size_t *ret_count);
/** As the configuration says: map, the company when there is but one, companies, the largest record. Borrows from config. */
void tf_import_options_fill(struct tf_import_options *ret_options, const struct tf_config *config);
/**
 * What bytes are that begin a file, or are all of it: the first 64 KiB are looked at. Packed ones are not unpacked. A map makes a "csv" of what is
 * no other format and does not begin as records do ("{", "[", "<").
 * Returns NULL when it is none of these: records of ours (NDJSON, JSON, UBL, CII), or nothing known, which a reader of records will say. Pure.
 */
const struct tf_import_format *tf_import_sniff_bytes(struct tf_str bytes, const struct tf_import_options *options);
/**
 * What a file is. fd can be read twice and stands at its beginning afterwards. As tf_import_sniff_bytes, of what was unpacked.
 * Returns TF_OK; TF_E_IO.
 */
enum tf_err tf_import_sniff(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_format **ret_format,
                            struct tf_fault *fault) TF_MUST_CHECK;
/** Whether files of this format that are given together are tables of one export and are read together, as options->files: SAP's. NULL: no. */
bool tf_import_joins(const struct tf_import_format *format);
/** Whether files of this format describe others, which are nothing by themselves and are given as options->files behind it: a GDPdU index. NULL: no. */
bool tf_import_has_parts(const struct tf_import_format *format);
/** Hand over the paths of such parts, which lie below the file's own folder. Whether they are there is the caller's to see. fd stands
 * at its beginning before and afterwards. Errors as tf_import_read. */
enum tf_err tf_import_parts(int fd, const char *name, enum tf_err (*part)(void *self, const char *path), void *self, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Read a file of a format.
 * Returns TF_OK; TF_E_FORMAT for a format that is known and not read, TF_E_VALUE when the file cannot be read as it is (exit 65 both): the fault names
 * the place, the reason and the remedy, for a format its way out, for an open question its two readings; TF_E_CONFIG for a map; TF_E_IO, TF_E_MEMORY; what the sink returned.
 * Thread  any.   Cost  O(bytes), memory for one record and for 16 bytes each of its occurrences.
 */
enum tf_err tf_import_read(const struct tf_import_format *format, int fd, const char *name, const struct tf_import_options *options,
                           const struct tf_import_sink *sink, struct tf_fault *fault) TF_MUST_CHECK;

/** Version of the library at hand; NULL in a build without it, which refuses PDF or ZIP by name. Static. */
const char *tf_import_qpdf_version(void);
const char *tf_import_libzip_version(void);

#endif
