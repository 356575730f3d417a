/*
 * Random expressions against a reading of the same tree that walks it the obvious way, with exact decimals of another kind: what a
 * compiled expression says is what its text means.
 */
#include "unit/rules/fraud/language/expression.h"

enum { EXPRESSIONS = 20000, TEXT_BYTES = 4096, TRUE = 1, FALSE = 0, MAYBE = -1 };

static uint64_t random_state = 20260131;

static unsigned pick(unsigned below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % below;
}

/* A decimal of hundredths that products make one of ten-thousandths, and so on: this side never rounds, so it has only + - and *. */
struct decimal { tf_int128 units; bool known; };

struct writer {
    char text[TEXT_BYTES];
    size_t len;
    const struct sample *sample;
};

static void put(struct writer *w, const char *text)
{
    size_t len = strlen(text);
    assert_true(w->len + len < TEXT_BYTES);
    memcpy(w->text + w->len, text, len + 1);
    w->len += len;
}

static struct decimal minor_of(struct tf_amount amount)
{
    struct decimal value = {.known = amount.text.ptr != NULL};
    int64_t minor = 0;
    if (value.known)
        assert_true(tf_money_to_minor(amount.value, &minor));
    value.units = (tf_int128)minor * 10000;
    return value;
}

/* Amounts, in units of 10^-6. Writes and evaluates at once. */
static struct decimal amount(struct writer *w, unsigned depth)
{
    static const char *const fields[] = {"amount", "net", "tax", "due"};
    char text[32];
    unsigned which = pick(4), whole = pick(2000), cents = pick(100);
    if (depth == 0 || pick(3) == 0) {
        const struct tf_amount values[] = {w->sample->invoice.totals.gross, w->sample->invoice.totals.net, w->sample->invoice.totals.vat,
                                           w->sample->invoice.totals.due};
        put(w, fields[which]);
        return minor_of(values[which]);
    }
    put(w, "(");
    struct decimal left = amount(w, depth - 1);
    if (which == 3) { /* times a number of hundredths: exact as long as there are no more than six places in all */
        snprintf(text, sizeof text, " * %u.%02u)", whole % 5, depth > 2 ? 0 : cents / 50 * 50);
        put(w, text);
        left.units = left.units * ((tf_int128)(whole % 5) * 100 + (depth > 2 ? 0 : cents / 50 * 50)) / 100;
        return left;
    }
    put(w, which == 0 ? " + " : " - ");
    struct decimal right = {.known = true};
    if (pick(2)) {
        right = amount(w, depth - 1);
    } else {
        snprintf(text, sizeof text, "%u.%02u%s", whole, cents, pick(2) ? "" : " EUR");
        put(w, text);
        right.units = ((tf_int128)whole * 100 + cents) * 10000;
    }
    put(w, ")");
    return (struct decimal){.units = which == 0 ? left.units + right.units : left.units - right.units, .known = left.known && right.known};
}

static int of(bool known, bool truth)
{
    return known ? truth : MAYBE;
}

static int negate(int truth)
{
    return truth == MAYBE ? MAYBE : !truth;
}

