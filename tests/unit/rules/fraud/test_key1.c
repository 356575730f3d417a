#include "unit/rules/fraud/sample.h"

static struct sample sample;

static void check(const char *text, enum tf_fraud_answer answer)
{
    struct history *history = history_create("KEY1");
    sample_journal(&sample, "75.00");
    sample.journal.text = tf_str_of(text);
    if (history_judge(history, &sample) != answer)
        fail_msg("%s", text);
    history_destroy(history);
}

static void keywords_hit_in_any_case(void **state)
{
    (void)state;
    check("Plug to close March", TF_FRAUD_HIT);
    check("booked AS  PER Mr. Smith", TF_FRAUD_HIT);
    check("(korrektur)", TF_FRAUD_HIT);
    check("correction", TF_FRAUD_HIT);
}

static void parts_of_words_are_clear(void **state)
{
    (void)state;
    check("Plugin licence", TF_FRAUD_CLEAR);
    check("unplug", TF_FRAUD_CLEAR);
    check("Korrekturlesen", TF_FRAUD_CLEAR);
    check("as percent", TF_FRAUD_CLEAR);
    check("as", TF_FRAUD_CLEAR);
    check("asper", TF_FRAUD_CLEAR);
    check("plug\xc3\xa4", TF_FRAUD_CLEAR);
}

static void lines_and_notes_are_read_and_told(void **state)
{
    (void)state;
    struct history *history = history_create("KEY1");
    sample_journal(&sample, "75.00");
    sample.lines[1].text = TF_STR("a plug");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "the text says \"PLUG\"");
    assert_int_equal(history->hit.amount_at_risk_minor, 7500);
    struct tf_note note = {.text = TF_STR("auf Anweisung")};
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.invoice.notes.items = &note;
    sample.invoice.notes.count = 1;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    struct tf_line line = {.note = TF_STR("Fehlbuchung")};
    sample_credit_note(&sample, "DE1", "12", "119.00", "EUR", 0);
    sample.invoice.lines.items = &line;
    sample.invoice.lines.count = 1;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void the_words_are_a_setting(void **state)
{
    (void)state;
    struct history *history = history_create("KEY1");
    const char *words[] = {"MIRACLE"};
    history->setting.words = (struct tf_string_list){words, 1};
    sample_journal(&sample, "75.00");
    sample.journal.text = TF_STR("plug");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample.journal.text = TF_STR("a miracle");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history->setting.words.count = 0;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_journal_without_text_is_unknown(void **state)
{
    (void)state;
    check(NULL, TF_FRAUD_UNKNOWN);
    check("  ", TF_FRAUD_UNKNOWN);
    struct history *history = history_create("KEY1");
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_hit_in_any_case), cmocka_unit_test(parts_of_words_are_clear), cmocka_unit_test(lines_and_notes_are_read_and_told),
        cmocka_unit_test(the_words_are_a_setting), cmocka_unit_test(a_journal_without_text_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
