#include "taxflow/compare.h"

#include <stdlib.h>

#include "compare_search.h"
#include "taxflow/country.h"

enum { AT_ONCE = 16 };

struct comparison {
    const struct tf_vat_sums *sums;
    struct tf_documents *documents;
    const struct tf_declared_line *lines;
    struct tf_difference *differences; /* one a line */
    uint64_t *last;                    /* number of the last document that counted for a line */
    uint64_t *last_apart;              /* … that was noted without being in its sum */
    size_t *by_company;                /* numbers of lines, in order of their companies and of the begin of their periods */
    size_t count;
};

const char *tf_why_words(enum tf_why_bit why)
{
    static const char *const words[] = {
#define X(name, effect, text) [TF_WHY_BIT_##name] = text,
        TF_WHY_TABLE(X)
#undef X
    };
    return words[why];
}

/* ---- Which rows belong to which line ---- */

static int by_company(const void *a, const void *b, void *lines)
{
    const struct tf_declared_line *x = &((const struct tf_declared_line *)lines)[*(const size_t *)a];
    const struct tf_declared_line *y = &((const struct tf_declared_line *)lines)[*(const size_t *)b];
    const int order = tf_str_cmp(x->company, y->company);
    if (order != 0 || x->first != y->first)
        return order ? order : (x->first > y->first) - (x->first < y->first);
    return (x > y) - (x < y);
}

