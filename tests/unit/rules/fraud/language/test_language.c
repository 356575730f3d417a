/* What expressions say of a record: values, unknown, and errors with their places. */
#include "unit/rules/fraud/language/expression.h"

enum { YES = TF_FRAUD_HIT, NO = TF_FRAUD_CLEAR, UNKNOWN = TF_FRAUD_UNKNOWN };

struct row { const char *when; int answer; };

/* An invoice of 2026-01-31, a Saturday; without approver, order, due date. */
static void make_invoice(struct sample *sample)
{
    sample_invoice(sample, "DE811111111", "RE-0042", "1190.00", "EUR", 30);
    sample->invoice.totals.net = sample_amount("1000.00");
    sample->invoice.totals.vat = sample_amount("190.00");
    sample->invoice.seller.address.country = TF_STR("DE");
    sample->event.manual = true;
    sample->event.manual_present = true;
    sample->event.recorded_at_ms = sample_time(31) + 13 * 3600000 + 59 * 60000;
}

static void say_all(const struct row *rows, size_t count, const struct sample *sample)
{
    for (size_t i = 0; i < count; i++) {
        int answer = expression_say(rows[i].when, sample);
        if (answer != rows[i].answer)
            fail_msg("%s: %d, not %d", rows[i].when, answer, rows[i].answer);
    }
}

static void values_are_exact(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"amount == 1190.00", YES},
        {"amount == 1190", YES},
        {"amount > 1189.99 and amount < 1190.01", YES},
        {"amount != 1190.00 or amount > 1190.00", NO},
        {"amount >= 1190.00 and amount <= 1190.00", YES},
        {"net + tax == amount", YES},
        {"amount - net - tax == 0", YES},
        {"net * 0.19 == tax", YES},
        {"tax / net == 0.19", YES},
        {"tax / net > 0.19", NO},
        {"0.1 + 0.2 == 0.3", YES},
        {"10 / 3 == 3.33333333", YES},
        {"20 / 3 == 6.66666667", YES},
        {"-20 / 3 == -6.66666667", YES},
        {"net / 3 * 3 == 1000.00", NO},
        {"abs(net - amount) == 190", YES},
        {"-net < 0", YES},
        {"2 * 3 + 4 == 10 and 2 + 3 * 4 == 14 and (2 + 3) * 4 == 20", YES},
        {"12 - 4 - 3 == 5 and 12 / 2 / 3 == 2", YES},
        {"amount > 1000.00 EUR", YES},
        {"amount > 2 * 500.00 EUR", YES},
        {"amount between 1190.00 and 1200", YES},
        {"amount between 1190.01 and 1200", NO},
        {"amount not between 0 and 10", YES},
        {"amount == '1190.00'", YES},
        {"1000000000000000000 * 1000 > 1", YES},
        {"len(supplier) == 11", YES},
        {"lines == 0", YES},
        {"revision == 0", YES},
    };
    struct sample sample;
    make_invoice(&sample);
    say_all(rows, sizeof rows / sizeof rows[0], &sample);
}

static void texts_times_and_lists(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"kind == 'invoice' and currency == \"EUR\" and country != 'FR'", YES},
        {"supplier == 'de811111111'", NO},
        {"lower(supplier) == 'de811111111' and upper('a') == 'A'", YES},
        {"norm(number) == '42'", YES},
        {"number like 'RE-%' and number like '%42' and number like 'RE-00__' and number like '%0%4%'", YES},
        {"number like 'RE' or number like '%43' or number like '_' or number like ''", NO},
        {"number not like 'INV%'", YES},
        {"user like '%' and 'a%b' == 'a%b'", YES},
        {"currency in ['CHF', 'EUR', 'USD']", YES},
        {"currency not in ['CHF', 'USD']", YES},
        {"amount in [1, 1190.00, 2] and dow(date) in [6, 7]", YES},
        {"currency in ['CHF']", NO},
        {"date == 2026-01-31 and date == '2026-01-31'", YES},
        {"date >= 2026-02-01", NO},
        {"date + 1d == 2026-02-01 and date - 30d == 2026-01-01", YES},
        {"2026-03-01 - date == 29d and 2026-03-01 - date < 5w", YES},
        {"recorded_at - date == 37h + 59m and recorded_at > '2026-02-01T13:58:59Z'", YES},
        {"48h / 2d == 1 and 3 * 1d == 72h and 90m / 2 == 45m", YES},
        {"hour(recorded_at) == 13 and dow(recorded_at) == 7 and day(date) == 31 and month(date) == 1", YES},
        {"manual", YES},
        {"not manual", NO},
        {"manual == true and spends", YES},
        {"(amount > 1) == (net > 1)", YES},
        {"direction == 'purchase'", YES},
        {"number == 'it''s'", NO},
        {"\"it\"\"s\" == 'it\"s'", YES},
    };
    struct sample sample;
    make_invoice(&sample);
    say_all(rows, sizeof rows / sizeof rows[0], &sample);
}

