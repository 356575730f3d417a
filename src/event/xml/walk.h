/* One document on its way into struct tf_invoice: where the walk stands, and what hooks of a dialect may do there. */
#ifndef TAXFLOW_EVENT_XML_WALK_H
#define TAXFLOW_EVENT_XML_WALK_H

#include "base64.h"
#include "map.h"
#include "taxflow/arena.h"
#include "taxflow/buf.h"
#include "taxflow/hash.h"

/* The layout that every TF_LIST has. */
struct tf_xml_any_list {
    void *items;
    size_t count;
    bool present;
};

/* Past so many marks only elements of lists get one: a finding in the 10,000th line of an invoice names that line's element. */
enum { TF_XML_EMPTIES_MAX = 100, TF_XML_MARKS_MAX = 100000 };

/* An element that is open. */
struct tf_xml_frame {
    const struct tf_xml_node *node; /* map->nodes[0] where no path leads */
    char *item;                     /* the innermost element of a list around it; NULL: none */
    uint32_t name;
    uint32_t line;                  /* where it began */
    uint32_t index, subindex;       /* of the list and sublist around it */
    size_t text;                    /* where its text begins in walk->text */
    size_t marks;                   /* walk->marks.len before it */
    const char *local;              /* its name as the document has it; terminated, good while it is open */
    bool filled;                    /* it has children, or text that is not blank */
};

/* A list that grows to many elements: room is made for as many as the rest of the document will hold. */
struct tf_xml_growth {
    const void *list;
    size_t learned_at; /* bytes of the document before the elements it is judged by */
    size_t cap;        /* 0: not long yet */
};

struct tf_xml_walk {
    struct tf_xml_map *const *maps;    /* of the dialects, ends with NULL */
    const struct tf_xml_names *names;
    const struct tf_xml_map *map;      /* the document's */
    const struct tf_xml *xml;          /* how far it is */
    size_t bytes_expected;             /* of the document; 0 unknown */
    struct tf_arena *arena;
    struct tf_invoice *invoice;
    enum tf_kind kind;
    void *scratch;                     /* of the map's dialect */
    size_t scratch_size;
    uint32_t *scratch_lines;           /* of its members, by offset / 8 */
    struct tf_xml_frame frames[TF_XML_DEPTH_MAX + 1]; /* [0]: around the document */
    uint32_t depth;
    struct tf_buf text;                /* of the open elements whose text counts */
    uint32_t collecting;               /* how many of them are open */
    struct tf_buf marks, strays, findings; /* items of their lists in struct tf_invoice, until the document's end */
    struct { struct tf_base64 base64; struct tf_hash_stream hash; uint64_t bytes; bool open, wrong; } content;
    struct tf_xml_growth growth;
    uint32_t empties;                  /* elements with nothing in them; the first TF_XML_EMPTIES_MAX become strays */
    const char *detail;                /* why it ended; static */
};

/** Prepare for documents of these dialects; names are all in the table. False when memory ran out. */
bool tf_xml_walk_init(struct tf_xml_walk *walk, struct tf_xml_map *const *maps, const struct tf_xml_names *names);
void tf_xml_walk_finish(struct tf_xml_walk *walk);
/** Begin a document; everything goes to the arena. bytes_expected: its length where it is known, for the growth of lists. */
void tf_xml_walk_begin(struct tf_xml_walk *walk, const struct tf_xml *xml, size_t bytes_expected, struct tf_arena *arena);
/** The sink of the parser: self is the walk. */
extern const struct tf_xml_sink tf_xml_walk_sink;

/* ---- For hooks ---- */

/** The open element, and the one around it. */
static inline struct tf_xml_frame *tf_xml_walk_top(struct tf_xml_walk *walk) { return &walk->frames[walk->depth]; }

/** The member that the open element's node fills; NULL where it fills none. */
void *tf_xml_walk_member(struct tf_xml_walk *walk, const struct tf_xml_frame *frame);
/** A copy in the arena; walk->detail is set where it is full and the result absent. */
struct tf_str tf_xml_walk_keep(struct tf_xml_walk *walk, struct tf_str text);
/** Give a member its value, unless it has one; a text that is no decimal or date stays, unknown, and there is a finding. */
enum tf_err tf_xml_walk_set_text(struct tf_xml_walk *walk, struct tf_str *target, struct tf_str text) TF_MUST_CHECK;
enum tf_err tf_xml_walk_set_amount(struct tf_xml_walk *walk, struct tf_amount *target, struct tf_str text) TF_MUST_CHECK;
enum tf_err tf_xml_walk_set_date(struct tf_xml_walk *walk, struct tf_date *target, struct tf_str text) TF_MUST_CHECK;
/** A new, cleared element of a TF_LIST of that element size; NULL with walk->detail set. Elements of the list may move. */
void *tf_xml_walk_append(struct tf_xml_walk *walk, void *list, size_t size, uint64_t limit);
/** Where a member of the scratch struct was read; 0 for one that was not. */
static inline uint32_t tf_xml_walk_line(const struct tf_xml_walk *walk, const void *member)
{
    return walk->scratch_lines[(size_t)((const char *)member - (const char *)walk->scratch) / 8];
}
/** Remember a member's line; place is static. line 0: the member was not read, nothing is remembered. */
void tf_xml_walk_mark(struct tf_xml_walk *walk, const struct tf_mark_place *place, uint32_t index, uint32_t subindex, uint32_t line);
/** What the document says outside the model. text, scheme: copied; scheme may be absent. */
enum tf_err tf_xml_walk_stray(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_str text, struct tf_str scheme) TF_MUST_CHECK;
/** The element's name with the dialect's own prefix: "cac:Party", "Invoice". */
struct tf_str tf_xml_walk_spell(struct tf_xml_walk *walk, const struct tf_xml_frame *frame);
/** A fatal finding of format at the open element. rule, message, expected: static. */
enum tf_err tf_xml_walk_find(struct tf_xml_walk *walk, const char *rule, const char *message, const char *expected) TF_MUST_CHECK;
/** The value of an attribute; absent where the element has none of that name. */
struct tf_str tf_xml_walk_attribute(const struct tf_xml_element *element, uint32_t name);
/** As it: ends the document for want of memory. */
enum tf_err tf_xml_walk_full(struct tf_xml_walk *walk);

#endif
