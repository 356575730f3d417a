#include "walk.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <stdlib.h>

#include "../packed.h"
#include "saft_internal.h"

/* One element of the table. next TF_SAFT_TEXT_ONLY: nothing inside is looked at. scope 0: no text is kept. */
struct row {
    enum tf_saft_state state, next;
    const char *name;
    int scope;
    size_t offset;
};

static const struct row rows[] = {
#define IN(state_, name_, next_) {.state = TF_SAFT_##state_, .next = TF_SAFT_##next_, .name = #name_},
#define TEXT(state_, name_, scope_, member_)                                                                                                         \
    {.state = TF_SAFT_##state_,                                                                                                                      \
     .next = TF_SAFT_TEXT_ONLY,                                                                                                                      \
     .name = #name_,                                                                                                                                 \
     .scope = TF_SAFT_SCOPE_##scope_,                                                                                                                \
     .offset = offsetof(struct tf_saft_##scope_, member_)},
#define BOTH(state_, name_, next_, scope_, member_)                                                                                                  \
    {.state = TF_SAFT_##state_,                                                                                                                      \
     .next = TF_SAFT_##next_,                                                                                                                        \
     .name = #name_,                                                                                                                                 \
     .scope = TF_SAFT_SCOPE_##scope_,                                                                                                                \
     .offset = offsetof(struct tf_saft_##scope_, member_)},
#include "grammar.def"
#undef IN
#undef TEXT
#undef BOTH
};
enum { ROWS = sizeof rows / sizeof rows[0] };

struct span {
    uint16_t first, count, next;
};

struct walk {
    const struct tf_saft_calls *calls;
    const char *name;
    struct tf_fault *fault;
    struct tf_packed packed;
    xmlParserCtxtPtr parser;
    enum tf_err err;                            /* what ended the walk */
    struct span spans[TF_SAFT_STATE_COUNT];     /* the rows of a state, and where its next search begins */
    const xmlChar *interned[ROWS];              /* the parser's own copy of a row's name, once met: equal names are equal pointers */
    const struct row *stack[TF_SAFT_DEPTH_MAX]; /* of the elements that are open; NULL: not looked at */
    size_t depth, passed;                       /* passed: depth below an element that is not looked at */
    int error_line;
    bool bad_bytes; /* the first fault is one of the encoding */
    size_t text_len;
    char text[TF_SAFT_TEXT_BYTES];
};

static void index_rows(struct walk *w)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct span *span = &w->spans[rows[i].state];
        if (span->count == 0)
            span->first = (uint16_t)i;
        span->count++;
    }
}

static void stop(struct walk *w, enum tf_err err)
{
    if (w->err == TF_OK)
        w->err = err;
    xmlStopParser(w->parser);
}

static uint64_t line_of(const struct walk *w) { return w->parser->input ? (uint64_t)w->parser->input->line : 1; }

static void refuse(struct walk *w, enum tf_err err, const char *why)
{
    stop(w, tf_fault_set(w->fault, err, "%s: line %llu: %s", w->name, (unsigned long long)line_of(w), why));
}

/* Elements mostly come in the order of the schema. */
static const struct row *find(struct walk *w, enum tf_saft_state state, const xmlChar *name)
{
    struct span *span = &w->spans[state];
    for (uint16_t i = 0; i < span->count; i++) {
        uint16_t at = (uint16_t)(span->next + i);
        at = (uint16_t)(span->first + (at < span->count ? at : at - span->count));
        if (w->interned[at] != name && (w->interned[at] || strcmp(rows[at].name, (const char *)name) != 0))
            continue;
        w->interned[at] = name;
        span->next = (uint16_t)((at - span->first + 1) % span->count);
        return &rows[at];
    }
    return NULL;
}

static enum tf_saft_state inside(const struct walk *w) { return w->depth > 0 ? w->stack[w->depth - 1]->next : TF_SAFT_ROOT; }

static void begin_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int spaces_count, const xmlChar **spaces,
                          int attributes_count, int defaulted_count, const xmlChar **attributes)
{
    struct walk *w = context;
    (void)prefix, (void)spaces_count, (void)spaces, (void)attributes_count, (void)defaulted_count, (void)attributes;
    w->text_len = 0;
    if (w->err != TF_OK)
        return;
    if (w->depth + w->passed == TF_SAFT_DEPTH_MAX) {
        refuse(w, TF_E_TOO_BIG, "elements nest deeper than in any SAF-T");
        return;
    }
    enum tf_err err = TF_OK;
    if (w->depth == 0 && w->passed == 0)
        err = w->calls->root(w->calls->self, (const char *)name, space ? (const char *)space : "");
    const struct row *row = w->passed == 0 && err == TF_OK ? find(w, inside(w), name) : NULL;
    if (row)
        w->stack[w->depth++] = row;
    else
        w->passed++;
    if (row && row->next != TF_SAFT_TEXT_ONLY)
        err = w->calls->begin(w->calls->self, row->next, line_of(w));
    if (err != TF_OK)
        stop(w, err);
}

static enum tf_err end_row(struct walk *w, const struct row *row)
{
    struct tf_str text = row->scope ? tf_str_trim((struct tf_str){w->text, w->text_len}) : TF_STR_NONE;
    if (text.len > 0)
        TF_TRY(w->calls->text(w->calls->self, row->scope, row->offset, text));
    return row->next == TF_SAFT_TEXT_ONLY ? TF_OK : w->calls->end(w->calls->self, row->next, line_of(w));
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct walk *w = context;
    (void)name, (void)prefix, (void)space;
    if (w->err != TF_OK)
        return;
    enum tf_err err = TF_OK;
    if (w->passed > 0)
        w->passed--;
    else
        err = end_row(w, w->stack[--w->depth]);
    w->text_len = 0; /* what stands between elements is nobody's text */
    if (err != TF_OK)
        stop(w, err);
}

static void add_text(void *context, const xmlChar *text, int len)
{
    struct walk *w = context;
    if (w->passed > 0 || w->err != TF_OK || len <= 0)
        return;
    if ((size_t)len > sizeof w->text - w->text_len) {
        refuse(w, TF_E_TOO_BIG, "an element's text passes 64 KiB");
        return;
    }
    memcpy(w->text + w->text_len, text, (size_t)len);
    w->text_len += (size_t)len;
}

static void refuse_type(void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    refuse(context, TF_E_XML, "a document type is declared; SAF-T has none");
}

/* The first fault is the cause; messages of the library may quote the text, so only its place is kept. */
static void take_error(void *context, xmlErrorPtr error)
{
    struct walk *w = context;
    if (w->error_line > 0 || error->level < XML_ERR_ERROR)
        return;
    w->error_line = error->line > 0 ? error->line : 1;
    w->bad_bytes = error->code == XML_ERR_INVALID_ENCODING || error->code == XML_ERR_INVALID_CHAR || error->code == XML_ERR_UNSUPPORTED_ENCODING ||
                   error->code == XML_I18N_CONV_FAILED || error->code == XML_ERR_UNKNOWN_ENCODING;
}

static enum tf_err outcome(struct walk *w)
{
    if (w->err != TF_OK)
        return w->err;
    if (w->packed.problem)
        return tf_fault_set(w->fault, TF_E_VALUE, "%s: %s", w->name, w->packed.problem);
    if (w->error_line > 0 || w->parser->wellFormed == 0)
        return tf_fault_set(w->fault, TF_E_XML, "%s: line %d: %s", w->name, w->error_line > 0 ? w->error_line : 1,
                            w->bad_bytes ? "the bytes are not in the encoding that the first line declares; export the file again"
                                         : "the text is no well-formed XML; export or copy the file again");
    return TF_OK;
}

static enum tf_err parse(struct walk *w)
{
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = begin_element,
        .endElementNs = end_element,
        .characters = add_text,
        .ignorableWhitespace = add_text, /* the same, so that nothing is asked about blanks */
        .cdataBlock = add_text,
        .internalSubset = refuse_type,
        .serror = take_error,
    };
    w->parser = xmlCreateIOParserCtxt(&sax, w, tf_packed_read, NULL, &w->packed, XML_CHAR_ENCODING_NONE);
    if (!w->parser)
        return w->packed.problem ? outcome(w) : tf_fault_set(w->fault, TF_E_MEMORY, "%s: memory ran out", w->name);
    xmlCtxtUseOptions(w->parser, XML_PARSE_NONET);
    xmlParseDocument(w->parser);
    enum tf_err err = outcome(w);
    xmlFreeParserCtxt(w->parser);
    return err;
}

enum tf_err tf_saft_walk(int fd, const char *name, const struct tf_saft_calls *calls, struct tf_fault *fault)
{
    struct walk *w = calloc(1, sizeof *w);
    enum tf_err err = w ? tf_packed_open(&w->packed, fd) : TF_E_MEMORY;
    if (err == TF_OK) {
        w->calls = calls;
        w->name = name;
        w->fault = fault;
        index_rows(w);
        err = parse(w);
        tf_packed_close(&w->packed);
    }
    free(w);
    return err == TF_E_MEMORY ? tf_fault_set(fault, err, "%s: memory ran out", name) : err;
}
