/* What other partitions hold beside what the store holds: by the real rules, with answers as Redis would give them. */
#include "question.h"
#include "shares.h"
#include "taxflow/state_shares.h"
#include "unit/rules/fraud/sample.h"

enum { FOUND_MAX = 16 };

static struct sample sample;
static struct tf_state *store;
static struct tf_fraud_ruleset *ruleset;
static struct tf_arena *arena;
static struct tf_share_entry found[FOUND_MAX];
static size_t found_count;

static int setup(void **state)
{
    struct tf_fault fault;
    (void)state;
    store = tf_state_create(16 << 20);
    arena = tf_arena_create(16 << 20);
    found_count = 0;
    if (!store || !arena || tf_fraud_ruleset_load((struct tf_string_list){.count = 0}, &ruleset, &fault) != TF_OK)
        return -1;
    tf_state_note_withdrawn(store, true);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tf_state_destroy(store);
    tf_arena_destroy(arena);
    tf_fraud_ruleset_destroy(ruleset);
    return 0;
}

static struct tf_hash16 record_of(const char *id)
{
    const struct tf_str text = tf_str_of(id);
    return tf_hash_sha256(&text, 1);
}

/* Something of another partition, by the tag of a supplier. */
static struct tf_share_entry *find_elsewhere(const char *id, int day, uint32_t tag)
{
    found[found_count] = (struct tf_share_entry){.record = record_of(id), .time_ms = sample_time(day), .value = 1, .tag = tag, .partition = 3,
                                                 .event_id = tf_str_of(id)};
    return &found[found_count++];
}

static struct tf_state_question *asks(const char *id, uint64_t revision)
{
    struct tf_state_question *question;
    sample.event.revision = revision;
    const struct tf_state_origin origin = {.record = record_of(id), .event_id = tf_str_of(id), .partition = 1};
    assert_int_equal(tf_state_ask(ruleset, &sample.event, &origin, arena, &question), TF_OK);
    return question;
}

static void pays(const char *supplier, const char *account, int day)
{
    sample_payment(&sample, supplier, "1", "500.00", "EUR", day);
    sample.payment.account = tf_str_of(account);
}

/* The answer under every key that is looked at. */
static void answer(struct tf_share_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        set->items[i].entries = set->items[i].looks ? found : NULL;
        set->items[i].count = set->items[i].looks ? found_count : 0;
    }
    set->read = set->count;
}

static const struct tf_fraud_hit *judge(const char *id, const char *rule, uint64_t revision)
{
    struct tf_fraud_verdict *verdict;
    struct tf_state_question *question = asks(id, revision);
    struct tf_share_set *set = tf_state_shares(question, arena);
    if (set)
        answer(set);
    assert_int_equal(tf_state_judge(store, question, false, arena, &verdict), TF_OK);
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (strcmp(verdict->hits[i].rule->id, rule) == 0)
            return &verdict->hits[i];
    return NULL;
}

static void an_event_without_shared_keys_asks_nobody(void **state)
{
    (void)state;
    sample_payment(&sample, NULL, "1", "500.00", "EUR", 0);
    assert_null(tf_state_shares(asks("a", 0), arena));
    pays("V1", "DE89", 0);
    struct tf_state_question *question = asks("a", 0);
    const struct tf_share_set *set = tf_state_shares(question, arena);
    assert_non_null(set);
    assert_int_equal(set->count, 1); /* its account; 500.00 is too little for the others */
    assert_true(set->items[0].adds && set->items[0].looks);
    assert_int_equal(set->own.partition, 1);
    assert_int_equal(set->items[0].window_ms, 730 * (int64_t)TF_MS_PER_DAY);
}

static void what_stands_elsewhere_counts_as_what_stands_here(void **state)
{
    (void)state;
    pays("V1", "DE89", 0);
    find_elsewhere("x1", -5, 77);
    const struct tf_fraud_hit *hit = judge("a", "BNK2", 0);
    assert_non_null(hit);
    assert_int_equal(hit->related_count, 1);
    assert_text(hit->related[0], "x1");
}

static void a_record_counts_once_and_by_its_last_revision(void **state)
{
    (void)state;
    pays("V1", "DE89", 0);
    find_elsewhere("a", 0, 99);  /* itself */
    assert_null(judge("a", "BNK2", 0));
    tf_state_abort(store);
    find_elsewhere("x1", -5, 77)->revision = 1;
    find_elsewhere("x1", -5, 77);
    find_elsewhere("x1", -9, 78)->revision = 0;
    const struct tf_fraud_hit *hit = judge("b", "BNK2", 0);
    assert_non_null(hit);
    assert_int_equal(hit->related_count, 2); /* a, as somebody else's, and x1 of the supplier that its revision 1 names */
    assert_text(hit->related[0], "x1");
    assert_text(hit->related[1], "a");
}

