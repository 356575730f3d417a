#include "schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct loaded {
    struct tf_xml_names *names;
    struct tf_schema *ubl, *cii;
};

static int setup(void **state)
{
    static struct loaded l;
    l.names = tf_xml_names_create();
    assert_non_null(l.names);
    l.ubl = tf_schema_create(TF_SYNTAX_UBL, l.names);
    l.cii = tf_schema_create(TF_SYNTAX_CII, l.names);
    assert_true(l.ubl && l.cii);
    *state = &l;
    return 0;
}

static int teardown(void **state)
{
    struct loaded *l = *state;
    tf_schema_destroy(l->ubl);
    tf_schema_destroy(l->cii);
    tf_xml_names_destroy(l->names);
    return 0;
}

static uint32_t name_of(struct loaded *l, const char *name)
{
    return tf_xml_names_add_prefixed(l->names, tf_schema_prefixes, tf_str_of(name));
}

static const struct tf_schema_child *child_of(struct loaded *l, const struct tf_schema *schema, const char *type, const char *name)
{
    uint16_t of = tf_schema_type_named(schema, tf_str_of(type));
    assert_int_not_equal(of, TF_SCHEMA_OPEN);
    uint32_t place = tf_schema_place(schema, of, name_of(l, name));
    return place > 0 ? &schema->children[schema->types[of].first + place - 1] : NULL;
}

static void a_child_has_its_place_and_count(void **state)
{
    struct loaded *l = *state;
    const struct tf_schema_child *id = child_of(l, l->ubl, "Invoice", "cbc:ID"), *line = child_of(l, l->ubl, "Invoice", "cac:InvoiceLine");
    const struct tf_schema_child *note = child_of(l, l->ubl, "Invoice", "cbc:Note");
    assert_true(id < note && note < line);
    assert_true(id->required && !id->repeats);
    assert_true(!note->required && note->repeats);
    assert_true(line->required && line->repeats);
    assert_null(child_of(l, l->ubl, "Invoice", "cac:CreditNoteLine"));
    /* One name, two types, by the place where it stands. */
    assert_int_not_equal(child_of(l, l->cii, "ExchangedDocument", "ram:TypeCode")->type, child_of(l, l->cii, "TradeTax", "ram:TypeCode")->type);
}

static void required_children_are_linked(void **state)
{
    struct loaded *l = *state;
    const struct tf_schema *schemas[] = {l->ubl, l->cii};
    for (size_t s = 0; s < 2; s++) {
        for (uint16_t t = 1; t < schemas[s]->types_count; t++) {
            const struct tf_schema_type *type = &schemas[s]->types[t];
            const struct tf_schema_child *children = &schemas[s]->children[type->first];
            uint16_t next = type->first_required;
            for (uint16_t place = 1; type->form != TF_SCHEMA_BASIC && place <= type->count; place++) {
                assert_true(children[place - 1].required == (place == next));
                next = place == next ? children[place - 1].next_required : next;
            }
        }
    }
}

static void an_attribute_says_what_it_must_be(void **state)
{
    struct loaded *l = *state;
    const struct tf_schema_type *amount = &l->ubl->types[tf_schema_type_named(l->ubl, TF_STR("Amount"))];
    const struct tf_schema_type *currency = &l->cii->types[tf_schema_type_named(l->cii, TF_STR("CurrencyCode"))];
    bool required = false, fixed = false;
    for (uint16_t i = 0; i < amount->count; i++) {
        const struct tf_schema_attribute *row = &l->ubl->attributes[amount->first + i];
        required = required || (row->name == name_of(l, "@currencyID") && row->required);
    }
    for (uint16_t i = 0; i < currency->count; i++) {
        const struct tf_schema_attribute *row = &l->cii->attributes[currency->first + i];
        fixed = fixed || (row->name == name_of(l, "@listID") && tf_str_is(row->fixed, "ISO 4217 3A"));
    }
    assert_int_equal(amount->kind, TF_LEXICAL_decimal);
    assert_true(required && fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_has_its_place_and_count),
        cmocka_unit_test(required_children_are_linked),
        cmocka_unit_test(an_attribute_says_what_it_must_be),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