static void what_is_missing_is_unknown(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"approver == 'x'", UNKNOWN},
        {"not (approver == 'x')", UNKNOWN},
        {"approver == 'x' and amount > 1", UNKNOWN},
        {"approver == 'x' and amount < 1", NO},
        {"amount < 1 and approver == 'x'", NO},
        {"approver == 'x' or amount > 1", YES},
        {"amount > 1 or approver == 'x'", YES},
        {"amount < 1 or approver == 'x'", UNKNOWN},
        {"present(approver)", NO},
        {"not present(approver) and present(amount)", YES},
        {"present(approver == 'x')", NO},
        {"approver in ['x'] or approver like 'x%'", UNKNOWN},
        {"due_date between 2026-01-01 and 2026-02-01", UNKNOWN},
        {"due_date < 2026-01-01 or present(po)", UNKNOWN},
        {"default(approver, user) == 'u17'", YES},
        {"default(due, amount) == 1190", YES},
        {"amount / 0 > 1", UNKNOWN},
        {"amount / (net - net) > 1 or manual", YES},
        {"amount > 1000.00 USD", UNKNOWN},
        {"amount * 1000000000000000000 * 1000000000000000000 > 1", UNKNOWN},
        {"net * 170000000000000000 * 1000000000 > 1", UNKNOWN},
        {"hour(time) > 3", UNKNOWN},
        {"len(po) > 3", UNKNOWN},
        {"norm(po) == '3' or lower(po) == 'a'", UNKNOWN},
        {"month(date + 100000000d) == 1", UNKNOWN},
        {"max(supplier, 30d) > 1", UNKNOWN},
        {"present(first_seen(supplier, 30d))", NO},
        {"count(supplier, 30d) == 0 and sum(supplier, 30d) == 0 and distinct(user, supplier, 30d) == 0", YES},
        {"count(approver, 30d) == 0", UNKNOWN},
        {"distinct(approver, supplier, 30d) == 0", YES},
    };
    struct sample sample;
    make_invoice(&sample);
    say_all(rows, sizeof rows / sizeof rows[0], &sample);
}

struct refusal { const char *when; size_t at; const char *words; };

static void refuse_all(const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct tf_language_rule rule = {.id = TF_STR("OWN"), .when = tf_str_of(rows[i].when)};
        struct expression *expression = expression_of(&rule);
        if (expression->err != TF_E_CONFIG || expression->fault.at != rows[i].at || strcmp(expression->fault.text, rows[i].words) != 0)
            fail_msg("%s: %zu: %s", rows[i].when, expression->fault.at, expression->fault.text);
        expression_free(expression);
    }
}

/* Words that are none, values that are none. */
static void errors_of_words(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"", 0, "a value is missing here"},
        {"amout > 1", 0, "\"amout\" is no field; did you mean \"amount\"?"},
        {"amount > 1 AND manual", 11, "the expression should have ended before this"},
        {"qqqq > 1", 0, "\"qqqq\" is no field, and no name in params; a text stands in quotes: 'EUR'"},
        {"cuont(supplier, 30d) > 1", 0, "\"cuont\" is no function; did you mean \"count\"?"},
        {"amount", 0, "a rule is true or false, and this is an amount"},
        {"amount > ", 9, "a value is missing here"},
        {"amount > > 1", 9, "a value is missing before this"},
        {"amount = 1", 7, "two values are compared with =="},
        {"manual && manual", 7, "and is written \"and\""},
        {"manual || manual", 7, "or is written \"or\""},
        {"!manual", 0, "not is written \"not\", and unequal !="},
        {"amount <> 1", 7, "unequal is written !="},
        {"amount > 1 ? 2", 11, "a character that means nothing here"},
        {"amount > 30x", 9, "a number and letters without a space between; durations are whole and end in w, d, h, m or s: 30d"},
        {"amount > 1.", 9, "a number needs digits behind its point"},
        {"amount > 0.123456789", 9, "a number has at most 8 decimals, and is at most 10^18"},
        {"kind == 'invoice", 8, "a text without its closing quote"},
        {"date > 2026-02-30", 7, "no day of the calendar"},
    };
    refuse_all(rows, sizeof rows / sizeof rows[0]);
}

