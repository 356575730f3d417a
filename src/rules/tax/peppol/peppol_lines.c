/* Lines: their arithmetic, prices and periods. */
#include "peppol.h"
#include "stray.h"

enum { CENTS = 2, QUOTIENT_DECIMALS = 18, QUOTIENT_STEP = 6 };

/* What strays tell of a line, or of the document: a base quantity of the gross price alone, and dates of no format that EN 16931 has. */
struct told {
    bool gross_base_alone;
    struct tf_str start, end;
};

/* Strays of lines stand in the order of the lines. */
struct strays {
    const struct tf_stray *items;
    size_t count, next;
};

static void take(struct told *told, const struct tf_stray *stray)
{
    const enum tf_stray_kind kind = tf_stray_kind_of(stray);
    told->gross_base_alone |= kind == TF_STRAY_GROSS_BASE_ALONE;
    if (kind == TF_STRAY_PERIOD_DATE)
        *(tf_str_is(stray->scheme, "start") ? &told->start : &told->end) = stray->text;
}

static struct told told_of_document(const struct strays *strays)
{
    struct told told = {.gross_base_alone = false};
    for (size_t i = 0; i < strays->count; i++)
        if (strays->items[i].item == 0)
            take(&told, &strays->items[i]);
    return told;
}

static struct told told_of_line(struct strays *strays, size_t line)
{
    struct told told = {.gross_base_alone = false};
    for (; strays->next < strays->count && strays->items[strays->next].item <= line + 1; strays->next++)
        if (strays->items[strays->next].item == line + 1)
            take(&told, &strays->items[strays->next]);
    return told;
}

static struct tf_spot spot_of(size_t line, const char *term, const char *bt)
{
    return (struct tf_spot){.list = "lines", .index = line, .term = term, .bt = bt};
}

/* In UBL the discount of a price that has a gross one must be said; a record or CII may leave it out. */
static void r046(struct tf_case *c, const struct tf_peppol_book *book, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    if (!tf_amount_present(line->price.gross) || (tf_peppol_of_cii(c) && !book->xrechnung))
        return;
    struct tf_figure net = tf_figure_of(line->price.gross);
    if (c->invoice->syntax == TF_SYNTAX_UBL || tf_amount_present(line->price.discount))
        net = tf_figure_sub(net, tf_figure_of(line->price.discount));
    tf_case_saw(c, TF_RULE_PEPPOL_R046);
    if (!tf_figure_eq(tf_figure_of(line->price.net), net))
        tf_case_find_amounts(c, TF_RULE_PEPPOL_R046, spot_of(i, "price.net", "BT-146"), tf_figure_of(line->price.net), net);
}

enum { ISO_BYTES = 10 };

/* "2018-02-01" as CII writes it. */
static struct tf_str digits_of(struct tf_str text, char out[ISO_BYTES])
{
    size_t len = 0;
    if (text.len != ISO_BYTES)
        return text;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '-')
            out[len++] = text.ptr[i];
    return (struct tf_str){out, len};
}

/* A date of a period, and how it is written where EN 16931 takes it for none. */
struct written {
    struct tf_date date;
    struct tf_str raw;
};

static bool is_empty(struct written date)
{
    return date.date.text.len == 0 && !tf_str_present(date.raw);
}

/*
 * Whether a is before b. What is no date is compared as CII's artefact does, by characters; UBL's breaks off. An element without
 * text is neither before nor after anything, and so never within a period.
 */
static bool is_before(const struct tf_case *c, struct written a, struct written b)
{
    char digits_a[ISO_BYTES], digits_b[ISO_BYTES];
    if (tf_date_known(a.date) && tf_date_known(b.date))
        return a.date.days < b.date.days;
    if (is_empty(a) || is_empty(b))
        return true;
    return tf_peppol_of_cii(c) && tf_str_cmp(digits_of(tf_str_present(a.raw) ? a.raw : a.date.text, digits_a),
                                             digits_of(tf_str_present(b.raw) ? b.raw : b.date.text, digits_b)) < 0;
}

static void r110_r111(struct tf_case *c, size_t i, const struct told *of_document, const struct told *of_line)
{
    const struct tf_period *all = &c->invoice->period, *own = &c->invoice->lines.items[i].period;
    if (tf_str_present(all->start.text) && tf_str_present(own->start.text)) {
        const struct written first = {all->start, of_document->start}, start = {own->start, of_line->start};
        tf_case_saw(c, TF_RULE_PEPPOL_R110);
        if (is_before(c, start, first))
            tf_case_find_text(c, TF_RULE_PEPPOL_R110, spot_of(i, "period.start", "BT-134"), own->start.text, all->start.text);
    }
    if (tf_str_present(all->end.text) && tf_str_present(own->end.text)) {
        const struct written last = {all->end, of_document->end}, end = {own->end, of_line->end};
        tf_case_saw(c, TF_RULE_PEPPOL_R111);
        if (is_before(c, last, end))
            tf_case_find_text(c, TF_RULE_PEPPOL_R111, spot_of(i, "period.end", "BT-135"), own->end.text, all->end.text);
    }
}

/* a × 10^exponent; false where 128 bits do not hold it. */
static bool shift(tf_int128 a, int exponent, tf_int128 *ret_shifted)
{
    for (; exponent > 0; exponent--)
        if (__builtin_mul_overflow(a, 10, &a))
            return false;
    *ret_shifted = a;
    return exponent == 0;
}

