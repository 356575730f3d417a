/*
 * KEY1, keywords: words by which people tell that an entry makes something fit ("plug", "as per"), in the texts of a journal and its lines, or in
 * the notes of an invoice and its lines (BT-22, BT-127). Whole words, whatever the case of the letters a to z.
 */
#include <strings.h>

#include "fraud_rules.h"
#include "hit.h"

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Whether the word stands at this place of the text, and ends there. Where it has a blank, the text may have several. */
static bool stands_at(struct tf_str text, size_t at, const char *word)
{
    for (; *word; word++) {
        if (at == text.len || strncasecmp(&text.ptr[at], word, 1) != 0)
            return false;
        at++;
        while (*word == ' ' && at < text.len && text.ptr[at] == ' ')
            at++;
    }
    return at == text.len || !is_word(text.ptr[at]);
}

static const char *find_at(struct tf_str text, size_t at, const struct tf_string_list *words)
{
    for (size_t w = 0; w < words->count; w++)
        if (stands_at(text, at, words->items[w]))
            return words->items[w];
    return NULL;
}

/* What was looked through, and the first keyword in it. */
struct search {
    const struct tf_string_list *words;
    const char *found;
    bool any_text;
};

static void look(struct search *search, struct tf_str text)
{
    search->any_text |= !tf_str_blank(text);
    for (size_t at = 0; at < text.len && !search->found; at++)
        if (is_word(text.ptr[at]) && (at == 0 || !is_word(text.ptr[at - 1])))
            search->found = find_at(text, at, search->words);
}

static void look_at_journal(struct search *search, const struct tf_journal *journal)
{
    look(search, journal->text);
    for (size_t i = 0; i < journal->lines.count && !search->found; i++)
        look(search, journal->lines.items[i].text);
}

static void look_at_invoice(struct search *search, const struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->notes.count && !search->found; i++)
        look(search, invoice->notes.items[i].text);
    for (size_t i = 0; i < invoice->lines.count && !search->found; i++)
        look(search, invoice->lines.items[i].note);
}

/* An invoice needs no note, and one without has nothing to say; a journal without any text lacks one. */
enum tf_fraud_answer tf_key1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct search search = {.words = &c->setting->words};
    const struct tf_event *event = c->facts->event;
    if (event->kind == TF_KIND_JOURNAL && event->as.journal)
        look_at_journal(&search, event->as.journal);
    if (event->kind != TF_KIND_JOURNAL && event->as.invoice)
        look_at_invoice(&search, event->as.invoice);
    if (!search.found)
        return event->kind == TF_KIND_JOURNAL && !search.any_text ? TF_FRAUD_UNKNOWN : TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "the text says \"%s\"", search.found);
    hit->threshold = TF_STR("1 keyword");
    return TF_FRAUD_HIT;
}
