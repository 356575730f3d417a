#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/taxid.h"

static const struct sample {
    const char *country, *kind, *valid, *written, *wrong;
    enum tf_taxid why;
    const char *wrong_too;
    enum tf_taxid why_too;
} samples[] = {
#define SAMPLE(country, kind, valid, written, wrong, why, wrong_too, why_too)                                                                        \
    {country, kind, valid, written, wrong, TF_TAXID_##why, wrong_too, TF_TAXID_##why_too},
#include "taxid_samples.def"
#undef SAMPLE
};

static enum tf_taxid check(const char *country, const char *kind, const char *number)
{
    return tf_taxid_check(tf_str_of(country), tf_str_of(kind), tf_str_of(number));
}

static void expect(const struct sample *sample, const char *number, enum tf_taxid wanted)
{
    enum tf_taxid result = check(sample->country, sample->kind, number);
    if (result != wanted)
        fail_msg("%s %s %s: %s, not %s", sample->country, sample->kind, number, tf_taxid_reason(result), tf_taxid_reason(wanted));
}

static void test_each_kind_has_its_samples(void **state)
{
    (void)state;
    size_t count = 0;
    const struct tf_taxid_name *names = tf_taxid_names(&count);
    assert_int_equal(count, sizeof samples / sizeof samples[0]);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(names[i].country, samples[i].country);
        assert_string_equal(names[i].kind, samples[i].kind);
    }
}

static void test_names_are_in_order(void **state)
{
    (void)state;
    size_t count = 0;
    const struct tf_taxid_name *names = tf_taxid_names(&count);
    for (size_t i = 1; i < count; i++) {
        int by_country = strcmp(names[i - 1].country, names[i].country);
        assert_true(by_country < 0 || (by_country == 0 && strcmp(names[i - 1].kind, names[i].kind) < 0));
    }
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        expect(&samples[i], samples[i].valid, TF_TAXID_VALID);
        expect(&samples[i], samples[i].written, TF_TAXID_VALID);
        expect(&samples[i], samples[i].wrong, samples[i].why);
        expect(&samples[i], samples[i].wrong_too, samples[i].why_too);
        expect(&samples[i], "", check(samples[i].country, samples[i].kind, " "));
        assert_int_not_equal(check(samples[i].country, samples[i].kind, ""), TF_TAXID_VALID);
    }
}

