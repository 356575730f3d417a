/* Documents of earlier runs are found by number and identity, those of this run only by the next; lists keep their order. */
#include "store_folder.h"

enum { TEXT_BYTES = 256 };

static struct tf_hash16 id_of(unsigned number) { return (struct tf_hash16){.bytes = {(uint8_t)number, (uint8_t)(number >> 8), 7}}; }

static void add(struct tf_store *store, uint64_t number, unsigned identity, uint64_t revision, bool counts)
{
    struct tf_fault fault = {0};
    const struct tf_store_document document = {.number = number,
                                               .claim = revision ? id_of((unsigned)number + 1000) : id_of(identity),
                                               .identity = id_of(identity),
                                               .revision = revision,
                                               .counts = counts,
                                               .effect = TF_STR("effect"),
                                               .about = TF_STR("")};
    assert_int_equal(tf_store_add_document(store, &document, &fault), TF_OK);
}

/* Number of the document that counts; 0: none is known. */
static uint64_t found(struct tf_store *store, unsigned identity, bool revised)
{
    struct tf_fault fault = {0};
    struct tf_store_document document;
    bool is;
    assert_int_equal(tf_store_find_document(store, id_of(identity), revised, &document, &is, &fault), TF_OK);
    if (!is)
        return 0;
    assert_true(tf_hash16_eq(document.identity, id_of(identity)));
    assert_true(tf_str_is(document.effect, "effect"));
    assert_int_equal(document.about.len, 0);
    return document.number;
}

static uint64_t last_of(struct tf_store *store)
{
    struct tf_fault fault = {0};
    uint64_t number = 99;
    assert_int_equal(tf_store_last_document(store, &number, &fault), TF_OK);
    return number;
}

static void test_documents_are_found_from_the_next_run_on(void **state)
{
    (void)state;
    struct tf_store *store = opened(false);
    assert_int_equal(last_of(store), 0);
    add(store, 1, 30, 0, true);
    add(store, 4, 10, 2, true);
    add(store, 5, 20, 1, false);
    assert_int_equal(found(store, 30, false), 0);
    assert_int_equal(found(store, 10, true), 0);
    assert_int_equal(last_of(store), 0); /* of earlier runs */
    commit(store);
    store = opened(true);
    assert_int_equal(last_of(store), 5);
    assert_int_equal(found(store, 30, false), 1);
    assert_int_equal(found(store, 30, true), 0); /* no amendment */
    assert_int_equal(found(store, 10, true), 4);
    assert_int_equal(found(store, 10, false), 4);
    assert_int_equal(found(store, 20, true), 0); /* does not count */
    assert_int_equal(found(store, 20, false), 0);
    tf_store_close(store);
}

static void test_what_takes_its_place_is_found_next(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_store_document document;
    bool is;
    struct tf_store *store = opened(false);
    add(store, 1, 30, 0, true);
    commit(store);
    store = opened(false);
    assert_int_equal(tf_store_replace_document(store, 1, &fault), TF_OK);
    add(store, 2, 30, 1, true);
    commit(store);
    store = opened(true);
    assert_int_equal(found(store, 30, false), 2);
    assert_int_equal(found(store, 30, true), 2);
    assert_int_equal(tf_store_document(store, 1, &document, &is, &fault), TF_OK);
    assert_true(is && !document.counts && tf_hash16_eq(document.claim, id_of(30)) && document.revision == 0);
    assert_int_equal(tf_store_document(store, 3, &document, &is, &fault), TF_OK);
    assert_false(is);
    tf_store_close(store);
}

static enum tf_err append_number(void *self, const struct tf_store_document *document)
{
    char *text = self;
    snprintf(text + strlen(text), TEXT_BYTES - strlen(text), "%llu%s ", (unsigned long long)document->number, document->counts ? "" : "-");
    return document->number == 6 ? TF_E_TOO_MANY : TF_OK;
}

static void test_they_are_read_in_their_order(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    char text[TEXT_BYTES] = "";
    struct tf_store *store = opened(false);
    add(store, 2, 9, 0, true);
    add(store, 5, 3, 0, false);
    assert_int_equal(tf_store_read_documents(store, append_number, text, &fault), TF_OK);
    assert_string_equal(text, "2 5- ");
    add(store, 6, 4, 0, true);
    add(store, 7, 5, 0, true);
    assert_int_equal(tf_store_read_documents(store, append_number, text, &fault), TF_E_TOO_MANY); /* what the reading returns */
    tf_store_close(store);
}

/* More than are put in order at once. */
static void test_many(void **state)
{
    (void)state;
    enum { MANY = 300000 };
    struct tf_fault fault = {0};
    struct tf_store *store = opened(false);
    for (unsigned i = 1; i <= MANY; i++) {
        struct tf_hash16 id = {.bytes = {0}};
        const unsigned scattered = i * 2654435761u;
        memcpy(id.bytes, &scattered, sizeof scattered);
        const struct tf_store_document document = {.number = i, .claim = id, .identity = id, .counts = true, .effect = TF_STR(""), .about = TF_STR("")};
        assert_int_equal(tf_store_add_document(store, &document, &fault), TF_OK);
    }
    commit(store);
    store = opened(true);
    for (unsigned i = 1; i <= MANY; i += 999) {
        struct tf_hash16 id = {.bytes = {0}};
        const unsigned scattered = i * 2654435761u;
        struct tf_store_document document;
        bool is;
        memcpy(id.bytes, &scattered, sizeof scattered);
        assert_int_equal(tf_store_find_document(store, id, false, &document, &is, &fault), TF_OK);
        assert_true(is);
        assert_int_equal(document.number, i);
    }
    tf_store_close(store);
}

static enum tf_err append_item(void *self, uint32_t number, struct tf_str value)
{
    char *text = self;
    snprintf(text + strlen(text), TEXT_BYTES - strlen(text), "%u=%.*s ", number, TF_STR_ARGS(value));
    return TF_OK;
}

static void test_lists_keep_their_numbers(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    char text[TEXT_BYTES] = "";
    struct tf_store *store = opened(false);
    assert_int_equal(tf_store_put_item(store, TF_STORE_VAT_GROUPS, 1, TF_STR("b"), &fault), TF_OK);
    assert_int_equal(tf_store_put_item(store, TF_STORE_VAT_GROUPS, 0, TF_STR("a"), &fault), TF_OK);
    assert_int_equal(tf_store_put_item(store, TF_STORE_RETURNS, 0, TF_STR(""), &fault), TF_OK);
    commit(store);
    store = opened(false);
    assert_int_equal(tf_store_put_item(store, TF_STORE_VAT_GROUPS, 0, TF_STR("c"), &fault), TF_OK);
    assert_int_equal(tf_store_read_list(store, TF_STORE_VAT_GROUPS, append_item, text, &fault), TF_OK);
    assert_int_equal(tf_store_read_list(store, TF_STORE_RETURNS, append_item, text, &fault), TF_OK);
    assert_string_equal(text, "0=c 1=b 0= ");
    tf_store_close(store);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_documents_are_found_from_the_next_run_on), IN_FOLDER(test_what_takes_its_place_is_found_next),
        IN_FOLDER(test_they_are_read_in_their_order), IN_FOLDER(test_many), IN_FOLDER(test_lists_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
