/* Clean vehicles (CVD): invoices about vehicles that a public buyer procures by Directive (EU) 2019/1161. */
#include "xrechnung.h"

static const struct tf_str classification = {"CVD", 3}, attribute = {"cva", 3};

static bool is_one_of(struct tf_str text, const char *const *words, size_t count)
{
    text = tf_str_trim(text);
    for (size_t i = 0; i < count; i++)
        if (tf_str_is(text, words[i]))
            return true;
    return false;
}

static size_t count_classes(const struct tf_line *line)
{
    size_t count = 0;
    for (size_t i = 0; i < line->item.class_ids.count; i++)
        count += tf_str_eq(line->item.class_ids.items[i].list, classification);
    return count;
}

static size_t count_attributes(const struct tf_line *line)
{
    size_t count = 0;
    for (size_t i = 0; i < line->item.attributes.count; i++)
        count += tf_str_eq(line->item.attributes.items[i].name, attribute);
    return count;
}

/* The artefact finds a blank scheme between the two lists that it has joined. */
static void judge_class(struct tf_case *c, const struct tf_class_id *class_id, struct tf_spot spot)
{
    static const char *const vehicles[] = {"M1", "M2", "M3", "N1", "N2", "N3"};
    const struct tf_str list = tf_str_trim(class_id->list);
    spot.bt = "BT-158";
    tf_case_check(c, TF_RULE_BR_TMP_CVD_01, (list.len == 0 && !c->strict) || tf_str_eq(list, classification) || tf_code_lists_has(c->lists, TF_CODES_ITEM_CLASS, c->day, list),
        spot);
    if (tf_str_eq(list, classification))
        tf_case_check(c, TF_RULE_BR_DE_CVD_04, is_one_of(class_id->id, vehicles, sizeof(vehicles) / sizeof(vehicles[0])), spot);
}

static void judge_line(struct tf_case *c, size_t i)
{
    static const char *const words[] = {"clean", "zero-emission", "other"};
    const struct tf_line *line = &c->invoice->lines.items[i];
    const size_t classes = count_classes(line), attributes = count_attributes(line);
    const struct tf_spot item = {.list = "lines", .index = i, .term = "item", .bt = "BT-160"};
    if (classes > 0)
        tf_case_check(c, TF_RULE_BR_DE_CVD_06_A, attributes == 1, item);
    if (attributes > 0)
        tf_case_check(c, TF_RULE_BR_DE_CVD_06_B, classes == 1, item);
    for (size_t j = 0; j < line->item.class_ids.count; j++)
        judge_class(c, &line->item.class_ids.items[j],
                    (struct tf_spot){.list = "lines", .index = i, .sublist = "item.class_ids", .subindex = j});
    for (size_t j = 0; j < line->item.attributes.count; j++)
        if (tf_str_eq(line->item.attributes.items[j].name, attribute))
            tf_case_check(c, TF_RULE_BR_DE_CVD_05, is_one_of(line->item.attributes.items[j].value, words, sizeof(words) / sizeof(words[0])),
                (struct tf_spot){
                    .list = "lines", .index = i, .sublist = "item.attributes", .subindex = j, .term = "value", .bt = "BT-161"});
}

void tf_xrechnung_judge_vehicles(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    bool any = false;
    for (size_t i = 0; i < invoice->lines.count; i++) {
        judge_line(c, i);
        any |= count_classes(&invoice->lines.items[i]) > 0 && count_attributes(&invoice->lines.items[i]) > 0;
    }
    tf_case_check(c, TF_RULE_BR_DE_CVD_03, any, (struct tf_spot){.term = "lines", .bt = "BG-25"});
    if (invoice->syntax == TF_SYNTAX_CII && !invoice->seller.present && !invoice->buyer.present)
        return; /* CII asks where its group of the agreement is */
    tf_case_check(c, TF_RULE_BR_DE_CVD_01, !tf_str_blank(invoice->contract_ref), (struct tf_spot){.term = "contract_ref", .bt = "BT-12"});
    tf_case_check(c, TF_RULE_BR_DE_CVD_02, !tf_str_blank(invoice->tender_ref), (struct tf_spot){.term = "tender_ref", .bt = "BT-17"});
}
