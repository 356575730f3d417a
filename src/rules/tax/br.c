/* Presence: what an invoice and its lines must have. A rule is a row here; only those that are more than a term have a function. */
#include "families.h"

#include <stddef.h>

enum need {
    GIVEN,  /* the element is there, even if blank */
    FILLED, /* something is left after trimming */
    GROUP,  /* the group is there, even if empty */
};

struct term {
    enum tf_rule rule;
    enum need need;
    uint32_t place; /* of a tf_str (GIVEN, FILLED) or a bool (GROUP) in the struct that has the term */
    const char *path;
    const char *bt;
};

#define INVOICE(member) offsetof(struct tf_invoice, member)
static const struct term header_terms[] = {
    {TF_RULE_BR_01, FILLED, INVOICE(process.specification), "process.specification", "BT-24"},
    {TF_RULE_BR_02, FILLED, INVOICE(number), "number", "BT-1"},
    {TF_RULE_BR_03, FILLED, INVOICE(issue_date.text), "issue_date", "BT-2"},
    {TF_RULE_BR_04, FILLED, INVOICE(type_code), "type_code", "BT-3"},
    {TF_RULE_BR_05, FILLED, INVOICE(currency), "currency", "BT-5"},
    {TF_RULE_BR_06, FILLED, INVOICE(seller.name), "seller.name", "BT-27"},
    {TF_RULE_BR_07, FILLED, INVOICE(buyer.name), "buyer.name", "BT-44"},
    {TF_RULE_BR_08, GROUP, INVOICE(seller.address.present), "seller.address", "BG-5"},
    {TF_RULE_BR_10, GROUP, INVOICE(buyer.address.present), "buyer.address", "BG-8"},
};
static const struct term seller_address_terms[] = {
    {TF_RULE_BR_09, FILLED, INVOICE(seller.address.country), "seller.address.country", "BT-40"},
};
static const struct term buyer_address_terms[] = {
    {TF_RULE_BR_11, FILLED, INVOICE(buyer.address.country), "buyer.address.country", "BT-55"},
};
static const struct term totals_terms[] = {
    {TF_RULE_BR_12, GIVEN, INVOICE(totals.line_net.text), "totals.line_net", "BT-106"},
    {TF_RULE_BR_13, GIVEN, INVOICE(totals.net.text), "totals.net", "BT-109"},
    {TF_RULE_BR_14, GIVEN, INVOICE(totals.gross.text), "totals.gross", "BT-112"},
    {TF_RULE_BR_15, GIVEN, INVOICE(totals.due.text), "totals.due", "BT-115"},
};
#undef INVOICE

#define LINE(member) offsetof(struct tf_line, member)
static const struct term line_terms[] = {
    {TF_RULE_BR_21, FILLED, LINE(id), "id", "BT-126"},
    {TF_RULE_BR_22, GIVEN, LINE(quantity.text), "quantity", "BT-129"},
    {TF_RULE_BR_23, GIVEN, LINE(unit), "unit", "BT-130"},
    {TF_RULE_BR_24, GIVEN, LINE(net.text), "net", "BT-131"},
    {TF_RULE_BR_25, FILLED, LINE(item.name), "item.name", "BT-153"},
    {TF_RULE_BR_26, GIVEN, LINE(price.net.text), "price.net", "BT-146"},
};
#undef LINE

static bool holds(const struct tf_case *c, const struct term *term, const void *owner)
{
    const void *place = (const char *)owner + term->place;
    if (term->need == GROUP)
        return *(const bool *)place;
    const struct tf_str *text = place;
    /* The standard asks for a value; the artefact, for some terms, only for the element. */
    const bool filled = term->need == FILLED || c->strict;
    return filled ? !tf_str_blank(*text) : tf_str_present(*text);
}

static void judge_terms(struct tf_case *c, const struct term *terms, size_t count, const void *owner, struct tf_spot spot)
{
    for (size_t i = 0; i < count; i++) {
        tf_case_saw(c, terms[i].rule);
        if (holds(c, &terms[i], owner))
            continue;
        spot.term = terms[i].path;
        spot.bt = terms[i].bt;
        tf_case_find(c, terms[i].rule, spot);
    }
}

#define JUDGE(c, terms, owner, spot) judge_terms(c, terms, sizeof(terms) / sizeof((terms)[0]), owner, spot)

static void br_16(struct tf_case *c)
{
    tf_case_saw(c, TF_RULE_BR_16);
    if (c->invoice->lines.count == 0)
        tf_case_find(c, TF_RULE_BR_16, (struct tf_spot){.term = "lines", .bt = "BG-25"});
}

void tf_br_judge(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_spot top = {.list = NULL};
    JUDGE(c, header_terms, invoice, top);
    if (invoice->seller.address.present)
        JUDGE(c, seller_address_terms, invoice, top);
    if (invoice->buyer.address.present)
        JUDGE(c, buyer_address_terms, invoice, top);
    /* Without the group the artefact has nothing to look at; the standard asks for the amounts all the same. */
    if (invoice->totals.present || c->strict)
        JUDGE(c, totals_terms, invoice, top);
    br_16(c);
}

void tf_br_judge_line(struct tf_case *c, size_t i)
{
    const struct tf_spot spot = {.list = "lines", .index = i};
    JUDGE(c, line_terms, &c->invoice->lines.items[i], spot);
}
