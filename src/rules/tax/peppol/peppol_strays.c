/* What a document says beside the model, stray by stray. */
#include "peppol.h"
#include "stray.h"

static bool is_known_line(const struct tf_case *c, const struct tf_stray *stray)
{
    return stray->item > 0 && stray->item <= c->invoice->lines.count;
}

/* The line it stands in, or the document. */
static struct tf_spot spot_of(const struct tf_case *c, const struct tf_stray *stray, const char *term, const char *bt)
{
    if (!is_known_line(c, stray))
        return (struct tf_spot){.bt = bt, .line = stray->line};
    return (struct tf_spot){.list = "lines", .index = stray->item - 1, .term = term, .bt = bt, .line = stray->line};
}

/* CII has the rule in XRechnung alone, and there one group may be empty, by the prefix that it usually has. */
static void judge_empty(struct tf_case *c, const struct tf_peppol_book *book, const struct tf_stray *stray)
{
    if (tf_peppol_of_cii(c) && (!book->xrechnung || tf_str_is(stray->text, "ram:ApplicableHeaderTradeDelivery")))
        return;
    tf_case_find_text(c, TF_RULE_PEPPOL_R008, spot_of(c, stray, NULL, NULL), stray->text, TF_STR_NONE);
}

static enum tf_rule indicator_rule(const struct tf_case *c, const struct tf_peppol_book *book)
{
    return book->xrechnung && tf_peppol_of_cii(c) ? TF_RULE_XR_R043_1 : TF_RULE_PEPPOL_R043;
}

/* What an allowance or charge has, of the three amounts that the stray tells. */
struct told {
    bool given[3];             /* amount, base, percent */
    struct tf_figure value[3]; /* missing where it is no decimal */
};

static struct told read_told(struct tf_str amounts)
{
    struct told told = {.given = {false}};
    for (size_t i = 0; i < 3 && amounts.len > 0; i++) {
        const char *blank = memchr(amounts.ptr, ' ', amounts.len);
        const struct tf_str part = {amounts.ptr, blank ? (size_t)(blank - amounts.ptr) : amounts.len};
        told.given[i] = !tf_str_is(part, "-");
        told.value[i].known = told.given[i] && tf_money_parse(part, &told.value[i].value) == TF_OK;
        amounts.ptr += part.len + (blank ? 1 : 0);
        amounts.len -= part.len + (blank ? 1 : 0);
    }
    return told;
}

static void judge_told(struct tf_case *c, const struct tf_peppol_book *book, const struct told *told, struct tf_spot spot)
{
    const struct tf_figure said = told->given[0] ? told->value[0] : tf_figure_whole(0);
    const struct tf_figure right = tf_figure_percentage(told->value[1], told->value[2]);
    tf_case_saw(c, TF_RULE_PEPPOL_R040);
    if (!tf_peppol_within(said, right, book->slack))
        tf_case_find_amounts(c, TF_RULE_PEPPOL_R040, spot, said, tf_figure_round(right, 2));
}

/*
 * One that is no allowance and no charge stands in no list: all that is asked of it is asked here. "1" and "0" stand in one. What has
 * a percentage without a base, or the other way round, is not asked for its indicator.
 */
static void judge_indicator(struct tf_case *c, const struct tf_peppol_book *book, const struct tf_stray *stray)
{
    const struct tf_str said = tf_str_trim(stray->text);
    const bool listed = tf_str_is(said, "0") || tf_str_is(said, "1");
    const struct told told = read_told(stray->scheme);
    const bool base = told.given[1], percent = told.given[2];
    const struct tf_spot spot = spot_of(c, stray, "allowances", "BG-20");
    tf_case_saw(c, TF_RULE_PEPPOL_R041);
    tf_case_saw(c, TF_RULE_PEPPOL_R042);
    tf_case_saw(c, indicator_rule(c, book));
    if (percent && !base && !listed)
        tf_case_find(c, TF_RULE_PEPPOL_R041, tf_spot_at(spot, spot.term, "BT-93"));
    if (base && !percent && !listed)
        tf_case_find(c, TF_RULE_PEPPOL_R042, tf_spot_at(spot, spot.term, "BT-94"));
    if (base != percent)
        return;
    tf_case_find_text(c, indicator_rule(c, book), spot, stray->text, TF_STR("false"));
    if (base && !listed)
        judge_told(c, book, &told, tf_spot_at(spot, spot.term, "BT-92"));
}

static bool is_true_or_false(struct tf_str said)
{
    said = tf_str_trim(said);
    return tf_str_is(said, "true") || tf_str_is(said, "false");
}

