/* The rules of ubl_rules.def that look at more than one count, by the artefact's pattern UBL-syntax. */
#include "check_state.h"

enum {
    UBL_NONE,
#define CONTEXT(judge, where)
#define RULE(id, severity, bound, path)
#define COUNT(symbol, path) UBL_##symbol,
#define JUDGED(symbol, id, severity, words) UBL_##symbol,
#include "ubl_rules.def"
#undef CONTEXT
#undef RULE
#undef COUNT
#undef JUDGED
    UBL_SYMBOLS
};

#define N(symbol) tf_check_count(check, frame, UBL_##symbol)
#define FIRE(symbol) tf_check_fire(check, frame, UBL_##symbol)

static const struct tf_check_frame *parent_of(const struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    return frame == check->frames ? NULL : frame - 1;
}

static bool is_credit_note(const struct tf_xml_check *check) { return check->frames[0].name == check->credit_note; }

static void judge_document_reference(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    bool of_object = N(type_130) > 0;
    if (!of_object && !(is_credit_note(check) && N(type_50) > 0) && (N(id_schemes) > 0 || N(types) > 0))
        FIRE(sr_43);
    if (N(id_schemes) > 0 && (N(types) == 0 || N(types) > N(type_130)))
        FIRE(cr_665);
    if (of_object && N(attachments) > 0)
        FIRE(cr_666);
    if (of_object && N(descriptions) > 0)
        FIRE(cr_673);
    if (of_object && parent_of(check, frame) == check->frames)
        tf_check_add(check, check->frames, UBL_document_ids_130, N(ids));
}

static bool ends_with(struct tf_str name, struct tf_str end)
{
    return name.len >= end.len && memcmp(name.ptr + name.len - end.len, end.ptr, end.len) == 0;
}

/* In a cac:Price that has an allowance, all amounts are free; whether it has one may show later. */
static void judge_amount(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    struct tf_str name = frame->name != TF_XML_NAME_UNKNOWN ? check->names->items[frame->name].local : tf_str_of(frame->unknown);
    if (N(long_amounts) == 0 || ends_with(name, TF_STR("PriceAmount")))
        return;
    for (const struct tf_check_frame *above = frame; above-- > check->frames;) {
        if (above->name != check->ubl_names.price)
            continue;
        if (tf_check_count(check, above, UBL_price_allowances) > 0)
            return;
        (void)tf_check_pend(check, frame, (uint32_t)(above - check->frames), &check->amounts);
        return;
    }
    FIRE(dt_01);
}

/* Amounts that waited for the end of this price: free, or the next price above decides, or broken. */
static void judge_price(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    uint32_t depth = (uint32_t)(frame - check->frames), above = depth;
    struct tf_check_pending *pending = check->amounts, *rest = NULL;
    while (above > 0 && check->frames[above - 1].name != check->ubl_names.price)
        above--;
    for (struct tf_check_pending *next; pending != NULL; pending = next) {
        next = pending->next;
        bool is_mine = pending->depth == depth;
        if (is_mine && N(price_allowances) > 0)
            continue;
        if (is_mine && above == 0) {
            tf_check_fire_pending(check, pending, UBL_dt_01);
            continue;
        }
        pending->depth = is_mine ? above - 1 : pending->depth;
        pending->next = rest;
        rest = pending;
    }
    check->amounts = rest;
}

static void judge_allowance_charge(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(reasons) <= 1)
        return;
    if (N(allowance) > 0)
        FIRE(sr_30);
    else if (N(charge) > 0)
        FIRE(sr_31);
}

/* Counted for the whole document where it is the seller's or the buyer's. A scheme without ID is another than VAT. */
static void judge_party_tax_scheme(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (frame != &check->frames[3] || frame[-1].name != check->ubl_names.party)
        return;
    if (frame[-2].name == check->ubl_names.seller && N(vat_schemes) > 0)
        tf_check_add(check, check->frames, UBL_seller_vat_ids, N(company_ids));
    if (frame[-2].name == check->ubl_names.seller && N(schemes) > N(vat_schemes))
        tf_check_add(check, check->frames, UBL_seller_other_ids, N(company_ids));
    if (frame[-2].name == check->ubl_names.buyer && N(vat_schemes) > 0)
        tf_check_add(check, check->frames, UBL_buyer_vat_ids, N(company_ids));
}

