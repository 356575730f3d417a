#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/ids.h"

struct sample {
    const char *text;
    enum tf_taxid result;
};

#define EACH(check, samples)                                                                                                                         \
    for (size_t i = 0; i < sizeof(samples) / sizeof((samples)[0]); i++)                                                                              \
    assert_int_equal(check(tf_str_of((samples)[i].text)), (samples)[i].result)

static void test_iban(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"DE89370400440532013000", TF_TAXID_VALID},
        {"de89 3704 0044 0532 0130 00", TF_TAXID_VALID},
        {"GB29 NWBK 6016 1331 9268 19", TF_TAXID_VALID},
        {"MT84MALT011000012345MTLCAST001S", TF_TAXID_VALID},
        {"NO9386011117947", TF_TAXID_VALID},
        {"DE88370400440532013000", TF_TAXID_CHECKSUM},
        {"DE8937040044053201300", TF_TAXID_LENGTH},
        {"DE893704004405320130000", TF_TAXID_LENGTH},
        {"DE", TF_TAXID_LENGTH},
        {"", TF_TAXID_LENGTH},
        {"ZZ89370400440532013000", TF_TAXID_COMPONENT},
        {"DE89 3704 0044 0532 0130 0!", TF_TAXID_FORMAT},
        {"GB2912341234123412341234", TF_TAXID_LENGTH},
    };
    EACH(tf_ids_iban, samples);
}

static void test_iban_alphabet_by_country(void **state)
{
    (void)state;
    /* Right by MOD 97-10, but a British account begins with four letters. */
    assert_int_equal(tf_ids_iban(TF_STR("GB58123460161331926819")), TF_TAXID_FORMAT);
}

static void test_bic(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"COBADEFF", TF_TAXID_VALID},   {"COBADEFFXXX", TF_TAXID_VALID}, {"cobadeff", TF_TAXID_VALID},  {"UZUMUZ34", TF_TAXID_VALID},
        {"COBADEFFX", TF_TAXID_LENGTH}, {"", TF_TAXID_LENGTH},           {"C0BADEFF", TF_TAXID_FORMAT}, {"COBADEF!", TF_TAXID_FORMAT},
    };
    EACH(tf_ids_bic, samples);
}

static void test_lei(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"5493000MYJ7H0E3KKG91", TF_TAXID_VALID},
        {"5493000MYJ7H0E3KKG92", TF_TAXID_CHECKSUM},
        {"5493000MYJ7H0E3KKG9", TF_TAXID_LENGTH},
        {"5493000MYJ7H0E3KKG_1", TF_TAXID_FORMAT},
    };
    EACH(tf_ids_lei, samples);
}

static void test_gln_and_gtin(void **state)
{
    (void)state;
    static const struct sample glns[] = {
        {"7300010000001", TF_TAXID_VALID},
        {"7300010000002", TF_TAXID_CHECKSUM},
        {"73513537", TF_TAXID_LENGTH},
        {"730001000000A", TF_TAXID_FORMAT},
    };
    static const struct sample gtins[] = {
        {"73513537", TF_TAXID_VALID},       {"036000291452", TF_TAXID_VALID},     {"7501031311309", TF_TAXID_VALID},
        {"98412345678908", TF_TAXID_VALID}, {"7501031311308", TF_TAXID_CHECKSUM}, {"750103131130", TF_TAXID_CHECKSUM},
        {"75010313113", TF_TAXID_LENGTH},
    };
    EACH(tf_ids_gln, glns);
    EACH(tf_ids_gtin, gtins);
}

static void test_creditor_reference(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"RF18 5390 0754 7034", TF_TAXID_VALID},
        {"RF17 5390 0754 7034", TF_TAXID_CHECKSUM},
        {"XF18539007547034", TF_TAXID_FORMAT},
    };
    EACH(tf_ids_reference, samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iban),         cmocka_unit_test(test_iban_alphabet_by_country), cmocka_unit_test(test_bic), cmocka_unit_test(test_lei),
        cmocka_unit_test(test_gln_and_gtin), cmocka_unit_test(test_creditor_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
