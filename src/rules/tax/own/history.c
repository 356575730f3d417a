#include "history.h"

#include "case.h"
#include "taxflow/arena.h"
#include "taxflow/clock.h"

/* Any constant would do; it may not change, or windows kept by an older program would not be found. */
static const uint64_t KEY_SEED = 0x7461786861737431;

enum { YEAR_DAYS = 366, CREDIT_DAYS = 3 * 366 };

#define DOCUMENTS (1u << TF_KIND_INVOICE | 1u << TF_KIND_CREDIT_NOTE)

/* The rows; each says which row of own_rules.def speaks for it. */
static const struct tf_fraud_rule rows[] = {
    {.id = "TF-06", .version = "1.0.0", .title = "a number of this seller and year that another document has", .needs = "seller, number, date",
     .source = "taxflow", .kinds = DOCUMENTS, .keys = tf_06_keys, .judge = tf_06_judge,
     .defaults = {.mode = TF_FRAUD_LIVE, .window_ms = (int64_t)YEAR_DAYS * TF_MS_PER_DAY}},
    {.id = "TF-07", .version = "1.0.0", .title = "a higher number of this seller with an earlier date", .needs = "seller, number, date",
     .source = "taxflow", .kinds = DOCUMENTS, .keys = tf_07_keys, .judge = tf_07_judge,
     .defaults = {.mode = TF_FRAUD_LIVE, .window_ms = (int64_t)YEAR_DAYS * TF_MS_PER_DAY}},
    {.id = "TF-08", .version = "1.0.0", .title = "a credit note against its invoice", .needs = "seller, preceding number, amount, currency, date",
     .source = "taxflow", .kinds = DOCUMENTS, .keys = tf_08_keys, .judge = tf_08_judge,
     .defaults = {.mode = TF_FRAUD_LIVE, .window_ms = (int64_t)CREDIT_DAYS * TF_MS_PER_DAY}},
};
static const struct {
    enum tf_rule rule;
    const char *term, *bt;
} places[] = {
    {TF_RULE_TF_06, "number", "BT-1"},
    {TF_RULE_TF_07, "number", "BT-1"},
    {TF_RULE_TF_08, "preceding", "BG-3"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert(sizeof places / sizeof places[0] == ROWS, "every rule has a place to point at");

static char capital(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

void tf_history_key_str(struct tf_history_key *key, struct tf_str part)
{
    part = tf_str_trim(part);
    const size_t room = sizeof key->bytes - key->len;
    const bool whole = part.len <= TF_HISTORY_NUMBER_BYTES_MAX && part.len + 1 <= room;
    const struct tf_hash16 hash = whole ? (struct tf_hash16){{0}} : tf_hash_table(part, KEY_SEED);
    if (!whole)
        part = (struct tf_str){(const char *)hash.bytes, sizeof hash.bytes};
    if (part.len + 1 > room)
        return; /* six parts of the longest kind fit: no rule has more */
    key->bytes[key->len++] = (char)(whole ? part.len : 0xff);
    for (size_t i = 0; i < part.len; i++)
        key->bytes[key->len++] = whole ? capital(part.ptr[i]) : part.ptr[i];
}

/* The party key's order of a purchase (DESIGN 2.3), whatever the direction. */
static struct tf_str seller_of(const struct tf_trader *seller)
{
    if (!tf_str_blank(seller->vat_id))
        return seller->vat_id;
    if (!tf_str_blank(seller->legal_id.id))
        return seller->legal_id.id;
    if (seller->ids.count > 0 && !tf_str_blank(seller->ids.items[0].id))
        return seller->ids.items[0].id;
    return seller->name;
}

bool tf_history_key_begin(struct tf_history_key *key, const char *rule, const struct tf_fraud_facts *facts)
{
    const char direction = (char)('0' + (int)facts->event->direction);
    const struct tf_str seller = seller_of(&facts->event->as.invoice->seller);
    key->len = 0;
    tf_history_key_str(key, tf_str_of(rule));
    tf_history_key_str(key, (struct tf_str){&direction, 1});
    tf_history_key_str(key, facts->company);
    tf_history_key_str(key, seller);
    return !tf_str_blank(seller);
}

struct tf_hash16 tf_history_key_end(const struct tf_history_key *key)
{
    return tf_hash_table((struct tf_str){key->bytes, key->len}, KEY_SEED);
}

uint32_t tf_history_bits(struct tf_str text, unsigned bits)
{
    struct tf_history_key key = {.len = 0};
    if (tf_str_blank(text))
        return 0;
    tf_history_key_str(&key, text);
    const uint32_t folded = (uint32_t)(tf_hash16_u64(tf_history_key_end(&key)) & ((UINT64_C(1) << bits) - 1));
    return folded ? folded : 1;
}

/* UNTDID 1001, the codes of BR-CL-01's list for credit notes. */
bool tf_history_is_credit(const struct tf_event *event)
{
    static const char *const codes[] = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"};
    const struct tf_str code = tf_str_trim(event->as.invoice->type_code);
    if (event->kind == TF_KIND_CREDIT_NOTE)
        return true;
    if (tf_str_is(code, "380"))
        return false; /* nearly all others are that */
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (tf_str_is(code, codes[i]))
            return true;
    return false;
}

static enum tf_err unknown_name(const char *name, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG, "tax.history: \"%s\" is no rule that remembers; name some of TF-06, TF-07 and TF-08, or none", name);
}

enum tf_err tf_tax_history_ruleset(struct tf_string_list names, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault)
{
    bool named[ROWS] = {false};
    *ret_ruleset = NULL;
    for (size_t i = 0; i < names.count; i++) {
        size_t r = 0;
        while (r < ROWS && strcmp(rows[r].id, names.items[i]) != 0)
            r++;
        if (r == ROWS)
            return unknown_name(names.items[i], fault);
        named[r] = true;
    }
    if (names.count == 0)
        return TF_OK;
    struct tf_fraud_ruleset *ruleset = tf_fraud_ruleset_of(rows, ROWS);
    if (!ruleset)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out");
    for (size_t r = 0; r < ROWS; r++)
        if (!named[r])
            tf_fraud_ruleset_switch_off(ruleset, r);
    *ret_ruleset = ruleset;
    return TF_OK;
}

static void find(struct tf_case *c, const struct tf_fraud_hit *hit)
{
    const size_t r = (size_t)(hit->rule - rows);
    tf_case_find_text(c, places[r].rule, (struct tf_spot){.term = places[r].term, .bt = places[r].bt}, hit->observed, hit->threshold);
}

enum tf_err tf_tax_history_join(const struct tf_tax_options *options, const struct tf_event *event, const struct tf_tax_verdict *verdict,
                                const struct tf_fraud_verdict *history, struct tf_arena *arena, struct tf_tax_verdict **ret_whole)
{
    struct tf_tax_verdict *whole = TF_ARENA_NEW(arena, struct tf_tax_verdict);
    if (!whole)
        return TF_E_LIMIT;
    *whole = *verdict;
    *ret_whole = whole;
    if (!history || !verdict->applicable)
        return TF_OK;
    struct tf_case c = {
        .event = event,
        .invoice = event->as.invoice,
        .arena = arena,
        .verdict = whole,
        .severities = options->severities,
        .findings_cap = whole->findings_count, /* the list is another's: the next finding makes a new one */
    };
    for (size_t r = 0; r < ROWS; r++)
        if (tf_fraud_bit(&history->evaluated, r))
            tf_case_saw(&c, places[r].rule);
    for (uint32_t i = 0; i < history->hits_count; i++)
        find(&c, &history->hits[i]);
    if (whole->applicable && !whole->valid && verdict->valid)
        whole->decided = true; /* something fatal was found after all, as a company wants it */
    return c.out_of_memory ? TF_E_LIMIT : TF_OK;
}
