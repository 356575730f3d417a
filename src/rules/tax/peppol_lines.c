/* Lines: their arithmetic, prices and periods. */
#include "peppol.h"
#include "stray.h"

enum { CENTS = 2, QUOTIENT_DECIMALS = 18, QUOTIENT_STEP = 6 };

/* The base quantities that CII has with the gross price alone: strays in the order of their lines. */
struct gross_bases {
    const struct tf_stray *items;
    size_t count, next;
};

static bool is_gross_base_alone(struct gross_bases *bases, size_t line)
{
    bool alone = false;
    for (; bases->next < bases->count && bases->items[bases->next].item <= line + 1; bases->next++)
        alone |= bases->items[bases->next].item == line + 1 && tf_stray_kind_of(&bases->items[bases->next]) == TF_STRAY_GROSS_BASE_ALONE;
    return alone;
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

/* -1, 0, 1 as a is before, on or after b. What is no date is compared as CII's artefact does, by characters; *ret_known is false in UBL. */
static int compare_dates(const struct tf_case *c, struct tf_date a, struct tf_date b, bool *ret_known)
{
    *ret_known = true;
    if (tf_date_known(a) && tf_date_known(b))
        return (a.days > b.days) - (a.days < b.days);
    *ret_known = tf_peppol_of_cii(c);
    return tf_str_cmp(a.text, b.text);
}

static void r110_r111(struct tf_case *c, size_t i)
{
    const struct tf_period *all = &c->invoice->period, *own = &c->invoice->lines.items[i].period;
    bool known;
    if (tf_str_present(all->start.text) && tf_str_present(own->start.text)) {
        tf_case_saw(c, TF_RULE_PEPPOL_R110);
        if (compare_dates(c, own->start, all->start, &known) < 0 && known)
            tf_case_find_text(c, TF_RULE_PEPPOL_R110, spot_of(i, "period.start", "BT-134"), own->start.text, all->start.text);
    }
    if (tf_str_present(all->end.text) && tf_str_present(own->end.text)) {
        tf_case_saw(c, TF_RULE_PEPPOL_R111);
        if (compare_dates(c, own->end, all->end, &known) > 0 && known)
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
    struct gross_bases bases = {.items = c->invoice->strays.items, .count = c->invoice->strays.count};
    for (size_t i = 0; i < c->invoice->lines.count; i++) {
        tf_case_saw(c, TF_RULE_PEPPOL_R101);
        if (!book->xrechnung)
            tf_case_saw(c, TF_RULE_PEPPOL_R100);
        r046(c, book, i);
        r110_r111(c, i);
        const bool alone = is_gross_base_alone(&bases, i);
        r120(c, book, i, alone);
        if (alone)
            continue; /* its strays are asked for the rest */
        r121(c, i);
        r130(c, i);
    }
}