static void our_own_partitions_are_the_store_s_to_tell(void **state)
{
    (void)state;
    pays("V1", "DE89", 0);
    find_elsewhere("later", 0, 77)->ours = true; /* it comes behind this one in the batch */
    assert_null(judge("a", "BNK2", 0));
    pays("V2", "DE89", 1);
    found[0].ours = false;
    found[0].record = record_of("a"); /* an old copy of what stands here */
    const struct tf_fraud_hit *hit = judge("b", "BNK2", 0);
    assert_non_null(hit);
    assert_int_equal(hit->related_count, 1);
    assert_text(hit->related[0], "a");
}

static void merged_windows_are_in_order_with_their_totals(void **state)
{
    (void)state;
    static const int theirs[] = {9, 5, 5, -3}, mine[] = {-9, 0, 5, 7};
    struct tf_fraud_entry entries[4];
    uint64_t total = 1000;
    for (size_t i = 0; i < 4; i++) {
        total += i + 1;
        entries[i] = (struct tf_fraud_entry){.time_ms = sample_time(mine[i]), .total = total, .id = "m", .id_bytes = 1};
    }
    for (size_t i = 0; i < 4; i++) /* the newest first, as they come */
        find_elsewhere(((const char *[]){"z", "n", "a", "c"})[i], theirs[i], 1)->value = 100 * (int64_t)(i + 1);
    pays("V1", "DE89", 0);
    const struct tf_state_question *question = asks("q", 0);
    const struct tf_share share = {.entries = found, .count = found_count};
    bool full = false;
    const struct tf_fraud_window window = tf_shares_merge(store, question, (struct tf_fraud_window){.entries = entries, .count = 4, .highest = 4, .before = 1000}, &share, arena, &full);
    static const struct { int day; const char *id; int64_t value; } expected[] = {
        {-9, "m", 1}, {-3, "c", 400}, {0, "m", 2}, {5, "a", 300}, {5, "m", 3}, {5, "n", 200}, {7, "m", 4}, {9, "z", 100}};
    assert_false(full);
    assert_int_equal(window.count, 8);
    assert_int_equal(window.highest, 400);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(window.entries[i].time_ms, sample_time(expected[i].day));
        assert_text(tf_fraud_entry_id(&window.entries[i]), expected[i].id);
        assert_int_equal(tf_fraud_value_at(&window, i), expected[i].value);
    }
}

static void trades(const char *from, const char *to, int day)
{
    sample_invoice(&sample, from, "1", "500.00", "EUR", day);
    sample.invoice.seller.vat_id = tf_str_of(from);
    sample.invoice.buyer.vat_id = tf_str_of(to);
}

/* What a record adds, as another process would find it. */
struct elsewhere { struct tf_share_row rows[FOUND_MAX]; size_t count; };

static void add_elsewhere(struct elsewhere *elsewhere, const char *id)
{
    const struct tf_share_set *set = tf_state_shares(asks(id, 0), arena);
    for (size_t i = 0; i < set->count; i++) {
        if (!set->items[i].adds)
            continue;
        struct tf_share_row *row = &elsewhere->rows[elsewhere->count++];
        *row = (struct tf_share_row){set->items[i].key, 0, set->own};
        row->entry.value = set->items[i].value;
        row->entry.tag = set->items[i].tag;
    }
}

static void read_elsewhere(struct tf_share_set *set, const struct elsewhere *elsewhere)
{
    for (; set->read < set->count; set->read++) {
        struct tf_share *share = &set->items[set->read];
        share->entries = TF_ARENA_ARRAY(arena, struct tf_share_entry, FOUND_MAX);
        for (size_t i = 0; share->looks && i < elsewhere->count; i++)
            if (tf_hash16_eq(elsewhere->rows[i].key, share->key))
                share->entries[share->count++] = elsewhere->rows[i].entry;
    }
}