/* UBL: a price has no charge. CII: Peppol asks for one of the two words, XRechnung for the one where there is an amount besides. */
static void judge_price_indicator(struct tf_case *c, const struct tf_peppol_book *book, const struct tf_stray *stray)
{
    const struct tf_spot spot = spot_of(c, stray, "price.discount", "BT-147");
    if (!tf_peppol_of_cii(c)) {
        tf_case_saw(c, TF_RULE_PEPPOL_R044);
        if (!tf_str_is(tf_str_trim(stray->text), "false"))
            tf_case_find_text(c, TF_RULE_PEPPOL_R044, spot, stray->text, TF_STR("false"));
        return;
    }
    const enum tf_rule rule = book->xrechnung ? TF_RULE_XR_R043_2 : TF_RULE_PEPPOL_R043;
    tf_case_saw(c, rule);
    if (!is_true_or_false(stray->text))
        tf_case_find_text(c, rule, spot, stray->text, TF_STR("false"));
    if (!book->xrechnung || !tf_str_present(stray->scheme))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R044);
    tf_case_find_text(c, TF_RULE_PEPPOL_R044, spot, stray->text, TF_STR("false"));
}

/* The gross price's own base quantity: CII's net price and gross price are asked alike. */
static void judge_gross_base(struct tf_case *c, const struct tf_stray *stray)
{
    struct tf_figure base = {.known = false};
    base.known = tf_money_parse(stray->text, &base.value) == TF_OK;
    tf_case_saw(c, TF_RULE_PEPPOL_R121);
    if (!tf_figure_less(tf_figure_whole(0), base))
        tf_case_find_text(c, TF_RULE_PEPPOL_R121, spot_of(c, stray, "price.base_quantity", "BT-149"), stray->text, TF_STR_NONE);
    if (!tf_str_present(stray->scheme) || !is_known_line(c, stray))
        return;
    const struct tf_str unit = c->invoice->lines.items[stray->item - 1].unit;
    tf_case_saw(c, TF_RULE_PEPPOL_R130);
    if (!tf_str_present(unit) || !tf_str_eq(stray->scheme, unit))
        tf_case_find_text(c, TF_RULE_PEPPOL_R130, spot_of(c, stray, "price.base_unit", "BT-150"), stray->scheme, unit);
}

static bool is_object(const struct tf_stray *stray)
{
    return tf_str_is(stray->text, "130");
}

/* R100 and R101 of one line: its references that are not BT-128. UBL counts them all, CII those of an object. */
static void judge_references(struct tf_case *c, const struct tf_peppol_book *book, const struct tf_stray *references, size_t count)
{
    size_t objects = tf_str_present(c->invoice->lines.items[references->item - 1].object_id.id) ? 1 : 0, all = objects;
    for (size_t i = 0; i < count; i++) {
        if (tf_stray_kind_of(&references[i]) != TF_STRAY_LINE_REFERENCE)
            continue;
        objects += is_object(&references[i]);
        all++;
    }
    const struct tf_spot spot = spot_of(c, references, "object_id", "BT-128");
    if (!book->xrechnung && (tf_peppol_of_cii(c) ? objects : all) > 1)
        tf_case_find(c, TF_RULE_PEPPOL_R100, spot);
    if (objects == 0)
        tf_case_find_text(c, TF_RULE_PEPPOL_R101, spot, references->text, TF_STR("130"));
}

/* How many strays from there on stand in the same line. */
static size_t run_of(const struct tf_invoice *invoice, size_t from)
{
    size_t end = from + 1;
    while (end < invoice->strays.count && invoice->strays.items[end].item == invoice->strays.items[from].item)
        end++;
    return end - from;
}

static void judge_one(struct tf_case *c, const struct tf_peppol_book *book, const struct tf_stray *stray, enum tf_stray_kind kind)
{
    if (kind == TF_STRAY_EMPTY)
        judge_empty(c, book, stray);
    else if (kind == TF_STRAY_INDICATOR)
        judge_indicator(c, book, stray);
    else if (kind == TF_STRAY_PRICE_INDICATOR)
        judge_price_indicator(c, book, stray);
    else if (kind == TF_STRAY_GROSS_BASE || kind == TF_STRAY_GROSS_BASE_ALONE)
        judge_gross_base(c, stray);
}

void tf_peppol_judge_strays(struct tf_case *c, const struct tf_peppol_book *book)
{
    const struct tf_invoice *invoice = c->invoice;
    uint64_t line_done = 0;
    tf_case_saw(c, TF_RULE_PEPPOL_R008);
    for (size_t i = 0; i < invoice->strays.count; i++) {
        const struct tf_stray *stray = &invoice->strays.items[i];
        const enum tf_stray_kind kind = tf_stray_kind_of(stray);
        judge_one(c, book, stray, kind);
        if (kind != TF_STRAY_LINE_REFERENCE || !is_known_line(c, stray) || stray->item == line_done)
            continue;
        judge_references(c, book, stray, run_of(invoice, i));
        line_done = stray->item;
    }
}
