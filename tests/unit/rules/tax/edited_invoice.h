/*
 * A valid invoice and small edits to it, so that a test case is one row: "totals.gross=216.56; lines[0].vat.rate=-".
 *
 * An edit is PATH=VALUE with the JSON names of a record. VALUE is a text or an amount; "-" takes the member away, "{}" leaves an
 * empty group, "[]" an empty list. An index one past the end appends an element. Edits are separated by "; ".
 */
#ifndef TAXFLOW_TESTS_EDITED_INVOICE_H
#define TAXFLOW_TESTS_EDITED_INVOICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "edited_fields.h"
#include "taxflow/arena.h"
#include "taxflow/clock.h"
#include "taxflow/tax.h"

enum { EDITED_LIST_MAX = 40, EDITED_ARENA_BYTES = 1 << 20 };

struct edited_list {
    void *items;
    size_t count;
    bool present;
};

/* Every group of the model begins with its `present`, or has none (identifiers). */
static inline void edited_put_group(struct tf_arena *arena, const struct edited_field *field, void *place, struct tf_str value)
{
    (void)arena;
    memset(place, 0, field->size);
    if (field->of != edited_id)
        *(bool *)place = tf_str_is(value, "{}");
}

static inline void edited_put(struct tf_arena *arena, const struct edited_field *field, void *place, struct tf_str value)
{
    const bool absent = tf_str_is(value, "-");
    if (field->type == EDITED_GROUP) {
        edited_put_group(arena, field, place, value);
    } else if (field->type == EDITED_LIST) {
        struct edited_list *list = place;
        list->count = 0;
        list->present = !absent;
    } else if (field->type == EDITED_DATE) {
        struct tf_date *date = place;
        *date = (struct tf_date){.text = absent ? TF_STR_NONE : tf_arena_dup(arena, value)};
        if (!absent && !tf_clock_parse_date(tf_str_trim(value), &date->days))
            date->days = TF_DATE_UNKNOWN;
    } else if (field->type == EDITED_KIND) {
        assert_true(tf_str_is(value, "credit_note")); /* edited_judge looks for it */
    } else if (field->type == EDITED_COUNT) {
        assert_true(tf_str_to_u64(value, UINT64_MAX, place));
    } else if (field->type == EDITED_SYNTAX) {
        *(enum tf_syntax *)place = tf_str_is(value, "cii") ? TF_SYNTAX_CII : tf_str_is(value, "ubl") ? TF_SYNTAX_UBL : TF_SYNTAX_JSON;
    } else if (field->type == EDITED_TEXT) {
        *(struct tf_str *)place = absent ? TF_STR_NONE : tf_arena_dup(arena, value);
    } else {
        struct tf_amount *amount = place;
        memset(amount, 0, sizeof(*amount));
        amount->text = absent ? TF_STR_NONE : tf_arena_dup(arena, value);
        if (!absent)
            assert_int_equal(tf_money_parse(value, &amount->value), TF_OK);
    }
}

static inline void *edited_element(struct tf_arena *arena, const struct edited_field *field, struct edited_list *list, size_t index)
{
    if (!list->items)
        list->items = tf_arena_calloc(arena, EDITED_LIST_MAX, field->size);
    assert_true(index <= list->count && index < EDITED_LIST_MAX);
    if (index == list->count) {
        memset((char *)list->items + index * field->size, 0, field->size);
        list->count++;
        list->present = true;
    }
    return (char *)list->items + index * field->size;
}

static inline const struct edited_field *edited_find(const struct edited_field *fields, const char *name, size_t len)
{
    for (; fields->name; fields++)
        if (strlen(fields->name) == len && memcmp(fields->name, name, len) == 0)
            return fields;
    fail_msg("an edit names an unknown member: %.*s", (int)len, name);
    return NULL;
}

/* One edit, PATH=VALUE, on a struct whose members are `fields`. */
static inline void edited_one(struct tf_arena *arena, const struct edited_field *fields, void *owner, const char *edit, size_t len)
{
    const char *end = edit + len;
    for (;;) {
        const size_t name = strcspn(edit, ".[=");
        const struct edited_field *field = edited_find(fields, edit, name);
        void *place = (char *)owner + field->offset;
        edit += name;
        if (*edit == '[') {
            char *rest;
            place = edited_element(arena, field, place, strtoul(edit + 1, &rest, 10));
            edit = rest + 1;
        }
        if (*edit == '=') {
            edited_put(arena, field, place, (struct tf_str){edit + 1, (size_t)(end - edit - 1)});
            return;
        }
        if (field->type == EDITED_GROUP && field->of != edited_id)
            *(bool *)place = true; /* who has a member is there */
        fields = field->of;
        owner = place;
        edit++;
    }
}

static inline void edited_apply(struct tf_arena *arena, struct tf_invoice *invoice, const char *edits)
{
    while (*edits) {
        const char *end = strstr(edits, "; ");
        const size_t len = end ? (size_t)(end - edits) : strlen(edits);
        if (len == 3 && strncmp(edits, "cii", len) == 0)
            invoice->syntax = TF_SYNTAX_CII;
        else
            edited_one(arena, edited_invoice, invoice, edits, len);
        edits += len + (end ? 2 : 0);
    }
}

