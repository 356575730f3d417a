/* Allowances and charges, of the document and of lines: what amount, base amount and percentage say together, and why. */
#include "peppol.h"

/* The four kinds, and what their terms are called. */
struct kind {
    const char *list;
    const char *amount, *base, *percent, *reason_code;
    enum tf_rule coded;
    enum tf_code_list codes;
};
static const struct kind allowances = {
    "allowances", "BT-92", "BT-93", "BT-94", "BT-98", TF_RULE_PEPPOL_CL002, TF_CODES_ALLOWANCE_REASON};
static const struct kind charges = {
    "charges", "BT-99", "BT-100", "BT-101", "BT-105", TF_RULE_PEPPOL_CL003, TF_CODES_CHARGE_REASON};
static const struct kind line_allowances = {
    "allowances", "BT-136", "BT-137", "BT-138", "BT-140", TF_RULE_PEPPOL_CL002, TF_CODES_ALLOWANCE_REASON};
static const struct kind line_charges = {
    "charges", "BT-141", "BT-142", "BT-143", "BT-145", TF_RULE_PEPPOL_CL003, TF_CODES_CHARGE_REASON};

static void r040(struct tf_case *c, const struct tf_peppol_book *book, const struct kind *kind, const struct tf_allowance *allowance,
                 struct tf_spot spot)
{
    const struct tf_figure right = tf_figure_percentage(tf_figure_of(allowance->base), tf_figure_of(allowance->percent));
    const struct tf_figure said = tf_amount_present(allowance->amount) ? tf_figure_of(allowance->amount) : tf_figure_whole(0);
    tf_case_saw(c, TF_RULE_PEPPOL_R040);
    if (!tf_peppol_within(said, right, book->slack))
        tf_case_find_amounts(c, TF_RULE_PEPPOL_R040, tf_spot_at(spot, "amount", kind->amount), said, tf_figure_round(right, 2));
}

static void judge_one(struct tf_case *c, const struct tf_peppol_book *book, const struct kind *kind,
                      const struct tf_allowance *allowance, struct tf_spot spot)
{
    const bool percent = tf_amount_present(allowance->percent), base = tf_amount_present(allowance->base);
    tf_case_saw(c, TF_RULE_PEPPOL_R041);
    tf_case_saw(c, TF_RULE_PEPPOL_R042);
    tf_case_saw(c, TF_RULE_PEPPOL_R043);
    if (percent && !base)
        tf_case_find(c, TF_RULE_PEPPOL_R041, tf_spot_at(spot, "base", kind->base));
    if (base && !percent)
        tf_case_find(c, TF_RULE_PEPPOL_R042, tf_spot_at(spot, "percent", kind->percent));
    if (base && percent)
        r040(c, book, kind, allowance, spot);
    if (book->xrechnung || !tf_str_present(allowance->reason_code))
        return;
    tf_case_saw(c, kind->coded);
    if (!tf_peppol_has(c, kind->codes, tf_str_trim(allowance->reason_code)))
        tf_case_find_text(c, kind->coded, tf_spot_at(spot, "reason_code", kind->reason_code), allowance->reason_code, TF_STR_NONE);
}

static void judge_document(struct tf_case *c, const struct tf_peppol_book *book, const struct kind *kind,
                           const struct tf_allowance *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        judge_one(c, book, kind, &items[i], (struct tf_spot){.list = kind->list, .index = i});
}

static void judge_line(struct tf_case *c, const struct tf_peppol_book *book, const struct kind *kind, size_t line,
                       const struct tf_allowance *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        judge_one(c, book, kind, &items[i],
                  (struct tf_spot){.list = "lines", .index = line, .sublist = kind->list, .subindex = i});
}

void tf_peppol_judge_allowances(struct tf_case *c, const struct tf_peppol_book *book)
{
    const struct tf_invoice *invoice = c->invoice;
    judge_document(c, book, &allowances, invoice->allowances.items, invoice->allowances.count);
    judge_document(c, book, &charges, invoice->charges.items, invoice->charges.count);
    for (size_t i = 0; i < invoice->lines.count; i++) {
        const struct tf_line *line = &invoice->lines.items[i];
        judge_line(c, book, &line_allowances, i, line->allowances.items, line->allowances.count);
        judge_line(c, book, &line_charges, i, line->charges.items, line->charges.count);
    }
}
