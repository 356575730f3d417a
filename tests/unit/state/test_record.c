#include "unit/rules/fraud/sample.h"

#include "record.h"

enum { RECORDS = 5000 };

static struct tf_hash16 identity(uint32_t number)
{
    struct tf_str text = {(const char *)&number, sizeof number};
    return tf_hash_sha256(&text, 1);
}

static void an_entry_leads_back_to_its_record(void **state)
{
    (void)state;
    struct tf_budget budget = {.max = SIZE_MAX};
    static const char *const texts[] = {"", "a", "abc", "0123456789abcdef0123456789abcdef"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tf_record *record = tf_record_create(&budget, identity(1), 7, 99, tf_str_of(texts[i]), 3);
        assert_non_null(record);
        record->keys[0] = record->keys[1] = record->keys[2] = UINT32_MAX;
        assert_true(tf_str_is((struct tf_str){record->text, record->text_len}, texts[i]));
        struct tf_fraud_entry entry = {.id = record->text, .id_bytes = record->text_len};
        assert_ptr_equal(tf_record_of(&entry), record);
        tf_record_free(&budget, record);
    }
    assert_int_equal(budget.used, 0);
}

static void records_are_found_until_unlinked(void **state)
{
    (void)state;
    struct tf_budget budget = {.max = SIZE_MAX};
    struct tf_record_index index = {.slots = NULL};
    static struct tf_record *records[RECORDS];
    assert_null(tf_record_index_find(&index, identity(0)));
    for (uint32_t i = 0; i < RECORDS; i++) {
        records[i] = tf_record_create(&budget, identity(i), 0, 0, TF_STR("x"), 1);
        assert_true(tf_record_index_reserve(&index, &budget));
        tf_record_index_link(&index, records[i]);
    }
    for (uint32_t i = 0; i < RECORDS; i += 3) {
        tf_record_index_unlink(&index, records[i]);
        tf_record_free(&budget, records[i]);
    }
    assert_int_equal(index.count, RECORDS - (RECORDS + 2) / 3);
    for (uint32_t i = 0; i < RECORDS; i++)
        assert_ptr_equal(tf_record_index_find(&index, identity(i)), i % 3 ? records[i] : NULL);
    tf_record_index_finish(&index, &budget);
    assert_int_equal(budget.used, 0);
}

/* The first eight bytes decide the slot; records that share them must still be told apart, also when the index widens. */
static void equal_hashes_are_told_apart(void **state)
{
    (void)state;
    struct tf_budget budget = {.max = SIZE_MAX};
    struct tf_record_index index = {.slots = NULL};
    struct tf_record *records[600];
    for (uint32_t i = 0; i < 600; i++) {
        struct tf_hash16 hash = {.bytes = {1, 2, 3}};
        memcpy(hash.bytes + 12, &i, sizeof i);
        records[i] = tf_record_create(&budget, hash, i, 0, TF_STR("x"), 1);
        assert_true(tf_record_index_reserve(&index, &budget));
        tf_record_index_link(&index, records[i]);
    }
    tf_record_index_unlink(&index, records[300]);
    for (uint32_t i = 0; i < 600; i++)
        assert_ptr_equal(tf_record_index_find(&index, records[i]->identity), i == 300 ? NULL : records[i]);
    tf_record_free(&budget, records[300]);
    tf_record_index_finish(&index, &budget);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_entry_leads_back_to_its_record),
                                       cmocka_unit_test(records_are_found_until_unlinked), cmocka_unit_test(equal_hashes_are_told_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
