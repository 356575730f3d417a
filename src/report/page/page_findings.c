/* The findings that matter most, each with its explanation in words and the documents it rests on. */
#include "page.h"

#include <jansson.h>
#include <stdlib.h>

#include "documents.h"
#include "taxflow/report_words.h"

enum { CURRENCIES_MOST = 12, LEAST_OF_A_CURRENCY = 10 };

/* One finding of the page: its JSON, read back. */
struct card {
    json_t *facts;
    enum tf_fraud_decision decision;
    int64_t at_risk_minor;
    char currency[4];
    char anchor[TF_ANCHOR_BYTES], number[TF_DOCUMENT_NUMBER_BYTES];
};

struct list { struct card cards[TF_PAGE_CARDS_MAX]; size_t count; };

/* What the words of one card are written with. */
struct teller {
    struct tf_html *html;
    struct tf_documents *documents;
    const struct list *list;
    const struct card *card;
    bool open;   /* a list item is */
    bool headed; /* the heading of the card says the verdict */
};

static struct tf_str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (struct tf_str){json_string_value(value), json_string_length(value)} : TF_STR_NONE;
}

/* ---- Choosing ---- */

static enum tf_err add_card(struct list *list, const char currency[4], const struct tf_top_entry *entry)
{
    struct card *card = &list->cards[list->count];
    card->facts = json_loadb(entry->json, entry->len, JSON_ALLOW_NUL, NULL);
    if (!card->facts)
        return TF_E_MEMORY; /* it was written by us */
    memcpy(card->currency, currency, sizeof card->currency);
    card->decision = entry->rank.decision;
    card->at_risk_minor = entry->rank.at_risk_minor;
    tf_document_anchor(member(card->facts, "id"), card->anchor);
    tf_document_number(member(card->facts, "number"), card->number);
    list->count++;
    return TF_OK;
}

/* Currencies with more to block and review first; each one after leaves room for some of those that follow. */
static enum tf_err choose(const struct tf_report_page *page, struct list *list)
{
    const size_t currencies = page->amounts.count < CURRENCIES_MOST ? page->amounts.count : CURRENCIES_MOST;
    for (size_t c = 0; c < currencies; c++) {
        const struct tf_top_list *top = tf_top_of(&page->top, page->amounts.currencies[c]->code);
        const size_t kept = (currencies - 1 - c) * LEAST_OF_A_CURRENCY, left = TF_PAGE_CARDS_MAX - list->count;
        const size_t most = left > kept + LEAST_OF_A_CURRENCY ? left - kept : left < LEAST_OF_A_CURRENCY ? left : LEAST_OF_A_CURRENCY;
        for (size_t e = 0; top && e < top->count && e < most; e++)
            TF_TRY(add_card(list, top->currency, &top->entries[e]));
    }
    return TF_OK;
}

/* ---- Telling ---- */

static void close_item(struct teller *teller)
{
    if (teller->open)
        tf_html_raw(teller->html, "</li>\n");
    teller->open = false;
}

static void tell_line(void *self, unsigned depth, const char *label, struct tf_str text)
{
    struct teller *teller = self;
    if (depth == 0 && teller->headed)
        return;
    if (depth < 2) {
        close_item(teller);
        tf_html_raw(teller->html, "<li>");
        teller->open = true;
    }
    tf_html_raw(teller->html, depth == 1 ? "<p><b>" : label ? "<p>" : "<p class=\"soft\">");
    if (label)
        tf_html_rawf(teller->html, "<span class=\"soft\">%s:</span> ", label);
    tf_html_text(teller->html, text);
    tf_html_raw(teller->html, depth == 1 ? "</b></p>" : "</p>");
}

static const struct card *card_of(const struct list *list, struct tf_str id)
{
    char anchor[TF_ANCHOR_BYTES];
    tf_document_anchor(id, anchor);
    for (size_t c = 0; c < list->count; c++)
        if (memcmp(list->cards[c].anchor, anchor, sizeof anchor) == 0)
            return &list->cards[c];
    return NULL;
}

static void link_to(struct teller *teller, struct tf_str id)
{
    struct tf_html *html = teller->html;
    const struct card *other = card_of(teller->list, id);
    const struct tf_document *document = other ? NULL : tf_documents_cite(teller->documents, id, teller->card->anchor, teller->card->number);
    const char *number = other ? other->number : document ? document->number : "";
    if (other)
        tf_html_rawf(html, "<a href=\"#f-%s\">", other->anchor);
    else if (document)
        tf_html_rawf(html, "<a href=\"#d-%s\">", document->anchor);
    tf_html_text(html, *number ? tf_str_of(number) : id);
    tf_html_raw(html, other || document ? "</a>" : "");
}