static int compare(struct writer *w, unsigned depth)
{
    static const char *const signs[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
    unsigned sign = pick(6);
    struct decimal a = amount(w, depth > 2 ? 2 : depth);
    put(w, signs[sign]);
    struct decimal b = amount(w, depth > 2 ? 2 : depth);
    const bool answers[] = {a.units == b.units, a.units != b.units, a.units < b.units, a.units <= b.units, a.units > b.units, a.units >= b.units};
    return of(a.known && b.known, answers[sign]);
}

static int between(struct writer *w)
{
    char text[64];
    unsigned low = pick(1500), high = pick(1500);
    bool negated = pick(2);
    struct decimal a = amount(w, 1);
    snprintf(text, sizeof text, " %sbetween %u and %u", negated ? "not " : "", low, high);
    put(w, text);
    int within = of(a.known, a.units >= (tf_int128)low * 1000000 && a.units <= (tf_int128)high * 1000000);
    return negated ? negate(within) : within;
}

static int text_term(struct writer *w)
{
    static const char *const names[] = {"user", "approver", "number", "country"};
    static const char *const values[] = {"u17", "boss", "RE-1", "DE"};
    const struct tf_str fields[] = {w->sample->event.user, w->sample->event.approver, w->sample->invoice.number, w->sample->invoice.seller.address.country};
    char text[128];
    unsigned field = pick(4), value = pick(4), form = pick(5);
    bool known = fields[field].ptr != NULL, same = known && tf_str_is(fields[field], values[value]);
    const char *other = values[(value + 1) % 4];
    bool either = same || (known && tf_str_is(fields[field], other));
    switch (form) {
    case 0:
        snprintf(text, sizeof text, "%s == '%s'", names[field], values[value]);
        break;
    case 1:
        snprintf(text, sizeof text, "'%s' != %s", values[value], names[field]);
        break;
    case 2:
        snprintf(text, sizeof text, "%s in ['%s', \"%s\"]", names[field], values[value], other);
        break;
    case 3:
        snprintf(text, sizeof text, "%s like '%.1s%%%s'", names[field], values[value], values[value] + 1);
        break;
    default:
        snprintf(text, sizeof text, "present(%s)", names[field]);
        break;
    }
    put(w, text);
    return form == 4 ? known : of(known, form == 1 ? !same : form == 2 ? either : same);
}

static int truth(struct writer *w, unsigned depth);

/* Kleene, by its table. */
static int join(struct writer *w, unsigned depth, bool all)
{
    unsigned parts = 2 + pick(3);
    int answer = all;
    put(w, "(");
    for (unsigned i = 0; i < parts; i++) {
        put(w, i == 0 ? "" : all ? " and " : " or ");
        int part = truth(w, depth - 1);
        if (part == !all || answer == !all)
            answer = !all;
        else if (part == MAYBE || answer == MAYBE)
            answer = MAYBE;
    }
    put(w, ")");
    return answer;
}

static int truth(struct writer *w, unsigned depth)
{
    switch (pick(depth > 0 && w->len < TEXT_BYTES / 3 ? 8 : 4)) {
    case 0:
        return compare(w, depth);
    case 1:
        return between(w);
    case 2:
        return text_term(w);
    case 3:
        put(w, "manual");
        return of(w->sample->event.manual_present, w->sample->event.manual);
    case 4: {
        put(w, "not ");
        int inner = truth(w, depth - 1);
        return negate(inner);
    }
    case 5:
    case 6:
        return join(w, depth, true);
    default:
        return join(w, depth, false);
    }
}

static const char *maybe(const char *text)
{
    return pick(4) ? text : NULL;
}

static void make_record(struct sample *sample)
{
    static char texts[4][16];
    for (size_t i = 0; i < 4; i++)
        snprintf(texts[i], sizeof texts[i], "%s%u.%02u", pick(8) ? "" : "-", pick(2000), pick(100));
    sample_invoice(sample, "S1", maybe("RE-1"), maybe(texts[0]), "EUR", 30);
    sample->invoice.totals.net = sample_amount(maybe(texts[1]));
    sample->invoice.totals.vat = sample_amount(maybe(texts[2]));
    sample->invoice.totals.due = sample_amount(maybe(texts[3]));
    if (!sample->invoice.totals.gross.text.ptr) /* `amount` is the amount due then: this test has the two apart */
        sample->invoice.totals.due = sample_amount(NULL);
    sample->event.user = tf_str_of(maybe("u17"));
    sample->event.approver = tf_str_of(maybe(pick(2) ? "boss" : "u17"));
    sample->invoice.seller.address.country = tf_str_of(maybe("DE"));
    sample->event.manual = pick(2);
    sample->event.manual_present = pick(2);
}

static void a_compiled_expression_says_what_its_text_means(void **state)
{
    (void)state;
    static const enum tf_fraud_answer answers[] = {[TRUE] = TF_FRAUD_HIT, [FALSE] = TF_FRAUD_CLEAR};
    size_t seen[3] = {0};
    for (int i = 0; i < EXPRESSIONS; i++) {
        struct sample sample;
        make_record(&sample);
        struct writer w = {.sample = &sample};
        int expected = truth(&w, 1 + pick(4));
        int answer = expression_say(w.text, &sample);
        if (answer != (int)(expected == MAYBE ? TF_FRAUD_UNKNOWN : answers[expected]))
            fail_msg("%s\n%d, not %d", w.text, answer, expected);
        seen[expected + 1]++;
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(seen[i] > EXPRESSIONS / 20); /* of each answer enough */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_compiled_expression_says_what_its_text_means)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