/* A circle of six, all but its last invoice with others: found in three readings. */
static void a_carousel_is_followed_through_other_partitions(void **state)
{
    (void)state;
    static const char *const parties[] = {"DE1", "FR2", "NL3", "BE4", "AT5", "PL6"}, *const ids[] = {"c0", "c1", "c2", "c3", "c4"};
    struct elsewhere elsewhere = {.count = 0};
    struct tf_fraud_verdict *verdict;
    for (int i = 0; i < 5; i++) {
        trades(parties[i], parties[i + 1], i);
        add_elsewhere(&elsewhere, ids[i]);
    }
    trades("PL6", "DE1", 8);
    struct tf_state_question *question = asks("last", 0);
    struct tf_share_set *set = tf_state_shares(question, arena);
    int readings = 0;
    for (; set->read < set->count; readings++) {
        read_elsewhere(set, &elsewhere);
        tf_state_follow(question, arena);
    }
    assert_int_equal(readings, 3);
    assert_int_equal(tf_state_judge(store, question, false, arena, &verdict), TF_OK);
    const struct tf_fraud_hit *hit = NULL;
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        hit = strcmp(verdict->hits[i].rule->id, "MTIC2") == 0 ? &verdict->hits[i] : hit;
    assert_non_null(hit);
    assert_int_equal(hit->related_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_text(hit->related[i], ids[i]);
}

static void all_that_is_shared_is_told_in_pieces(void **state)
{
    (void)state;
    char ids[9][8];
    for (int i = 0; i < 9; i++) {
        snprintf(ids[i], sizeof ids[i], "p%d", i);
        pays(i < 6 ? "V1" : "V2", i < 6 ? "DE89" : "AT11", i);
        judge(ids[i], "BNK2", 0);
    }
    tf_state_commit(store, sample_time(9));
    for (size_t most = 1; most < 12; most += 3) {
        struct tf_share_row rows[12];
        uint64_t cursor = 0;
        size_t count = 0, more;
        bool seen[9] = {false};
        while ((more = tf_state_shared(store, &cursor, rows, most)) > 0) {
            assert_true(more <= most);
            for (size_t i = 0; i < more; i++, count++) {
                int number = rows[i].entry.event_id.ptr[1] - '0';
                assert_false(seen[number]);
                seen[number] = true;
                assert_memory_equal(rows[i].entry.record.bytes, record_of(ids[number]).bytes, 16);
                assert_int_equal(rows[i].entry.time_ms, sample_time(number));
                assert_int_equal(rows[i].entry.partition, 1);
                assert_int_equal(rows[i].window_ms, 730 * (int64_t)TF_MS_PER_DAY);
            }
        }
        assert_int_equal(count, 9);
    }
}

static void an_amendment_withdraws_what_it_replaced_once_it_is_committed(void **state)
{
    (void)state;
    const struct tf_share_row *rows;
    pays("V1", "DE89", 0);
    const struct tf_hash16 key = tf_state_shares(asks("a", 0), arena)->items[0].key;
    judge("a", "BNK2", 0);
    tf_state_commit(store, sample_time(0));
    assert_int_equal(tf_state_withdrawn(store, &rows), 0);
    pays("V1", "AT11", 0);
    judge("a", "BNK2", 1);
    assert_int_equal(tf_state_withdrawn(store, &rows), 0); /* it may yet be aborted */
    tf_state_abort(store);
    tf_state_commit(store, sample_time(0));
    assert_int_equal(tf_state_withdrawn(store, &rows), 0);
    judge("a", "BNK2", 1);
    tf_state_commit(store, sample_time(0));
    assert_int_equal(tf_state_withdrawn(store, &rows), 1);
    assert_true(tf_hash16_eq(rows[0].key, key));
    assert_int_equal(rows[0].entry.revision, 0);
    assert_int_equal(rows[0].entry.partition, 1);
    assert_true(tf_str_is(rows[0].entry.event_id, "a"));
    tf_state_withdrawn_done(store);
    pays("V1", "DE89", 0);
    judge("a", "BNK2", 0); /* the old one again: what was written for it goes too */
    tf_state_commit(store, sample_time(0));
    assert_int_equal(tf_state_withdrawn(store, &rows), 1);
    assert_true(tf_hash16_eq(rows[0].key, key));
    assert_int_equal(rows[0].entry.revision, 0);
    tf_state_withdrawn_done(store);
    assert_int_equal(tf_state_withdrawn(store, &rows), 0);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(an_event_without_shared_keys_asks_nobody), STORE_TEST(what_stands_elsewhere_counts_as_what_stands_here),
        STORE_TEST(a_record_counts_once_and_by_its_last_revision), STORE_TEST(our_own_partitions_are_the_store_s_to_tell),
        STORE_TEST(merged_windows_are_in_order_with_their_totals), STORE_TEST(a_carousel_is_followed_through_other_partitions),
        STORE_TEST(all_that_is_shared_is_told_in_pieces), STORE_TEST(an_amendment_withdraws_what_it_replaced_once_it_is_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