/* Numbers that go another way through their kind than its sample does. */
static void test_other_forms(void **state)
{
    (void)state;
    static const struct {
        const char *country, *kind, *number;
        enum tf_taxid wanted;
    } cases[] = {
        {"AU", "abn", "10059779312", TF_TAXID_CHECKSUM},
        {"BE", "vat", "(0)476.373.433", TF_TAXID_VALID},
        {"BE", "vat", "476373433", TF_TAXID_VALID},
        {"BE", "vat", "2476373433", TF_TAXID_COMPONENT},
        {"BG", "vat", "175074752", TF_TAXID_VALID},
        {"BR", "cnpj", "12.ABC.345/01DE-35", TF_TAXID_VALID},
        {"BY", "unp", "УНП МА1953684", TF_TAXID_VALID},
        {"BY", "unp", "1A1953684", TF_TAXID_FORMAT},
        {"CY", "vat", "12046242X", TF_TAXID_COMPONENT},
        {"CZ", "vat", "25123891", TF_TAXID_VALID},
        {"CZ", "vat", "640903926", TF_TAXID_VALID},
        {"CZ", "vat", "7103192745", TF_TAXID_VALID},
        {"CZ", "vat", "540219123", TF_TAXID_LENGTH},
        {"DE", "stnr", "5133081508159", TF_TAXID_VALID},
        {"DE", "stnr", "5133181508159", TF_TAXID_FORMAT},
        {"DO", "rnc", "1-02-33318", TF_TAXID_LENGTH},
        {"DO", "rnc", "10233317", TF_TAXID_VALID},
        {"EG", "tn", "٣٤٧-٤٠٤-٨٤٧", TF_TAXID_VALID},
        {"EG", "tn", "۳۴۷۴۰۴۸۴۷", TF_TAXID_VALID},
        {"ES", "nif", "X2482300W", TF_TAXID_VALID},
        {"ES", "nif", "54362315K", TF_TAXID_VALID},
        {"ES", "nif", "K0867756N", TF_TAXID_VALID},
        {"FR", "vat", "K7399859412", TF_TAXID_VALID},
        {"FR", "siret", "35600000000048", TF_TAXID_VALID},
        {"GB", "vat", "GB 980 7806 84", TF_TAXID_VALID},
        {"GB", "vat", "980780684001", TF_TAXID_VALID},
        {"GB", "vat", "GD500", TF_TAXID_COMPONENT},
        {"GB", "vat", "HA888856782", TF_TAXID_VALID},
        {"ID", "npwp", "1212020110101000", TF_TAXID_VALID},
        {"ID", "npwp", "1212027210101000", TF_TAXID_COMPONENT},
        {"IE", "vat", "8D79739I", TF_TAXID_VALID},
        {"IE", "vat", "6433435OA", TF_TAXID_VALID},
        {"IT", "codicefiscale", "00545110157", TF_TAXID_VALID},
        {"IT", "vat", "00000000018", TF_TAXID_FORMAT},
        {"LT", "vat", "119511515", TF_TAXID_VALID},
        {"LV", "vat", "161175-19997", TF_TAXID_VALID},
        {"LV", "vat", "161375-19997", TF_TAXID_COMPONENT},
        {"MX", "rfc", "BAÑ530613R66", TF_TAXID_VALID},
        {"MX", "rfc", "CACA580710NF7", TF_TAXID_COMPONENT},
        {"MX", "rfc", "GODE561231", TF_TAXID_VALID},
        {"NL", "vat", "NL123456789B13", TF_TAXID_VALID},
        {"NL", "vat", "004495445B01", TF_TAXID_VALID},
        {"PL", "regon", "12345678512347", TF_TAXID_VALID},
        {"RO", "vat", "1630615123457", TF_TAXID_VALID},
        {"RU", "inn", "123456789047", TF_TAXID_VALID},
        {"SG", "uen", "197401143C", TF_TAXID_VALID},
        {"SG", "uen", "S16FC0121D", TF_TAXID_VALID},
        {"SG", "uen", "T01AA0001A", TF_TAXID_COMPONENT},
        {"TN", "mf", "1282182/W", TF_TAXID_VALID},
        {"TN", "mf", "121J", TF_TAXID_VALID},
        {"UA", "edrpou", "00022680", TF_TAXID_VALID},
        {"US", "tin", "P12345678", TF_TAXID_VALID},
        {"US", "ssn", "078-05-1120", TF_TAXID_COMPONENT},
        {"VN", "mst", "0314409058-000", TF_TAXID_COMPONENT},
        {"ZZ", "iban", "ES9121000418450200051332", TF_TAXID_VALID},
        {"ZZ", "iban", "NO9386011117947", TF_TAXID_VALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(&(struct sample){.country = cases[i].country, .kind = cases[i].kind}, cases[i].number, cases[i].wanted);
}

static void test_kinds_that_are_none(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"QQ", "vat"}, {"DE", "vats"}, {"DE", ""}, {"", "vat"}, {"D", "vat"}, {"DEU", "vat"}, {"DE", "a kind of a name that has no end"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(check(names[i][0], names[i][1], "DE136695976"), TF_TAXID_UNKNOWN);
    assert_int_equal(check("de", "VAT", "DE136695976"), TF_TAXID_VALID);
}

static void test_vat_by_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        enum tf_taxid wanted;
    } cases[] = {
        {"DE136695976", TF_TAXID_VALID},
        {"DE136695978", TF_TAXID_CHECKSUM},
        {"de 136 695 976", TF_TAXID_VALID},
        {" EL094259216", TF_TAXID_VALID},
        {"GR094259216", TF_TAXID_VALID},
        {"XI980780684", TF_TAXID_VALID},
        {"GB980780684", TF_TAXID_VALID},
        {"NO995535238MVA", TF_TAXID_VALID},
        {"NO995535238", TF_TAXID_VALID},
        {"NO995535239", TF_TAXID_FORMAT},
        {"CHE105047268MWST", TF_TAXID_VALID},
        {"CHE-105.047.268", TF_TAXID_VALID},
        {"CHE105047269MWST", TF_TAXID_CHECKSUM},
        {"EU372022452", TF_TAXID_VALID},
        {"IM3720000224", TF_TAXID_VALID},
        {"RS369124702", TF_TAXID_VALID},
        {"MK4001991126091", TF_TAXID_VALID},
        {"US042103594", TF_TAXID_UNKNOWN},
        {"136695976", TF_TAXID_UNKNOWN},
        {"", TF_TAXID_UNKNOWN},
        {"D", TF_TAXID_UNKNOWN},
        {"FR83439833849", TF_TAXID_VALID},
        {"ATU56098984", TF_TAXID_VALID},
        {"AT56098984", TF_TAXID_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (tf_taxid_check_vat(tf_str_of(cases[i].number)) != cases[i].wanted)
            fail_msg("%s: %s, not %s", cases[i].number, tf_taxid_reason(tf_taxid_check_vat(tf_str_of(cases[i].number))),
                     tf_taxid_reason(cases[i].wanted));
    assert_int_equal(tf_taxid_check_vat(TF_STR_NONE), TF_TAXID_UNKNOWN);
}

static void test_numbers_of_a_year_to_come(void **state)
{
    (void)state;
    struct tf_str sg = TF_STR("SG"), uen = TF_STR("uen"), company = TF_STR("202933273R");
    assert_int_equal(tf_taxid_check_until(2026, sg, uen, company), TF_TAXID_COMPONENT);
    assert_int_equal(tf_taxid_check_until(2029, sg, uen, company), TF_TAXID_VALID);
    assert_int_equal(tf_taxid_check(sg, uen, company), TF_TAXID_VALID);
}

static void test_characters_that_look_like_others(void **state)
{
    (void)state;
    assert_int_equal(check("DE", "vat", "DE\u00A0136\u2013695\u2014976"), TF_TAXID_VALID);
    assert_int_equal(check("DE", "vat", "\uFF11\uFF13\uFF16\uFF16\uFF19\uFF15\uFF19\uFF17\uFF16"), TF_TAXID_VALID);
    assert_int_equal(check("DE", "vat", "13669597\u00E9"), TF_TAXID_FORMAT);
    assert_int_equal(check("DE", "vat", "136695976\xFF"), TF_TAXID_FORMAT);
}

static void test_what_is_far_too_long(void **state)
{
    (void)state;
    char number[300];
    memset(number, '1', sizeof number);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        assert_int_equal(tf_taxid_check(tf_str_of(samples[i].country), tf_str_of(samples[i].kind), (struct tf_str){number, sizeof number}),
                         TF_TAXID_LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_has_its_samples),
        cmocka_unit_test(test_names_are_in_order),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_other_forms),
        cmocka_unit_test(test_kinds_that_are_none),
        cmocka_unit_test(test_vat_by_prefix),
        cmocka_unit_test(test_numbers_of_a_year_to_come),
        cmocka_unit_test(test_characters_that_look_like_others),
        cmocka_unit_test(test_what_is_far_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
