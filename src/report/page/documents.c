#include "documents.h"

#include <stdlib.h>

#include "about.h"
#include "taxflow/hash.h"

enum { ARENA_BYTES_MAX = 256 << 20, CELLS_BYTES_MAX = 400 << 10 };

enum tf_err tf_documents_init(struct tf_documents *documents, struct tf_files *files, const struct tf_config *config)
{
    *documents = (struct tf_documents){.files = files};
    documents->reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
    documents->arena = tf_arena_create(ARENA_BYTES_MAX);
    documents->items = calloc(TF_DOCUMENTS_MAX, sizeof *documents->items);
    tf_buf_init(&documents->cells, CELLS_BYTES_MAX);
    return documents->reader && documents->arena && documents->items ? TF_OK : TF_E_MEMORY;
}

void tf_documents_finish(struct tf_documents *documents)
{
    tf_reader_destroy(documents->reader);
    tf_arena_destroy(documents->arena);
    tf_buf_finish(&documents->cells);
    free(documents->items);
}

void tf_document_anchor(struct tf_str id, char out[TF_ANCHOR_BYTES])
{
    tf_hash_hex(tf_hash_sha256(&id, 1).bytes, (TF_ANCHOR_BYTES - 1) / 2, out);
}

void tf_document_number(struct tf_str number, char out[TF_DOCUMENT_NUMBER_BYTES])
{
    size_t len = number.len < TF_DOCUMENT_NUMBER_BYTES - 1 ? number.len : TF_DOCUMENT_NUMBER_BYTES - 1;
    while (len > 0 && len < number.len && ((unsigned char)number.ptr[len] & 0xc0) == 0x80)
        len--;
    memcpy(out, number.ptr ? number.ptr : "", len);
    out[len] = '\0';
}

static void write_place(struct tf_html *html, struct tf_files *files, struct tf_str id)
{
    uint32_t file;
    uint64_t line;
    tf_html_raw(html, "<td>");
    if (tf_files_place(files, id, &file, &line)) {
        tf_html_text(html, tf_str_of(tf_files_name(files, file)));
        tf_html_rawf(html, ":%llu", (unsigned long long)line);
    } else {
        tf_html_raw(html, "not in these files");
    }
    tf_html_raw(html, "</td>");
}

static void write_found(struct tf_html *html, const struct tf_event *event)
{
    const struct tf_about about = tf_about(event);
    const struct tf_fraud_facts facts = tf_fraud_facts_of(event);
    char amount[TF_MONEY_TEXT_BYTES];
    tf_html_cell_words(html, tf_event_kind_name(event->kind));
    tf_html_cell_text(html, about.date);
    tf_html_cell_text(html, tf_str_blank(about.counterparty) ? facts.supplier : about.counterparty);
    tf_html_raw(html, "<td class=\"n\"><span class=\"cur\">");
    tf_html_text(html, tf_about_currency(event, &facts));
    tf_html_raw(html, "</span> ");
    tf_html_text(html, tf_about_amount(event, &facts, amount));
    tf_html_raw(html, "</td>");
}

/* Records of an earlier run are known by id alone. */
static void look_up(struct tf_documents *documents, struct tf_document *document, struct tf_str id)
{
    struct tf_html html = {&documents->cells};
    struct tf_envelope envelope = {0};
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    tf_arena_rewind(documents->arena);
    const struct tf_str text = tf_files_find(documents->files, id, documents->arena);
    document->cells = documents->cells.len;
    if (tf_str_present(text) && tf_reader_read(documents->reader, text, documents->arena, &envelope, &event, &problem) == TF_OK) {
        tf_document_number(tf_about(&event).number, document->number);
        write_found(&html, &event);
    } else {
        tf_html_raw(&html, "<td></td><td></td><td></td><td></td>");
    }
    write_place(&html, documents->files, id);
    tf_html_cell_text(&html, id);
    document->cells_len = documents->cells.len - document->cells;
}

