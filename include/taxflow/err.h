/*
 * Error codes, their classes and the words that go with them.
 *
 * A library room returns a code and, where words help, fills a struct tf_fault; only roles, pipeline and cli log.
 * One place (pipeline/worker.c) acts on the class.
 */
#ifndef TAXFLOW_ERR_H
#define TAXFLOW_ERR_H

#include <stddef.h>
#include <stdint.h>

#define TF_MUST_CHECK __attribute__((warn_unused_result))
#define TF_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
/* Of a local that is written before it is read, where clearing it for every event would cost more than what it is for. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define TF_NOT_CLEARED __attribute__((uninitialized))
#endif
#endif
#ifndef TF_NOT_CLEARED
#define TF_NOT_CLEARED
#endif

/*
 * X(name, class, reason, text)
 *   class   RETRY the same call may succeed later; DROP this record cannot be judged; FATAL the process must stop
 *   reason  stable word for DLQ rows, problem+json types and metrics labels
 */
#define TF_ERR_TABLE(X)                                                                                  \
    X(E_TIMEOUT,      RETRY, "timeout",          "the peer did not answer in time")                      \
    X(E_UNAVAILABLE,  RETRY, "unavailable",      "the service cannot be reached")                        \
    X(E_ABORTED,      RETRY, "aborted",          "the transaction was aborted; the batch runs again")     \
    X(E_AGAIN,        RETRY, "again",            "nothing to do yet")                                    \
    X(E_RESTORE,      RETRY, "claims-lost",      "Redis may have lost claims; they are restored first")  \
    X(E_FULL,         RETRY, "full",             "a byte budget or queue is full")                        \
    X(E_JSON,         DROP,  "malformed-json",   "the text is not one JSON value")                       \
    X(E_XML,          DROP,  "malformed-xml",    "the text is not one well-formed XML document")          \
    X(E_UTF8,         DROP,  "invalid-utf8",     "the bytes are not UTF-8")                              \
    X(E_DEPTH,        DROP,  "too-deep",         "nesting passes the limit")                             \
    X(E_DUPLICATE_KEY,DROP,  "duplicate-key",    "an object names a member twice")                       \
    X(E_TYPE,         DROP,  "wrong-type",       "a member has another type than the record format says") \
    X(E_KIND,         DROP,  "unknown-kind",     "the record's kind is not one of the known kinds")      \
    X(E_MISSING,      DROP,  "missing-member",   "a member that the record format requires is absent")   \
    X(E_NUMBER,       DROP,  "bad-number",       "the text is not an exact decimal within range")        \
    X(E_DATE,         DROP,  "bad-date",         "the text is not a date or time of the calendar")       \
    X(E_VALUE,        DROP,  "bad-value",        "the value is outside what the member allows")          \
    X(E_TOO_BIG,      DROP,  "too-big",          "the record passes max_record_bytes")                   \
    X(E_TOO_MANY,     DROP,  "too-many",         "a list passes its limit")                              \
    X(E_NO_INVOICE,   DROP,  "no-invoice-inside","the file has no invoice inside that can be read")       \
    X(E_INVOICES,     DROP,  "two-invoices-inside","the file has invoices inside that differ")             \
    X(E_ENCRYPTED,    DROP,  "encrypted",        "the file is encrypted")                                \
    X(E_DAMAGED,      DROP,  "damaged",          "the file is damaged or cut off")                       \
    X(E_BOMB,         DROP,  "unpacks-too-far",  "the file unpacks to more than its kind ever does")      \
    X(E_FORMAT,       DROP,  "format-not-read",  "the file is of a format that is known and not read")    \
    X(E_CLOUDEVENT,   DROP,  "bad-cloudevent",   "the CloudEvents attributes are missing or malformed")  \
    X(E_CONFLICT,     DROP,  "id-conflict",      "the same identity was seen with another body")         \
    X(E_STALE,        DROP,  "stale-revision",   "a higher revision of this record was judged before")   \
    X(E_RESULT_SIZE,  DROP,  "result-too-big",   "the result cannot be produced")                        \
    X(E_CRASHED,      DROP,  "crashed",          "judging the record ended the process repeatedly")      \
    X(E_USAGE,        FATAL, "usage",            "the command line is wrong")                            \
    X(E_NO_INPUT,     FATAL, "no-input",         "a file cannot be opened")                              \
    X(E_IO,           FATAL, "io",               "reading or writing a file failed")                     \
    X(E_PERMISSION,   FATAL, "permission",       "the system refused access")                            \
    X(E_CONFIG,       FATAL, "config",           "the configuration is wrong")                           \
    X(E_FENCED,       FATAL, "fenced",           "another instance took over this identity")             \
    X(E_LIMIT,        FATAL, "limit",            "a fixed limit of the program was reached")             \
    X(E_MEMORY,       FATAL, "memory",           "memory ran out")                                       \
    X(E_FATAL,        FATAL, "fatal",            "a library reported an error it cannot recover from")   \
    X(E_BREACH,       FATAL, "breach",           "the program's own bookkeeping does not add up")

enum tf_err {
    TF_OK = 0,
#define X(name, class, reason, text) TF_##name,
    TF_ERR_TABLE(X)
#undef X
    TF_ERR_COUNT
};

enum tf_err_class { TF_CLASS_OK, TF_CLASS_RETRY, TF_CLASS_DROP, TF_CLASS_FATAL };

/** Class of a code: what the caller may do about it. Pure, O(1). */
enum tf_err_class tf_err_class(enum tf_err err);
/** Stable reason word of a code ("malformed-json"); "ok" for TF_OK. Static storage. */
const char *tf_err_reason(enum tf_err err);
/** One plain sentence for a code, without a full stop. Static storage. */
const char *tf_err_text(enum tf_err err);
/** The sysexits(3) status a program ends with on this code: 64, 65, 66, 69, 70, 77 or 78; 0 for TF_OK. */
int tf_err_exit_status(enum tf_err err);

/* Return early; only in functions that own nothing, or whose locals clean up after themselves. */
#define TF_TRY(call)                     \
    do {                                 \
        enum tf_err try_err_ = (call);   \
        if (try_err_ != TF_OK)           \
            return try_err_;             \
    } while (0)

#define TF_CLEANUP(destructor) __attribute__((cleanup(destructor)))

/*
 * What went wrong, in words for a person: place, reason, remedy. The storage is part of the struct so that reporting
 * never allocates; longer texts end in "…". Never carries tax ids, names or amounts.
 */
enum { TF_FAULT_TEXT_BYTES = 384 };
struct tf_fault {
    enum tf_err code;
    char text[TF_FAULT_TEXT_BYTES];
};

/**
 * Record a failure and return its code, so that `return tf_fault_set(fault, TF_E_CONFIG, "…")` reads as one thought.
 *
 * fault   filled; may be NULL when the caller wants no words.
 * err     what happened; TF_OK is a programmer's error.
 * Thread  any; the fault is the caller's.  Cost  one vsnprintf.
 */
enum tf_err tf_fault_set(struct tf_fault *fault, enum tf_err err, const char *format, ...) TF_PRINTF(3, 4);

#endif