static void tell_related(void *self, const json_t *ids)
{
    struct teller *teller = self;
    size_t i;
    const json_t *id;
    tf_html_raw(teller->html, "<p class=\"related\"><span class=\"soft\">rests on:</span> ");
    json_array_foreach(ids, i, id) {
        tf_html_raw(teller->html, i > 0 ? ", " : "");
        link_to(teller, (struct tf_str){json_string_value(id), json_string_length(id)});
    }
    tf_html_raw(teller->html, "</p>");
}

static void tell_all(struct tf_page_writing *writing, struct teller *teller)
{
    const json_t *facts = teller->card->facts, *tax = json_object_get(facts, "tax"), *fraud = json_object_get(facts, "fraud");
    const struct tf_words words = {writing->page->options.ruleset, teller, tell_line, tell_related};
    const size_t hits = (size_t)json_integer_value(json_object_get(facts, "hits")), shown = json_array_size(json_object_get(fraud, "hits"));
    tf_html_raw(teller->html, "<ul class=\"why\">\n");
    if (shown > 0 || json_array_size(json_object_get(fraud, "lists")) > 0)
        tf_words_fraud(&words, fraud, NULL);
    teller->headed = false;
    if (json_array_size(json_object_get(tax, "findings")) > 0)
        tf_words_tax(&words, tax);
    close_item(teller);
    if (hits > shown)
        tf_html_rawf(teller->html, "<li><p class=\"soft\">and %zu more hits: see findings.csv</p></li>", hits - shown);
    if (!tax && !fraud)
        tf_html_raw(teller->html, "<li><p class=\"soft\">what is to be said of it is too long to stand here: see findings.csv</p></li>");
    tf_html_raw(teller->html, "</ul>\n");
}

/* ---- The card ---- */

static void write_fact(struct tf_html *html, const char *name, struct tf_str value)
{
    if (tf_str_blank(value))
        return;
    tf_html_rawf(html, "<div><dt>%s</dt><dd>", name);
    tf_html_text(html, value);
    tf_html_raw(html, "</dd></div>");
}

static void write_heading(struct tf_html *html, const struct card *card)
{
    const struct tf_str number = member(card->facts, "number");
    const char *decision = tf_page_decision(card->decision);
    char digits[TF_MONEY_TEXT_BYTES];
    tf_html_rawf(html, "<h4><span class=\"badge %s\">%s</span> <span>", decision, decision);
    tf_html_words(html, member(card->facts, "kind"));
    tf_html_raw(html, " ");
    tf_html_text(html, tf_str_blank(number) ? TF_STR("without a number") : number);
    tf_html_raw(html, "</span>");
    if (card->at_risk_minor != 0) {
        const struct tf_decimal at_risk = tf_money_of(card->at_risk_minor, 2);
        tf_html_raw(html, " <span class=\"risk\"");
        tf_html_attribute(html, "data-v", tf_money_format(at_risk, 2, digits));
        tf_html_raw(html, "><span class=\"cur\">");
        tf_html_words(html, tf_page_currency(card->currency));
        tf_html_raw(html, "</span> ");
        tf_html_amount(html, at_risk);
        tf_html_raw(html, " at risk</span>");
    }
    tf_html_raw(html, "</h4>\n");
}

static void write_amount_fact(struct tf_html *html, const json_t *facts)
{
    if (tf_str_blank(member(facts, "amount")))
        return;
    tf_html_raw(html, "<div><dt>Amount</dt><dd>");
    tf_html_text(html, member(facts, "currency"));
    tf_html_raw(html, " ");
    tf_html_text(html, member(facts, "amount"));
    tf_html_raw(html, "</dd></div>");
}

static void write_facts(struct tf_html *html, const json_t *facts)
{
    tf_html_raw(html, "<dl>");
    write_fact(html, "With", member(facts, "counterparty"));
    write_fact(html, "Dated", member(facts, "date"));
    write_amount_fact(html, facts);
    write_fact(html, "Company", member(facts, "company"));
    tf_html_rawf(html, "<div><dt>Score</dt><dd>%lld</dd></div><div><dt>From</dt><dd>", (long long)json_integer_value(json_object_get(json_object_get(facts, "fraud"), "score")));
    tf_html_text(html, member(facts, "file"));
    tf_html_rawf(html, ":%lld</dd></div>", (long long)json_integer_value(json_object_get(facts, "line")));
    write_fact(html, "Id", member(facts, "id"));
    tf_html_raw(html, "</dl>\n");
}

