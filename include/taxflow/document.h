/* What a document of UBL or CII says besides its business terms: its syntax, what is wrong with it, and where things stood. */
#ifndef TAXFLOW_DOCUMENT_H
#define TAXFLOW_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/str.h"

/* What a document was written in. The rules of the artefacts differ here and there from one to the other. */
enum tf_syntax { TF_SYNTAX_JSON, TF_SYNTAX_UBL, TF_SYNTAX_CII };

/*
 * What a document of UBL or CII says at a place that no business term has, where a rule looks all the same: the code
 * lists are asked of every country code or unit, wherever it stands. A JSON record has none of its own; one that was made from
 * such a document carries them, so that both are judged alike.
 */
enum tf_stray_kind {
#define STRAY(symbol, name, meaning) TF_STRAY_##symbol,
#include "taxflow/strays.def"
#undef STRAY
    TF_STRAY_COUNT
};
struct tf_stray {
    struct tf_str kind; /* name of a row of strays.def */
    struct tf_str text, scheme;
    uint64_t item; /* the line of the invoice it stands in, from 1; 0: in none */
    uint64_t line; /* of the document, from 1; 0: unknown */
};

/* What the syntax itself asks for and a document does not give (class format): found by its reader. */
struct tf_format_finding {
    struct tf_str rule;     /* "UBL-SR-43", "UBL-CR-561", "XML-ORDER" */
    bool warning;
    struct tf_str path;     /* XPath of the element, with positions: "/Invoice/cac:InvoiceLine[2]/cbc:Note[2]" */
    struct tf_str message;  /* one sentence: what must hold */
    struct tf_str observed, expected; /* never a value of the document: names of elements and attributes, counts */
    uint64_t line;          /* in the document, from 1 */
};

/* The parts of a finding's place, as in $.invoice.LIST[index].SUBLIST[subindex].TERM; NULL: none. */
struct tf_mark_place { const char *list, *sublist, *term; };

/* Where in an XML document a member of the model was read. */
struct tf_mark {
    const struct tf_mark_place *place; /* lives as long as the reader */
    uint32_t index, subindex, line;
    char first; /* of the term, TF_MARK_IN_LIST where place is in a list, 0 where it is not told: most marks are passed over by it */
};
enum { TF_MARK_IN_LIST = '[' };

/**
 * The line of a place: of its own element, else of the nearest one around it that the document has ("price.net" -> "price" -> the
 * line -> the root). 0 where there are no marks (a JSON record).
 * marks, count  of the invoice, in the document's order.   Cost  O(log marks) in a list, O(marks) elsewhere: for findings.
 */
uint64_t tf_mark_line(const struct tf_mark *marks, size_t count, const struct tf_mark_place *place, uint32_t index, uint32_t subindex);

#endif