static void value(struct tf_xml_check *check, const struct tf_check_frame *owner, int symbol, struct tf_str text)
{
    if (symbol == UBL_payee_names && owner != check->payee) {
        check->payee = owner;
        check->payee_names = (struct tf_check_texts){0};
    }
    tf_check_texts_add(check, symbol == UBL_payee_names ? &check->payee_names : &check->seller_names, text);
}

/* What the payee is compared with stands in its siblings, so that is decided when the document ends; any other place has no seller. */
static void judge_payee(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    bool others = N(payee_ids) - N(payee_sepa_ids) > 1;
    if (parent_of(check, frame) != check->frames) {
        FIRE(sr_19), FIRE(sr_20), FIRE(sr_21);
        check->payee = NULL;
        return;
    }
    struct tf_check_pending *pending = tf_check_pend(check, frame, 0, &check->payees);
    if (!pending)
        return;
    pending->names = N(payee_names) > 1;
    pending->ids = others;
    pending->companies = N(payee_companies) > 1;
    if (check->payee == frame)
        pending->texts = check->payee_names;
    check->payee = NULL;
}

/* XPath's a != b on two lists: there is one of either that differ. */
static bool some_differ(const struct tf_check_texts *a, const struct tf_check_texts *b)
{
    return a->count > 0 && b->count > 0 && (a->differ || b->differ || !tf_str_eq(a->first, b->first));
}

static void judge_payees(struct tf_xml_check *check)
{
    for (const struct tf_check_pending *pending = check->payees; pending != NULL; pending = pending->next) {
        bool is_other = some_differ(&pending->texts, &check->seller_names);
        if (pending->names || !is_other)
            tf_check_fire_pending(check, pending, UBL_sr_19);
        if (pending->ids || !is_other)
            tf_check_fire_pending(check, pending, UBL_sr_20);
        if (pending->companies || !is_other)
            tf_check_fire_pending(check, pending, UBL_sr_21);
    }
}

static void judge_document(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    judge_payees(check);
    if (N(versions) > 0 && N(version_2_1) == 0)
        FIRE(cr_002);
    if (N(due_dates) > 0 && !is_credit_note(check))
        FIRE(cr_412);
    if (N(document_ids_130) > 1)
        FIRE(sr_04);
    if (N(seller_vat_ids) > 1)
        FIRE(sr_12);
    if (N(seller_other_ids) > 1)
        FIRE(sr_13);
    if (N(buyer_vat_ids) > 1)
        FIRE(sr_18);
}

#define judge_none NULL
#define CONTEXT(name, where) {.form = TF_SYNTAX_CONTEXT, .judge = judge_##name, .text = where},
#define RULE(id_, severity, bound_, path) \
    {.form = TF_SYNTAX_RULE, .id = id_, .warning = TF_RULE_##severity, .bound = TF_BOUND_##bound_, .text = path},
#define COUNT(symbol_, path) {.form = TF_SYNTAX_COUNT, .symbol = UBL_##symbol_, .text = path},
#define JUDGED(symbol_, id_, severity, words) \
    {.form = TF_SYNTAX_JUDGED, .symbol = UBL_##symbol_, .id = id_, .warning = TF_RULE_##severity, .text = words},
static const struct tf_syntax_row rows[] = {
#include "ubl_rules.def"
};

const struct tf_syntax_rows tf_check_ubl_rows = {rows, sizeof(rows) / sizeof(*rows), UBL_SYMBOLS, value};

void tf_check_ubl_names(struct tf_xml_check *check)
{
    check->ubl_names.price = tf_check_name(check, "cac:Price");
    check->ubl_names.party = tf_check_name(check, "cac:Party");
    check->ubl_names.seller = tf_check_name(check, "cac:AccountingSupplierParty");
    check->ubl_names.buyer = tf_check_name(check, "cac:AccountingCustomerParty");
}