static struct tf_document *known(struct tf_documents *documents, const char *anchor)
{
    for (size_t d = 0; d < documents->count; d++)
        if (memcmp(documents->items[d].anchor, anchor, TF_ANCHOR_BYTES) == 0)
            return &documents->items[d];
    return NULL;
}

static struct tf_document *make(struct tf_documents *documents, struct tf_str id, const char *anchor)
{
    struct tf_document *made = &documents->items[documents->count];
    const size_t before = documents->cells.len;
    if (documents->count == TF_DOCUMENTS_MAX || documents->cells.failed) {
        documents->left_out++;
        return NULL;
    }
    memcpy(made->anchor, anchor, TF_ANCHOR_BYTES);
    look_up(documents, made, id);
    if (documents->cells.failed) {
        documents->cells.len = before;
        documents->left_out++;
        return NULL;
    }
    documents->count++;
    return made;
}

const struct tf_document *tf_documents_cite(struct tf_documents *documents, struct tf_str id, const char *by_anchor, const char *by_number)
{
    char anchor[TF_ANCHOR_BYTES];
    tf_document_anchor(id, anchor);
    struct tf_document *document = known(documents, anchor);
    if (!document && !(document = make(documents, id, anchor)))
        return NULL;
    for (uint32_t c = 0; c < document->cited_count && c < TF_DOCUMENT_CITED_MAX; c++)
        if (memcmp(document->cited[c].anchor, by_anchor, TF_ANCHOR_BYTES) == 0)
            return document;
    if (document->cited_count < TF_DOCUMENT_CITED_MAX) {
        memcpy(document->cited[document->cited_count].anchor, by_anchor, TF_ANCHOR_BYTES);
        memcpy(document->cited[document->cited_count].number, by_number, TF_DOCUMENT_NUMBER_BYTES);
    }
    document->cited_count++;
    return document;
}

static void write_cited(struct tf_html *html, const struct tf_document *document)
{
    tf_html_raw(html, "<td>");
    for (uint32_t c = 0; c < document->cited_count && c < TF_DOCUMENT_CITED_MAX; c++) {
        tf_html_rawf(html, "%s<a href=\"#f-%s\">", c > 0 ? ", " : "", document->cited[c].anchor);
        tf_html_text(html, document->cited[c].number[0] ? tf_str_of(document->cited[c].number) : TF_STR("finding"));
        tf_html_raw(html, "</a>");
    }
    tf_html_raw(html, document->cited_count > TF_DOCUMENT_CITED_MAX ? " and others</td>" : "</td>");
}

void tf_documents_write(const struct tf_documents *documents, struct tf_html *html)
{
    static const struct tf_html_column columns[] = {
        {"Number", TF_HTML_WORDS},   {"Kind", TF_HTML_WORDS},          {"Date", TF_HTML_WORDS},  {"Supplier or customer", TF_HTML_WORDS},
        {"Amount", TF_HTML_NUMBER},  {"File and line", TF_HTML_WORDS}, {"Id", TF_HTML_WORDS},    {"Named by", TF_HTML_WORDS},
    };
    if (documents->count == 0)
        return;
    tf_html_table(html, "t-documents", "Records that the findings above rest on", columns, sizeof columns / sizeof columns[0]);
    for (size_t d = 0; d < documents->count; d++) {
        const struct tf_document *document = &documents->items[d];
        tf_html_rawf(html, "<tr id=\"d-%s\"><td class=\"id\">", document->anchor);
        tf_html_text(html, tf_str_of(document->number));
        tf_html_raw(html, "</td>");
        tf_buf_put(html->out, documents->cells.ptr + document->cells, document->cells_len);
        write_cited(html, document);
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
    if (documents->left_out > 0)
        tf_html_raw(html, "<p class=\"soft\">More records are named than stand here; findings.csv has the numbers and ids of all.</p>\n");
}