static void write_card(struct tf_page_writing *writing, struct tf_documents *documents, const struct list *list, const struct card *card)
{
    struct tf_html *html = &writing->html;
    struct teller teller = {.html = html, .documents = documents, .list = list, .card = card, .headed = true};
    const char *decision = tf_page_decision(card->decision);
    tf_html_rawf(html, "<article class=\"card %s-card\" id=\"f-%s\" data-decision=\"%s\"", decision, card->anchor, decision);
    tf_html_attribute(html, "data-id", member(card->facts, "id"));
    tf_html_raw(html, ">\n");
    write_heading(html, card);
    write_facts(html, card->facts);
    tell_all(writing, &teller);
    tf_html_raw(html, "</article>\n");
}

/* As many as the page has room for: their words may be long. */
static size_t write_cards(struct tf_page_writing *writing, struct tf_documents *documents, const struct list *list)
{
    size_t c = 0;
    for (; c < list->count && writing->html.out->len < TF_PAGE_FINDINGS_BYTES; c++) {
        const char *currency = list->cards[c].currency;
        if (c == 0 || memcmp(currency, list->cards[c - 1].currency, sizeof list->cards[c].currency) != 0) {
            tf_html_raw(&writing->html, "<h3>");
            tf_html_words(&writing->html, tf_page_currency(currency));
            tf_html_raw(&writing->html, "</h3>\n");
        }
        write_card(writing, documents, list, &list->cards[c]);
    }
    return c;
}

static void write_intro(struct tf_page_writing *writing, size_t shown)
{
    struct tf_html *html = &writing->html;
    const uint64_t all = writing->page->with_findings;
    if (all == 0) {
        tf_html_raw(html, "<p>No record has a finding.</p>\n");
        return;
    }
    tf_html_rawf(html, "<p><span id=\"n-shown\">%zu</span> of ", shown);
    tf_html_count(html, all);
    tf_html_rawf(html, " record%s with findings: by currency, those to block or review first, the largest amount at risk on top. findings.csv has all.</p>\n", all == 1 ? "" : "s");
    tf_html_raw(html, "<div class=\"filter\" hidden><label>Show <select><option value=\"\">every decision</option><option value=\"block\">block</option>"
                      "<option value=\"review\">review</option><option value=\"approve\">approve</option></select></label>"
                      "<label>with the words <input type=\"search\" size=\"24\" autocomplete=\"off\"></label><output></output></div>\n");
}

static void write_sections(struct tf_page_writing *writing, struct tf_documents *documents, const struct list *list)
{
    struct tf_buf *out = writing->html.out, cards;
    struct tf_page_writing aside = *writing; /* how many there was room for is said before them */
    aside.html.out = &cards;
    tf_buf_init(&cards, TF_PAGE_BYTES_MAX);
    const size_t shown = write_cards(&aside, documents, list);
    tf_page_section(&writing->html, "findings", "Findings");
    write_intro(writing, shown);
    tf_buf_str(out, tf_buf_view(&cards));
    out->failed = out->failed || cards.failed;
    tf_page_section_end(&writing->html);
    tf_buf_finish(&cards);
    tf_page_section(&writing->html, "documents", "Related documents");
    if (documents->count == 0)
        tf_html_raw(&writing->html, "<p>The findings above rest on no other records than those that stand among them.</p>\n");
    tf_documents_write(documents, &writing->html);
    tf_page_section_end(&writing->html);
}

enum tf_err tf_page_findings(struct tf_page_writing *writing, struct tf_fault *fault)
{
    struct tf_documents documents;
    struct list *list = calloc(1, sizeof *list);
    enum tf_err err = tf_documents_init(&documents, writing->page->options.files, writing->page->options.config);
    if (err == TF_OK)
        err = list ? choose(writing->page, list) : TF_E_MEMORY;
    if (err == TF_OK)
        write_sections(writing, &documents, list);
    else
        tf_fault_set(fault, err, "report.html: %s", tf_err_text(err));
    for (size_t c = 0; list && c < list->count; c++)
        json_decref(list->cards[c].facts);
    free(list);
    tf_documents_finish(&documents);
    return err;
}
