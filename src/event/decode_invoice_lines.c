#include "decode_invoice.h"

#define SIZE_OF(type, member) sizeof(((type *)0)->member)
#define PRESENT_IN(type, group) (offsetof(type, group.present) - offsetof(type, group))

static const struct tf_decode_row allowance_rows[] = {
    TF_ROW(DECIMAL, struct tf_allowance, amount),   /* BT-136 BT-141 */
    TF_ROW(DECIMAL, struct tf_allowance, base),     /* BT-137 BT-142 */
    TF_ROW(DECIMAL, struct tf_allowance, percent),  /* BT-138 BT-143 */
    TF_ROW(TEXT, struct tf_allowance, reason),      /* BT-139 BT-144 */
    TF_ROW(TEXT, struct tf_allowance, reason_code), /* BT-140 BT-145 */
    TF_ROW(TEXT, struct tf_allowance, vat_category),
    TF_ROW(DECIMAL, struct tf_allowance, vat_rate),
    TF_ROW(TEXT, struct tf_allowance, vat_scheme),
};
static const struct tf_decode_shape allowance_shape =
    TF_SHAPE(allowance_rows, sizeof(struct tf_allowance), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row price_rows[] = {
    TF_ROW_IN(DECIMAL, struct tf_line, price, base_quantity), /* BT-149 */
    TF_ROW_IN(TEXT, struct tf_line, price, base_unit),        /* BT-150 */
    TF_ROW_IN(DECIMAL, struct tf_line, price, discount),      /* BT-147 */
    TF_ROW_IN(DECIMAL, struct tf_line, price, gross),         /* BT-148 */
    TF_ROW_IN(DECIMAL, struct tf_line, price, net),           /* BT-146 */
};
static const struct tf_decode_shape price_shape =
    TF_SHAPE(price_rows, SIZE_OF(struct tf_line, price), PRESENT_IN(struct tf_line, price), false);

static const struct tf_decode_row vat_rows[] = {
    TF_ROW_IN(TEXT, struct tf_line, vat, category), /* BT-151 */
    TF_ROW_IN(DECIMAL, struct tf_line, vat, rate),  /* BT-152 */
    TF_ROW_IN(TEXT, struct tf_line, vat, scheme),
};
static const struct tf_decode_shape vat_shape =
    TF_SHAPE(vat_rows, SIZE_OF(struct tf_line, vat), PRESENT_IN(struct tf_line, vat), false);

static const struct tf_decode_row attribute_rows[] = {
    TF_ROW(TEXT, struct tf_item_attribute, name),  /* BT-160 */
    TF_ROW(TEXT, struct tf_item_attribute, value), /* BT-161 */
};
static const struct tf_decode_shape attribute_shape =
    TF_SHAPE(attribute_rows, sizeof(struct tf_item_attribute), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row class_rows[] = {
    TF_ROW(TEXT, struct tf_class_id, id), /* BT-158 with its list and the list's version */
    TF_ROW(TEXT, struct tf_class_id, list),
    TF_ROW(TEXT, struct tf_class_id, version),
};
static const struct tf_decode_shape class_shape = TF_SHAPE(class_rows, sizeof(struct tf_class_id), TF_DECODE_NO_PRESENT, true);

#define TF_ITEM_ROW(kind, member, limit, shape) \
    TF_DECODE_ROW(kind, #member, offsetof(struct tf_line, item.member) - offsetof(struct tf_line, item), limit, &(shape))

static const struct tf_decode_row item_rows[] = {
    TF_ITEM_ROW(LIST, attributes, TF_EVENT_LIST_MAX, attribute_shape),       /* BG-32 */
    TF_ROW_IN(TEXT, struct tf_line, item, buyer_id),                         /* BT-156 */
    TF_ITEM_ROW(LIST, class_ids, TF_EVENT_LIST_MAX, class_shape),            /* BT-158 */
    TF_ROW_IN(TEXT, struct tf_line, item, description),                      /* BT-154 */
    TF_ROW_IN(TEXT, struct tf_line, item, name),                             /* BT-153 */
    TF_ROW_IN(TEXT, struct tf_line, item, origin_country),                   /* BT-159 */
    TF_ROW_IN(TEXT, struct tf_line, item, seller_id),                        /* BT-155 */
    TF_ITEM_ROW(GROUP, standard_id, 0, tf_decode_invoice_id_shape),          /* BT-157 */
};
static const struct tf_decode_shape item_shape =
    TF_SHAPE(item_rows, SIZE_OF(struct tf_line, item), PRESENT_IN(struct tf_line, item), false);

static const struct tf_decode_row line_rows[] = {
    TF_ROW(TEXT, struct tf_line, accounting_ref),                                  /* BT-133 */
    TF_ROW_LIST(struct tf_line, allowances, TF_EVENT_LIST_MAX, allowance_shape),   /* BG-27 */
    TF_ROW_LIST(struct tf_line, charges, TF_EVENT_LIST_MAX, allowance_shape),      /* BG-28 */
    TF_ROW(TEXT, struct tf_line, id),                                              /* BT-126 */
    TF_ROW_GROUP(struct tf_line, item, item_shape),                                /* BG-31 */
    TF_ROW(DECIMAL, struct tf_line, net),                                          /* BT-131 */
    TF_ROW(TEXT, struct tf_line, note),                                            /* BT-127 */
    TF_ROW_GROUP(struct tf_line, object_id, tf_decode_invoice_id_shape),           /* BT-128 */
    TF_ROW(TEXT, struct tf_line, order_line_ref),                                  /* BT-132 */
    TF_ROW_GROUP(struct tf_line, period, tf_decode_invoice_period_shape),          /* BG-26 */
    TF_ROW_GROUP(struct tf_line, price, price_shape),                              /* BG-29 */
    TF_ROW(DECIMAL, struct tf_line, quantity),                                     /* BT-129 */
    TF_ROW(TEXT, struct tf_line, unit),                                            /* BT-130 */
    TF_ROW_GROUP(struct tf_line, vat, vat_shape),                                  /* BG-30 */
    TF_ROW_LIST(struct tf_line, vat_breakdown, TF_EVENT_LIST_MAX, tf_decode_invoice_breakdown_shape),
};
const struct tf_decode_shape tf_decode_invoice_line_shape =
    TF_SHAPE(line_rows, sizeof(struct tf_line), TF_DECODE_NO_PRESENT, false);