/* Two lines, two rates and two categories without tax, each with a line; an allowance and a charge of each category. */
#define EDITED_BASE \
    "process={}; process.specification=urn:cen.eu:en16931:2017; number=R-1; issue_date=2026-11-23; type_code=380; " \
    "currency=EUR; due_date=2026-12-23; seller={}; seller.name=Seller; seller.vat_id=DE123456788; seller.address={}; " \
    "seller.address.country=DE; buyer={}; buyer.name=Buyer; buyer.address={}; buyer.address.country=FR; " \
    "lines[0].id=1; lines[0].quantity=1; lines[0].unit=C62; lines[0].net=100.00; lines[0].price.net=100; " \
    "lines[0].item.name=A; lines[0].vat.category=S; lines[0].vat.rate=19; lines[1].id=2; lines[1].quantity=1; " \
    "lines[1].unit=C62; lines[1].net=50.00; lines[1].price.net=50; lines[1].item.name=B; lines[1].vat.category=S; " \
    "lines[1].vat.rate=7; lines[2].id=3; lines[2].quantity=1; lines[2].unit=C62; lines[2].net=20.00; " \
    "lines[2].price.net=20; lines[2].item.name=C; lines[2].vat.category=Z; lines[2].vat.rate=0; lines[3].id=4; " \
    "lines[3].quantity=1; lines[3].unit=C62; lines[3].net=30.00; lines[3].price.net=30; lines[3].item.name=D; " \
    "lines[3].vat.category=E; lines[3].vat.rate=0; allowances[0].amount=10.00; allowances[0].vat_category=S; " \
    "allowances[0].reason=R; allowances[0].vat_rate=19; allowances[1].amount=2.00; allowances[1].vat_category=Z; " \
    "allowances[1].reason=R; allowances[1].vat_rate=0; allowances[2].amount=3.00; allowances[2].vat_category=E; " \
    "allowances[2].reason=R; allowances[2].vat_rate=0; charges[0].amount=5.00; charges[0].vat_category=S; " \
    "charges[0].reason=R; charges[0].vat_rate=19; charges[1].amount=1.00; charges[1].vat_category=Z; " \
    "charges[1].reason=R; charges[1].vat_rate=0; charges[2].amount=4.00; charges[2].vat_category=E; " \
    "charges[2].reason=R; charges[2].vat_rate=0; vat_breakdown[0].category=S; vat_breakdown[0].rate=19; " \
    "vat_breakdown[0].taxable=95.00; vat_breakdown[0].tax=18.05; vat_breakdown[1].category=S; " \
    "vat_breakdown[1].rate=7; vat_breakdown[1].taxable=50.00; vat_breakdown[1].tax=3.50; " \
    "vat_breakdown[2].category=Z; vat_breakdown[2].rate=0; vat_breakdown[2].taxable=19.00; " \
    "vat_breakdown[2].tax=0.00; vat_breakdown[3].category=E; vat_breakdown[3].rate=0; " \
    "vat_breakdown[3].taxable=31.00; vat_breakdown[3].tax=0.00; vat_breakdown[3].exemption_reason=Exempt; totals={}; " \
    "totals.line_net=200.00; totals.allowances=15.00; totals.charges=10.00; totals.net=195.00; totals.vat=21.55; " \
    "totals.gross=216.55; totals.prepaid=16.55; totals.due=200.00"

/* What the reader of records does with totals.vat and totals.vat_accounting where no vat_totals are written. */
static inline void edited_make_vat_totals(struct tf_arena *arena, struct tf_invoice *invoice)
{
    if (invoice->vat_totals.present)
        return;
    struct tf_vat_total *totals = TF_ARENA_ARRAY(arena, struct tf_vat_total, 2);
    if (tf_amount_present(invoice->totals.vat)) {
        totals[0].amount = invoice->totals.vat;
        totals[0].currency = invoice->currency;
        totals[0].has_breakdown = invoice->vat_breakdown.count > 0;
        totals[0].breakdown.items = invoice->vat_breakdown.items;
        totals[0].breakdown.count = invoice->vat_breakdown.count;
        invoice->vat_totals.count++;
    }
    if (tf_amount_present(invoice->totals.vat_accounting)) {
        totals[invoice->vat_totals.count].amount = invoice->totals.vat_accounting;
        totals[invoice->vat_totals.count++].currency = invoice->vat_currency;
    }
    invoice->vat_totals.items = totals;
}

static inline struct tf_invoice *edited_make(struct tf_arena *arena, const char *edits)
{
    struct tf_invoice *invoice = TF_ARENA_NEW(arena, struct tf_invoice);
    assert_non_null(invoice);
    edited_apply(arena, invoice, EDITED_BASE);
    edited_apply(arena, invoice, edits);
    edited_make_vat_totals(arena, invoice);
    for (size_t i = 0; i < invoice->vat_totals.count; i++)
        invoice->vat_totals.items[i].has_breakdown = invoice->vat_totals.items[i].breakdown.count > 0;
    return invoice;
}

/* The lists that the build carries, read once. */
static inline const struct tf_code_lists *edited_code_lists(void)
{
    static struct tf_code_lists *lists;
    struct tf_fault fault = {0};
    if (!lists && tf_code_lists_parse(tf_code_lists_builtin_text(), "built in", &lists, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return lists;
}

static inline enum tf_err edited_judge_event(const struct tf_event *event, struct tf_arena *arena, struct tf_tax_options options,
                                             struct tf_tax_verdict **ret_verdict)
{
    options.code_lists = edited_code_lists();
    return tf_tax_judge(&options, event, arena, ret_verdict);
}

/* The verdict on the base invoice with the edits. */
static inline struct tf_tax_verdict *edited_judge(struct tf_arena *arena, const char *edits, struct tf_tax_options options)
{
    struct tf_event event = {.kind = strstr(edits, "kind=credit_note") ? TF_KIND_CREDIT_NOTE : TF_KIND_INVOICE, .as.invoice = edited_make(arena, edits)};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, arena, options, &verdict), TF_OK);
    assert_non_null(verdict);
    return verdict;
}

#endif
