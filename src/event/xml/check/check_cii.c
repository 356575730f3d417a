/* The rules of cii_rules.def that look at more than one count, by the artefact's pattern EN16931-CII-Syntax. */
#include "check_state.h"

enum {
    CII_NONE,
#define CONTEXT(judge, where)
#define RULE(id, severity, bound, path)
#define COUNT(symbol, path) CII_##symbol,
#define JUDGED(symbol, id, severity, words) CII_##symbol,
#include "cii_rules.def"
#undef CONTEXT
#undef RULE
#undef COUNT
#undef JUDGED
    CII_SYMBOLS
};

#define N(symbol) tf_check_count(check, frame, CII_##symbol)
#define FIRE(symbol) tf_check_fire(check, frame, CII_##symbol)

static bool is_in(const struct tf_check_frame *frame, const struct tf_xml_check *check, uint32_t name)
{
    while (frame-- > check->frames) {
        if (frame->name == name)
            return true;
    }
    return false;
}

static bool is_child_of(const struct tf_check_frame *frame, const struct tf_xml_check *check, uint32_t name)
{
    return frame > check->frames && frame[-1].name == name && frame[-1].context != 0;
}

/* CII-SR-470 is asked of the header's payment means alone, but said of each. */
static void judge_payment_means(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    bool is_transfer = N(transfers_30) + N(transfers_58) > 0;
    if (is_transfer && N(ibans) + N(accounts) == 0 && is_child_of(frame, check, check->cii_names.settlement) && frame == &check->frames[3])
        FIRE(sr_470);
}

static void judge_product(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(global_ids) > 0 && N(global_id_schemes) == 0)
        FIRE(sr_046);
    if (N(origins) > 0 && N(origin_ids) != 1)
        FIRE(sr_090);
}

static void judge_line_agreement(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    bool complete = N(indicators_false) > 0 && N(discounts) > 0, absent = N(indicators) == 0 && N(discounts) == 0;
    if (!complete && !absent)
        FIRE(sr_119);
}

static void judge_line_settlement(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(line_objects) > 1)
        FIRE(sr_474);
}

static void judge_agreement(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(buyer_ids) > 0 && N(buyer_global_ids) > 0)
        FIRE(sr_450);
    if (N(tenders) > 1)
        FIRE(sr_457);
    if (N(objects) > 1)
        FIRE(sr_458);
    if (N(seller_persons) > 0 && N(seller_departments) > 0)
        FIRE(sr_465);
    if (N(buyer_persons) > 0 && N(buyer_departments) > 0)
        FIRE(sr_466);
    if (N(supporting_names) > 1)
        FIRE(sr_475);
    if (N(supporting_files) > 1)
        FIRE(sr_476);
}

static void judge_delivery(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(ship_to_ids) > 0 && N(ship_to_global_ids) > 0)
        FIRE(sr_449);
}

static void judge_settlement(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(payee_ids) > 0 && N(payee_global_ids) > 0)
        FIRE(sr_451);
}

static void judge_document(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(settlements) > 0 && N(due_codes_differ) > 0)
        FIRE(sr_462);
    if (check->quantity && N(billed_units) == 0)
        tf_check_fire_pending(check, check->quantity, CII_dt_033);
}

/* Counted in the agreement or line settlement above, where it stands right below one. */
static void count_additional(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (is_child_of(frame, check, check->cii_names.line_settlement))
        tf_check_add(check, frame - 1, CII_line_objects, N(object_types) > 0);
    if (!is_child_of(frame, check, check->cii_names.agreement))
        return;
    tf_check_add(check, frame - 1, CII_tenders, N(type_50) > 0);
    tf_check_add(check, frame - 1, CII_objects, N(type_130) > 0);
    tf_check_add(check, frame - 1, CII_supporting_names, N(supporting_types) > 0 ? N(names) : 0);
    tf_check_add(check, frame - 1, CII_supporting_files, N(supporting_types) > 0 ? N(files) : 0);
}

static void judge_referenced_document(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    bool is_additional = frame->name == check->cii_names.additional_document;
    bool is_supporting = is_additional && N(type_916) > 0;
    if (is_additional)
        count_additional(check, frame);
    if (N(uris) > 0 && !is_supporting)
        FIRE(dt_015);
    if (N(types) > 0 && !(is_additional && N(type_50) + N(type_130) + N(type_916) > 0))
        FIRE(dt_018);
    if (N(names) > 0 && !is_supporting)
        FIRE(dt_021);
    if (N(files) > 0 && !is_supporting)
        FIRE(dt_022);
    if (N(reference_types) > 0 && !(is_additional && N(type_130) > 0))
        FIRE(dt_024);
    if (N(issue_dates) > 0 && frame->name != check->cii_names.invoice_document)
        FIRE(dt_027);
}

/* Fine as soon as the billed quantity of any line has a unit, which may show later: the first is kept. */
static void judge_quantity(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(units) > 0 && !check->quantity && tf_check_count(check, check->frames, CII_billed_units) == 0)
        (void)tf_check_pend(check, frame, 0, &check->quantity);
}

static void judge_trade_tax(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    bool in_settlement = is_in(frame, check, check->cii_names.settlement), is_applicable = frame->name == check->cii_names.trade_tax;
    if (N(tax_types) > 0 && N(tax_types_vat) == 0)
        FIRE(dt_037);
    if (N(basis_amounts) > 0 && !in_settlement)
        FIRE(dt_041);
    if (N(exemption_codes) > 0 && !is_applicable)
        FIRE(dt_052);
    if (N(exemption_reasons) > 0 && !is_applicable)
        FIRE(dt_098);
    if (N(tax_points) > 0 && !in_settlement)
        FIRE(dt_054);
    if (N(due_codes) > 0 && !in_settlement)
        FIRE(dt_058);
}

static void judge_date(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    if (N(formats_102) > 0 && N(days) == 0)
        FIRE(dt_097);
}

#define judge_none NULL
#define CONTEXT(name, where) {.form = TF_SYNTAX_CONTEXT, .judge = judge_##name, .text = where},
#define RULE(id_, severity, bound_, path) \
    {.form = TF_SYNTAX_RULE, .id = id_, .warning = TF_RULE_##severity, .bound = TF_BOUND_##bound_, .text = path},
#define COUNT(symbol_, path) {.form = TF_SYNTAX_COUNT, .symbol = CII_##symbol_, .text = path},
#define JUDGED(symbol_, id_, severity, words) \
    {.form = TF_SYNTAX_JUDGED, .symbol = CII_##symbol_, .id = id_, .warning = TF_RULE_##severity, .text = words},
static const struct tf_syntax_row rows[] = {
#include "cii_rules.def"
};

const struct tf_syntax_rows tf_check_cii_rows = {rows, sizeof(rows) / sizeof(*rows), CII_SYMBOLS, NULL};

void tf_check_cii_names(struct tf_xml_check *check)
{
    check->cii_names.additional_document = tf_check_name(check, "ram:AdditionalReferencedDocument");
    check->cii_names.invoice_document = tf_check_name(check, "ram:InvoiceReferencedDocument");
    check->cii_names.trade_tax = tf_check_name(check, "ram:ApplicableTradeTax");
    check->cii_names.settlement = tf_check_name(check, "ram:ApplicableHeaderTradeSettlement");
    check->cii_names.agreement = tf_check_name(check, "ram:ApplicableHeaderTradeAgreement");
    check->cii_names.line_settlement = tf_check_name(check, "ram:SpecifiedLineTradeSettlement");
}
