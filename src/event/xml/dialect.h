/*
 * What a dialect of XML (UBL, CII) tells the engine: its root elements, and which path fills which member of struct tf_invoice.
 * All of it is data, but for a few lines in the hooks of elements whose meaning hangs on other elements.
 */
#ifndef TAXFLOW_EVENT_XML_DIALECT_H
#define TAXFLOW_EVENT_XML_DIALECT_H

#include "decode.h"
#include "xml.h"

struct tf_xml_walk;
struct tf_xml_frame;

typedef enum tf_err tf_xml_hook(struct tf_xml_walk *walk, struct tf_xml_frame *frame);
typedef enum tf_err tf_xml_watch_hook(struct tf_xml_walk *walk, const struct tf_xml_element *element);

/*
 * One element or attribute.
 *
 * path    below the root element, "cac:Party/cbc:Name", an attribute last: "cbc:ID/@schemeID"; "a|b" for either name. A path that
 *         begins with "//" holds anywhere below an element that no other path leads to; so a step that stands on another such path as well
 *         needs a row for either.
 * target  member by its names in records (README "Records"): "seller.address.country", "totals.net". "lines[+]" begins a new element
 *         of a list, "lines[].id" is in the one that an element above began, "seller.ids[+].id" does both. "~" begins a member of the
 *         dialect's scratch struct instead; a group of it is cleared where its element begins. "" fills nothing.
 *         A group is present when its element is; a text, decimal or date that stands twice counts as it stands first.
 * close   called at the element's end, when all below it is filled in; NULL: none.
 * content the text is base64 of any length, never kept: target is a group with bytes, sha256, and by attributes mime and name
 */
struct tf_xml_term {
    const char *path, *target;
    tf_xml_hook *close;
    bool content;
};

/* Called where an element of that name begins, wherever it stands. */
struct tf_xml_watch {
    const char *name;
    tf_xml_watch_hook *open;
};

struct tf_xml_root {
    const char *name; /* "ubl:Invoice" */
    enum tf_kind kind;
};

struct tf_xml_dialect {
    enum tf_syntax syntax;
    const char *name;                      /* "ubl": in records */
    const struct tf_xml_prefix *prefixes;  /* each list ends with a row of NULL */
    const struct tf_xml_root *roots;
    const struct tf_xml_term *terms;       /* a path stands behind those that lead to it */
    const struct tf_xml_watch *watches;
    const struct tf_decode_shape *scratch; /* of the scratch struct */
    /* How a date is written: gives target its value by tf_xml_walk_set_date, unless it has one. NULL: as YYYY-MM-DD. */
    enum tf_err (*set_date)(struct tf_xml_walk *walk, struct tf_date *target, struct tf_str text);
    tf_xml_hook *finish;                   /* at the root element's end; NULL: none */
};

#endif
