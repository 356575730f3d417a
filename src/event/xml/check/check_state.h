/* What a check holds while a document streams by: the way from the root to the open element. Private to check*.c. */
#ifndef TAXFLOW_EVENT_XML_CHECK_STATE_H
#define TAXFLOW_EVENT_XML_CHECK_STATE_H

#include "check.h"
#include "schema.h"
#include "syntax_table.h"
#include "taxflow/buf.h"

/* An element is on the way of the rules of at most its ancestors that are near, of the root, and of itself. */
enum { TF_CHECK_POSITIONS_MAX = 12, TF_CHECK_UNKNOWN_BYTES = 40, TF_CHECK_TEXT_BYTES_MAX = 65536 };

enum tf_check_structure {
#define STRUCTURE(symbol, id, text) TF_STRUCTURE_##symbol,
#include "structure_rules.def"
#undef STRUCTURE
    TF_STRUCTURE_COUNT
};

/* How often a child of a frame's type has stood there, and where first. */
struct tf_check_tally { uint32_t count, line; };

struct tf_check_frame {
    uint32_t name, line, index;       /* index: among its siblings of that name, from 1 */
    bool many;                        /* there may be several of it */
    char unknown[TF_CHECK_UNKNOWN_BYTES]; /* name of an element that is not in the table of names, cut */
    /* Structure */
    uint16_t type, at;                /* at: place of the child seen last */
    bool text_reported, choice_reported;
    bool lax;                         /* in open content: what the schema knows is judged again */
    uint32_t tallies;                 /* of the first child of its type, in check->tallies */
    uint16_t early;                   /* place of the first child that came before one that is required; 0: none */
    uint32_t early_line, early_index;
    uint32_t other, other_count;      /* name and count of the last child that the type does not have */
    /* Syntax rules */
    uint16_t context;
    uint16_t slots;                   /* of its context, in check->slots */
    bool wants_text;
    size_t text_from;                 /* its text, in check->text */
    uint8_t positions_count;
    struct tf_check_position { uint16_t node; uint8_t owner; } positions[TF_CHECK_POSITIONS_MAX]; /* owner: frame of the context */
};

/* UBL or CII. */
struct tf_check_side {
    struct tf_schema *schema;
    struct tf_syntax_table *syntax;
};

/* {differs}: the first text. */
struct tf_check_first { struct tf_str text; bool seen; };

/* Several texts that are to be compared with others: how many, the first, whether all are equal. */
struct tf_check_texts { struct tf_str first; uint32_t count; bool differ; };

/* A finding that hangs on what may still come. */
struct tf_check_pending {
    struct tf_check_pending *next;
    struct tf_str path;
    uint32_t line, depth;         /* depth: of the element that decides */
    bool names, ids, companies;   /* of a payee: what is too many */
    struct tf_check_texts texts;  /* of a payee: its names */
};

struct tf_xml_check {
    struct tf_xml_names *names;
    struct tf_check_side ubl, cii;
    uint32_t invoice, credit_note, cross_industry; /* names */
    struct { uint32_t price, party, seller, buyer; } ubl_names;
    struct { uint32_t additional_document, invoice_document, trade_tax, settlement, agreement, line_settlement; } cii_names;
    struct tf_arena *arena;
    const struct tf_check_side *side; /* NULL: not a document to judge */
    struct tf_check_frame frames[TF_XML_DEPTH_MAX + 1];
    uint32_t depth;               /* open elements */
    struct tf_check_tally *tallies;
    uint32_t tallies_count;
    uint8_t *slots;
    uint16_t slots_count;
    struct tf_buf text;           /* of the open elements that want theirs */
    uint32_t wanting;             /* open elements that do */
    struct tf_lexical_base64 base64;
    struct tf_check_first *firsts;
    uint8_t *reported;            /* by rule: findings so far */
    struct tf_format_finding *findings;
    size_t findings_count, findings_cap;
    struct tf_buf scratch;
    enum tf_err err;
    /* What judges keep. */
    struct tf_check_texts seller_names, payee_names;
    const struct tf_check_frame *payee;
    struct tf_check_pending *payees, *amounts, *quantity;
};

/* check.c */

/** Number of a name as rows write it ("cac:Price"). */
uint32_t tf_check_name(struct tf_xml_check *check, const char *name);

/* check_ubl.c, check_cii.c: the names that judges compare with */
void tf_check_ubl_names(struct tf_xml_check *check);
void tf_check_cii_names(struct tf_xml_check *check);

/* check_report.c: findings */

/* What a finding says beside its rule. */
struct tf_check_words {
    struct tf_str path;           /* absent: of frame */
    const struct tf_check_frame *frame;
    uint32_t child, child_index;  /* name below the path, TF_XML_NAME_UNKNOWN: none; its position, 0: not told */
    uint32_t line;                /* 0: of frame */
    struct tf_str message;        /* absent: the rule's own words */
    struct tf_str observed, expected;
};

/** Whether a finding would be kept: the words for it need not be made else. */
static inline bool tf_check_is_open(const struct tf_xml_check *check, size_t rule)
{
    return check->reported[rule] < TF_XML_CHECK_SAME_MAX && check->err == TF_OK;
}
void tf_check_report_structure(struct tf_xml_check *check, enum tf_check_structure rule, const struct tf_check_words *words);
/** row: of the side's rows. */
void tf_check_report_rule(struct tf_xml_check *check, size_t row, const struct tf_check_words *words);
/** XPath of an open element, in the arena. */
struct tf_str tf_check_path(struct tf_xml_check *check, const struct tf_check_frame *frame);
/** Append a name as rows write it, "cbc:ID"; TF_XML_NAME_UNKNOWN: "*:" and the frame's local name. */
void tf_check_put_name(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t name, struct tf_buf *out);
/** The same in the arena; absent when that is full. */
struct tf_str tf_check_name_text(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t name);

/* check_structure.c */

void tf_check_structure_open(struct tf_xml_check *check, struct tf_check_frame *frame, const struct tf_xml_element *element);
void tf_check_structure_text(struct tf_xml_check *check, struct tf_check_frame *frame, struct tf_str text);
void tf_check_structure_close(struct tf_xml_check *check, const struct tf_check_frame *frame, struct tf_str text);

/* check_syntax.c */

void tf_check_syntax_open(struct tf_xml_check *check, struct tf_check_frame *frame, const struct tf_xml_element *element);
void tf_check_syntax_close(struct tf_xml_check *check, const struct tf_check_frame *frame, struct tf_str text);
/** Count of a COUNT row in the context that a frame is. */
uint8_t tf_check_count(const struct tf_xml_check *check, const struct tf_check_frame *frame, int symbol);
/** Let a COUNT row of the frame's context count more. */
void tf_check_add(struct tf_xml_check *check, const struct tf_check_frame *frame, int symbol, unsigned count);
/** A JUDGED rule is broken at the frame. */
void tf_check_fire(struct tf_xml_check *check, const struct tf_check_frame *frame, int symbol);
/** … at a place that was kept. */
void tf_check_fire_pending(struct tf_xml_check *check, const struct tf_check_pending *pending, int symbol);
/**
 * Keep the frame's place until the element at that depth decides.
 * NULL when the arena is full, or so many wait for it that no more would be told.
 */
struct tf_check_pending *tf_check_pend(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t depth,
                                       struct tf_check_pending **list);
/** Take a text into several. */
void tf_check_texts_add(struct tf_xml_check *check, struct tf_check_texts *texts, struct tf_str text);

#endif