/* Types and the order of words. */
static void errors_of_grammar(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"amount > supplier", 7, "an amount and a text cannot be compared"},
        {"amount > 'many'", 7, "an amount and a text cannot be compared"},
        {"amount + date > 1", 7, "an amount and a time cannot be added"},
        {"amount * amount > 1", 7, "an amount and an amount cannot be multiplied"},
        {"date + date == date", 5, "a time and a time cannot be added"},
        {"supplier < 'a'", 9, "a text has no order; compare with == or !="},
        {"manual > true", 7, "a truth value has no order; compare with == or !="},
        {"supplier between 'a' and 'b'", 9, "a text has no order"},
        {"amount and manual", 0, "and, or and not take what is true or false, and this is an amount"},
        {"manual or amount", 10, "and, or and not take what is true or false, and this is an amount"},
        {"not amount", 4, "and, or and not take what is true or false, and this is an amount"},
        {"1 < amount < 3", 11, "comparisons do not go on; join two with and, or use between"},
        {"amount between 1 or 2", 17, "and is missing here"},
        {"amount not 3", 11, "in, between or like is missing here"},
        {"(amount > 1", 11, ") is missing here"},
        {"amount > 1)", 10, "the expression should have ended before this"},
        {"amount in 3", 10, "[ is missing here"},
        {"amount in [1, 'x']", 14, "a list for an amount holds constants of that type only"},
        {"amount in [1, net]", 14, "a list for an amount holds constants of that type only"},
        {"amount in [1, 2", 15, "] is missing here"},
        {"manual in [1]", 0, "in looks for a value, and this is a truth value"},
        {"supplier in friends", 12, "\"friends\" is no list of params; a list of the section `lists` is named with @"},
        {"amount in @friends", 0, "lists hold texts, and this is an amount"},
        {"supplier in @", 12, "a list's name is missing: in @suppliers"},
        {"supplier == @friends", 12, "a list stands behind in: supplier in @name"},
        {"supplier like user", 14, "like compares a text with a constant one: number like 'RE-%'"},
        {"amount like '1%'", 0, "like compares a text with a constant one: number like 'RE-%'"},
    };
    refuse_all(rows, sizeof rows / sizeof rows[0]);
}

static void errors_of_functions(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"1 / 0 > 1", 2, "a division by zero"},
        {"1000000000000000000 * 1000000000000000000 > 1", 20, "the result is too large"},
        {"hour(date) > 3", 5, "a day has no hours; `time`, recorded_at and approved_at have"},
        {"hour(amount) > 3", 5, "hour takes a time, and this is an amount"},
        {"abs(supplier) > 3", 4, "abs takes a number, an amount or a duration, and this is a text"},
        {"abs(amount > 3", 4, "abs takes a number, an amount or a duration, and this is a truth value"},
        {"abs(amount", 10, ") is missing here"},
        {"default(amount) > 3", 14, ", is missing here"},
        {"default(amount, supplier) > 3", 14, "an amount and a text cannot be compared"},
        {"-supplier == 'x'", 0, "a text has no sign"},
        {"count(supplier) > 1", 14, ", is missing here"},
        {"count(amout, 30d) > 1", 6, "\"amout\" is no field; did you mean \"amount\"?"},
        {"count(supplier, 30) > 1", 16, "a window is a constant duration: 30d, 12h, 15m; this is a number"},
        {"count(supplier, date - date) > 1", 16, "count takes a key and a window; several fields of a key stand in brackets"},
        {"count(supplier, 0d) > 1", 16, "a window is longer than 0 and at most 3660d"},
        {"count(supplier, 3661d) > 1", 16, "a window is longer than 0 and at most 3660d"},
        {"count(supplier, user, 3d) > 1", 16, "count takes a key and a window; several fields of a key stand in brackets"},
        {"sum(user, supplier, 3d) > 1", 4, "sum takes amounts or numbers, and this is a text"},
        {"sum((net, tax), supplier, 3d) > 1", 4, "sum takes one field, then the key, then the window"},
        {"distinct(supplier, 3d) > 1", 9, "distinct takes a field, a key and a window: distinct(account, supplier, 90d)"},
        {"count((user, supplier, number, country, po), 3d) > 1", 40, "a key has at most 4 fields"},
        {"sum((user, supplier, number, country), 3d) > 1", 4, "a key of amounts has at most 3 fields, for their currency is one more"},
        {"account == 'x' and net > 1", 19, "no kind of record this rule is about has \"net\" besides what was named before; say `kinds` if it is about several"},
    };
    refuse_all(rows, sizeof rows / sizeof rows[0]);
}