/* a / b to so many decimals, halves toward zero, as Saxon divides decimals: the official verdict at the edge of the slack hangs on it. */
static struct tf_figure quotient(struct tf_figure a, struct tf_figure b, int decimals)
{
    tf_int128 n;
    if (!a.known || !b.known || !shift(a.value.units, decimals - a.value.scale + b.value.scale, &n))
        return (struct tf_figure){.known = false};
    const tf_int128 d = b.value.units, rest = n % d, half = rest < 0 ? -rest : rest, whole = d < 0 ? -d : d;
    tf_int128 q = n / d;
    if (half > whole - half)
        q += (n < 0) == (d < 0) ? 1 : -1;
    for (; decimals > 0 && q % 10 == 0; decimals--)
        q /= 10;
    return (struct tf_figure){.value = {.units = q, .scale = (uint8_t)decimals}, .known = true};
}

static struct tf_figure or_whole(struct tf_amount amount, int64_t otherwise)
{
    return tf_amount_present(amount) ? tf_figure_of(amount) : tf_figure_whole(otherwise);
}

static struct tf_figure sum_of(const struct tf_allowance *items, size_t count)
{
    struct tf_figure sum = tf_figure_whole(0);
    for (size_t i = 0; i < count; i++)
        tf_figure_collect(&sum, items[i].amount);
    return tf_figure_round(sum, CENTS);
}

static struct tf_figure product(struct tf_figure a, struct tf_figure b)
{
    struct tf_figure made = {.known = false};
    made.known = a.known && b.known && tf_money_mul(a.value, b.value, &made.value);
    return made;
}

/* Quantity × price / base quantity, plus charges, less allowances. Fewer decimals of the quotient where the amounts leave no room for all. */
static struct tf_figure amount_of(const struct tf_line *line, struct tf_figure base)
{
    const struct tf_figure quantity = or_whole(line->quantity, 1), price = or_whole(line->price.net, 0);
    const struct tf_figure more = tf_figure_sub(sum_of(line->charges.items, line->charges.count),
                                                sum_of(line->allowances.items, line->allowances.count));
    struct tf_figure amount = {.known = false};
    if (tf_figure_eq(base, tf_figure_whole(1)))
        return tf_figure_add(product(quantity, price), more);
    for (int decimals = QUOTIENT_DECIMALS; decimals >= 0 && !amount.known; decimals -= QUOTIENT_STEP)
        amount = tf_figure_add(product(quantity, quotient(price, base, decimals)), more);
    return amount;
}

static bool is_usable(struct tf_figure base)
{
    return base.known && tf_money_sign(base.value) != 0;
}

/* Peppol looks at the net price alone, for its own quantity; XRechnung takes that of the gross price in its place. */
static void r120(struct tf_case *c, const struct tf_peppol_book *book, size_t i, bool gross_base_alone)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    struct tf_figure base = tf_figure_of(line->price.base_quantity);
    if (!is_usable(base) || (gross_base_alone && !book->xrechnung))
        base = tf_figure_whole(1);
    const struct tf_figure said = or_whole(line->net, 0), right = amount_of(line, base);
    tf_case_saw(c, TF_RULE_PEPPOL_R120);
    if (!tf_peppol_within(said, right, book->slack))
        tf_case_find_amounts(c, TF_RULE_PEPPOL_R120, spot_of(i, "net", "BT-131"), said, tf_figure_round(right, CENTS));
}

static void r121(struct tf_case *c, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    if (!tf_amount_present(line->price.base_quantity))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R121);
    if (!tf_figure_less(tf_figure_whole(0), tf_figure_of(line->price.base_quantity)))
        tf_case_find_amounts(c, TF_RULE_PEPPOL_R121, spot_of(i, "price.base_quantity", "BT-149"),
                             tf_figure_of(line->price.base_quantity), (struct tf_figure){.known = false});
}

/* Where the line has no quantity, UBL has nothing to compare; CII asks all the same. */
static void r130(struct tf_case *c, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    if (!tf_str_present(line->price.base_unit) || (!tf_amount_present(line->quantity) && !tf_peppol_of_cii(c)))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R130);
    if (!tf_str_present(line->unit) || !tf_str_eq(line->price.base_unit, line->unit))
        tf_case_find_text(c, TF_RULE_PEPPOL_R130, spot_of(i, "price.base_unit", "BT-150"), line->price.base_unit, line->unit);
}

void tf_peppol_judge_lines(struct tf_case *c, const struct tf_peppol_book *book)
{
    struct strays strays = {.items = c->invoice->strays.items, .count = c->invoice->strays.count};
    const struct told of_document = told_of_document(&strays);
    for (size_t i = 0; i < c->invoice->lines.count; i++) {
        const struct told of_line = told_of_line(&strays, i);
        tf_case_saw(c, TF_RULE_PEPPOL_R101);
        if (!book->xrechnung)
            tf_case_saw(c, TF_RULE_PEPPOL_R100);
        r046(c, book, i);
        r110_r111(c, i, &of_document, &of_line);
        r120(c, book, i, of_line.gross_base_alone);
        if (of_line.gross_base_alone)
            continue; /* its strays are asked for the rest */
        r121(c, i);
        r130(c, i);
    }
}