/* First of the lines of a company, in by_company. */
static size_t first_of(const struct comparison *c, struct tf_str company)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (tf_str_cmp(c->lines[c->by_company[middle]].company, company) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int sign_of(const struct tf_declared_line *line, enum tf_direction direction)
{
    return direction == TF_DIRECTION_SALE ? line->sales : direction == TF_DIRECTION_PURCHASE ? line->purchases : 0;
}

static bool filters(const struct tf_declared_line *line) { return line->category[0] != '\0' || line->rated; }

/* But for period, direction and currency. BT-111 is told of whole documents alone. */
static bool fits(const struct tf_declared_line *line, const struct tf_vat_group *group)
{
    if (group->further || (line->country != TF_COUNTRY_NONE && !tf_country_same_vat(line->country, group->country)))
        return false;
    if (filters(line) && group->part != TF_VAT_BREAKDOWN)
        return false;
    if (line->category[0] && strcmp(line->category, group->category) != 0)
        return false;
    return !line->rated || (group->rated && tf_money_cmp(line->rate, group->rate) == 0);
}

/* ---- The first reading: what is found ---- */

/* A line without a currency is of the one that its documents are in. */
static bool in_currency(struct tf_difference *difference, const struct tf_vat_group *group)
{
    if (difference->currency[0] == '\0' && group->part != TF_VAT_ACCOUNTING)
        memcpy(difference->currency, group->currency, sizeof difference->currency);
    if (group->part == TF_VAT_ACCOUNTING && difference->line->has_net)
        return false; /* a net in that currency is told nowhere */
    if (strcmp(difference->currency, group->currency) == 0)
        return true;
    if (difference->line->currency[0] == '\0' && group->part != TF_VAT_ACCOUNTING && !difference->problem)
        difference->problem = "its documents are in several currencies; name one in column currency";
    return false;
}

static enum tf_err count_row(struct comparison *c, size_t number, const struct tf_document_row *row, const struct tf_vat_group *group)
{
    struct tf_difference *difference = &c->differences[number];
    const int sign = sign_of(difference->line, group->direction);
    if ((row->why & TF_SEARCH_NOT_COUNTED) != 0 || !tf_search_inside(difference->line, row->point) || !fits(difference->line, group))
        return TF_OK;
    if (sign == 0) {
        const bool nobodys = row->direction != TF_DIRECTION_SALE && row->direction != TF_DIRECTION_PURCHASE;
        difference->undirected += nobodys && c->last_apart[number] != row->document;
        c->last_apart[number] = nobodys ? row->document : c->last_apart[number];
        return TF_OK;
    }
    if (!in_currency(difference, group)) {
        difference->elsewhere += difference->line->currency[0] && c->last_apart[number] != row->document && group->part != TF_VAT_ACCOUNTING;
        c->last_apart[number] = row->document;
        return TF_OK;
    }
    difference->elsewhere -= group->part == TF_VAT_ACCOUNTING && c->last_apart[number] == row->document; /* told in BT-111 */
    difference->documents += c->last[number] != row->document;
    c->last[number] = row->document;
    TF_TRY(tf_search_join(&difference->found_net, &row->net, sign));
    return tf_search_join(&difference->found_vat, &row->vat, sign);
}

/* Each row meets the lines of its company. */
static enum tf_err count_rows(struct comparison *c)
{
    struct tf_document_row row;
    bool more;
    TF_TRY(tf_documents_rewind(c->documents));
    while (true) {
        TF_TRY(tf_documents_next(c->documents, &row, &more));
        if (!more)
            return TF_OK;
        const struct tf_vat_group *group = tf_vat_sums_group(c->sums, row.group);
        const struct tf_str company = tf_str_of(group->company);
        for (size_t at = first_of(c, company); at < c->count; at++) {
            const struct tf_declared_line *line = &c->lines[c->by_company[at]];
            if (!tf_str_eq(line->company, company) || line->first > row.point)
                break;
            if (!line->problem)
                TF_TRY(count_row(c, c->by_company[at], &row, group));
        }
    }
}

/* ---- The verdict on a line ---- */

static bool is_whole(struct tf_decimal value)
{
    const struct tf_decimal whole = tf_money_round_half_up(value, 0);
    return tf_money_cmp(whole, value) == 0;
}

static bool is_rounding(const struct tf_sum *off, bool declared, struct tf_decimal value)
{
    return tf_sum_is_zero(off) || (declared && is_whole(value) && off->cents < 100 && off->cents >= -99);
}

static bool less_declared(const struct tf_sum *found, bool declared, struct tf_decimal value, struct tf_sum *ret_off)
{
    *ret_off = (struct tf_sum){.rest = 0};
    if (!declared)
        return true;
    *ret_off = *found;
    return tf_sum_add(ret_off, tf_money_neg(value));
}

static enum tf_err match(struct tf_difference *difference)
{
    const struct tf_declared_line *line = difference->line;
    if (!difference->problem)
        difference->problem = line->problem;
    if (!less_declared(&difference->found_net, line->has_net, line->net, &difference->net)
        || !less_declared(&difference->found_vat, line->has_vat, line->vat, &difference->vat))
        return TF_E_LIMIT;
    if (difference->problem)
        difference->match = TF_MATCH_NOT_COMPARED;
    else if (tf_sum_is_zero(&difference->net) && tf_sum_is_zero(&difference->vat))
        difference->match = TF_MATCH_EQUAL;
    else if (is_rounding(&difference->net, line->has_net, line->net) && is_rounding(&difference->vat, line->has_vat, line->vat))
        difference->match = TF_MATCH_ROUNDED;
    else
        difference->match = TF_MATCH_DIFFERS;
    return TF_OK;
}

/* ---- The second reading: who may be the difference ---- */

struct searches {
    struct tf_search items[AT_ONCE];
    size_t count;
};

static enum tf_err search_row(struct tf_search *search, const struct tf_document_row *row, const struct tf_vat_group *group)
{
    const struct tf_difference *difference = search->difference;
    const int sign = sign_of(difference->line, group->direction);
    if (sign == 0 || !tf_str_is(difference->line->company, group->company) || !fits(difference->line, group)
        || strcmp(difference->currency, group->currency) != 0)
        return TF_OK;
    return tf_search_row(search, row, sign);
}

static enum tf_err search_all(struct comparison *c, struct searches *searches)
{
    struct tf_document_row row;
    bool more;
    TF_TRY(tf_documents_rewind(c->documents));
    while (true) {
        TF_TRY(tf_documents_next(c->documents, &row, &more));
        if (!more)
            break;
        for (size_t s = 0; s < searches->count; s++)
            TF_TRY(search_row(&searches->items[s], &row, tf_vat_sums_group(c->sums, row.group)));
    }
    for (size_t s = 0; s < searches->count; s++)
        TF_TRY(tf_search_explain(&searches->items[s]));
    return TF_OK;
}

/* Lines from first on, as many as hold AT_ONCE that differ; they are told, and *ret_next is the one behind them. */
static enum tf_err tell_some(struct comparison *c, struct searches *searches, size_t first, size_t *ret_next,
                             enum tf_err (*tell)(void *self, const struct tf_difference *difference), void *self)
{
    size_t end = first;
    searches->count = 0;
    for (; end < c->count && searches->count < AT_ONCE; end++)
        if (c->differences[end].match == TF_MATCH_DIFFERS && !tf_search_begin(&searches->items[searches->count++], &c->differences[end]))
            return TF_E_MEMORY;
    if (searches->count > 0)
        TF_TRY(search_all(c, searches));
    for (size_t i = first; i < end; i++)
        TF_TRY(tell(self, &c->differences[i]));
    *ret_next = end;
    return TF_OK;
}

static enum tf_err tell_all(struct comparison *c, enum tf_err (*tell)(void *self, const struct tf_difference *difference), void *self)
{
    struct searches *searches = calloc(1, sizeof *searches);
    enum tf_err err = searches ? TF_OK : TF_E_MEMORY;
    for (size_t next = 0; err == TF_OK && next < c->count;) {
        err = tell_some(c, searches, next, &next, tell, self);
        for (size_t s = 0; s < searches->count; s++)
            tf_search_finish(&searches->items[s]);
    }
    free(searches);
    return err;
}

static bool begin(struct comparison *c)
{
    const size_t count = c->count ? c->count : 1;
    c->differences = calloc(count, sizeof *c->differences);
    c->last = calloc(count, sizeof *c->last);
    c->last_apart = calloc(count, sizeof *c->last_apart);
    c->by_company = calloc(count, sizeof *c->by_company);
    if (!c->differences || !c->last || !c->last_apart || !c->by_company)
        return false;
    for (size_t i = 0; i < c->count; i++) {
        c->by_company[i] = i;
        c->differences[i].line = &c->lines[i];
        memcpy(c->differences[i].currency, c->lines[i].currency, sizeof c->differences[i].currency);
    }
    if (c->count)
        qsort_r(c->by_company, c->count, sizeof *c->by_company, by_company, (void *)(uintptr_t)c->lines);
    return true;
}

static enum tf_err compare_all(struct comparison *c, enum tf_err (*tell)(void *self, const struct tf_difference *difference), void *self)
{
    TF_TRY(count_rows(c));
    for (size_t i = 0; i < c->count; i++)
        TF_TRY(match(&c->differences[i]));
    return tell_all(c, tell, self);
}

enum tf_err tf_compare(const struct tf_vat_sums *sums, struct tf_documents *documents, const struct tf_declared *declared,
                       enum tf_err (*tell)(void *self, const struct tf_difference *difference), void *self)
{
    struct comparison c = {.sums = sums, .documents = documents};
    c.lines = tf_declared_lines(declared, &c.count);
    const enum tf_err err = begin(&c) ? compare_all(&c, tell, self) : TF_E_MEMORY;
    free(c.differences);
    free(c.last);
    free(c.last_apart);
    free(c.by_company);
    return err;
}