/* What is repeated, between a beginning and an end. */
static char *repeated(const char *begin, const char *part, size_t count, const char *end)
{
    size_t bytes = strlen(begin) + strlen(part) * count + strlen(end) + 1;
    char *text = calloc(1, bytes);
    assert_non_null(text);
    strcat(text, begin);
    for (size_t i = 0; i < count; i++)
        memcpy(text + strlen(begin) + i * strlen(part), part, strlen(part));
    strcat(text, end);
    return text;
}

static void limits_are_errors(void **state)
{
    (void)state;
    static const struct { const char *begin, *part; size_t count; const char *end, *words; } rows[] = {
        {"manual", " ", 5000, "", "an expression has at most 4096 bytes"},
        {"manual", " ", 1000000, "", "an expression has at most 4096 bytes"},
        {"", "(", 33, "manual", "nested more than 32 deep"},
        {"", "not ", 33, "manual", "nested more than 32 deep"},
        {"", "-", 33, "1 == 1", "nested more than 32 deep"},
        {"", "abs(", 33, "1", "nested more than 32 deep"},
        {"", "amount > 1 and ", 270, "manual", "the expression has too many parts; make two rules of it"},
        {"1<2", " or 1<2", 570, "", "the expression has too many parts; make two rules of it"},
        {"manual and 1", " + lines", 510, " > 1", "the expression has too many parts; make two rules of it"},
        {"number like '", "%", 129, "'", "a pattern has at most 128 bytes"},
        {"amount in [1", ",1", 1024, "]", "the list is too long"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = repeated(rows[i].begin, rows[i].part, rows[i].count, rows[i].end);
        const struct tf_language_rule rule = {.id = TF_STR("OWN"), .when = tf_str_of(text)};
        struct expression *expression = expression_of(&rule);
        if (expression->err != TF_E_CONFIG || strcmp(expression->fault.text, rows[i].words) != 0)
            fail_msg("%zu: %s", i, expression->fault.text);
        expression_free(expression);
        free(text);
    }
}

static void what_is_within_the_limits_is_taken(void **state)
{
    (void)state;
    struct sample sample;
    make_invoice(&sample);
    static const struct { const char *begin, *part; size_t count; const char *end; } rows[] = {
        {"manual", " ", 4090, ""},
        {"", "not ", 32, "manual"},
        {"", "amount > 1 and ", 200, "manual"},
        {"", "(", 32, "manual))))))))))))))))))))))))))))))))"},
        {"amount in [1190", ",1", 1023, "]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = repeated(rows[i].begin, rows[i].part, rows[i].count, rows[i].end);
        assert_int_equal(expression_say(text, &sample), TF_FRAUD_HIT);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_exact), cmocka_unit_test(texts_times_and_lists), cmocka_unit_test(what_is_missing_is_unknown),
        cmocka_unit_test(errors_of_words),
        cmocka_unit_test(errors_of_grammar), cmocka_unit_test(errors_of_functions), cmocka_unit_test(limits_are_errors), cmocka_unit_test(what_is_within_the_limits_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
