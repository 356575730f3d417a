/* Every row of options.def at the borders of its range, through the file, --set and the environment. */
#include "unit/config/config_fixture.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>

typedef struct loaded loader(const struct tf_option *option, const char *value);

static struct loaded by_set(const struct tf_option *option, const char *value)
{
    char text[FIXTURE_TEXT_BYTES];
    snprintf(text, sizeof text, "%s.%s=%s", option->group, option->name, value);
    return load_set(text);
}

static struct loaded by_environment(const struct tf_option *option, const char *value)
{
    char text[FIXTURE_TEXT_BYTES];
    int len = snprintf(text, sizeof text, "TAXFLOW_%s__%s=", option->group, option->name);
    for (int i = 0; i < len; i++)
        text[i] = (char)toupper((unsigned char)text[i]);
    snprintf(text + len, sizeof text - (size_t)len, "%s", value);
    return load_environment(text, NULL);
}

static struct loaded by_file(const struct tf_option *option, const char *value)
{
    char text[FIXTURE_TEXT_BYTES];
    bool quoted = option->type == TF_OPTION_WORD || option->type == TF_OPTION_TEXT;
    const char *quote = quoted ? "\"" : "";
    snprintf(text, sizeof text, "%s: {\n  %s = %s%s%s;\n};\n", option->group, option->name, quote, value, quote);
    return load_text(text);
}

static loader *const loaders[] = {by_set, by_environment, by_file};
enum { LOADERS_COUNT = sizeof loaders / sizeof *loaders };

static void expect_int(const struct tf_option *option, int64_t value, bool good)
{
    char text[64];
    snprintf(text, sizeof text, "%" PRId64, value);
    for (size_t i = 0; i < LOADERS_COUNT; i++) {
        struct loaded loaded = loaders[i](option, text);
        if (good) {
            assert_loads(&loaded);
            assert_int_equal(*(const int64_t *)tf_option_value(loaded.config, option), value);
            unload(&loaded);
        } else {
            assert_only_error(&loaded, "", "must be between");
        }
    }
}

static void every_int_at_its_borders(void **state)
{
    (void)state;
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (options[i].type != TF_OPTION_INT)
            continue;
        expect_int(&options[i], options[i].int_min, true);
        expect_int(&options[i], options[i].int_max, true);
        expect_int(&options[i], options[i].int_min - 1, false);
        expect_int(&options[i], options[i].int_max + 1, false);
        expect_int(&options[i], INT64_MIN, false);
        expect_int(&options[i], INT64_MAX, false);
    }
}

static void expect_real(const struct tf_option *option, double value, bool good)
{
    char text[64];
    snprintf(text, sizeof text, "%.4f", value);
    for (size_t i = 0; i < LOADERS_COUNT; i++) {
        struct loaded loaded = loaders[i](option, text);
        if (good) {
            assert_loads(&loaded);
            assert_true(fabs(*(const double *)tf_option_value(loaded.config, option) - value) < 1e-9);
            unload(&loaded);
        } else {
            assert_only_error(&loaded, "", "must be between");
        }
    }
}

static void every_real_at_its_borders(void **state)
{
    (void)state;
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (options[i].type != TF_OPTION_REAL)
            continue;
        expect_real(&options[i], options[i].real_min, true);
        expect_real(&options[i], options[i].real_max, true);
        expect_real(&options[i], options[i].real_min - 0.0001, false);
        expect_real(&options[i], options[i].real_max + 0.0001, false);
    }
}

static void every_word_and_no_other(void **state)
{
    (void)state;
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct tf_str rest = tf_str_of(options[i].words), word;
        while (options[i].type == TF_OPTION_WORD && tf_option_next_item(&rest, '|', &word)) {
            char text[64];
            snprintf(text, sizeof text, "%.*s", TF_STR_ARGS(word));
            for (size_t j = 0; j < LOADERS_COUNT; j++) {
                struct loaded good = loaders[j](&options[i], text);
                assert_loads(&good);
                assert_string_equal(*(const char *const *)tf_option_value(good.config, &options[i]), text);
                unload(&good);
            }
        }
        static const char *const others[] = {"nonsense", "", "exactly-once|at-least-once"};
        for (size_t j = 0; options[i].type == TF_OPTION_WORD && j < LOADERS_COUNT; j++) {
            struct loaded bad = loaders[j](&options[i], others[j]);
            assert_only_error(&bad, "", "must be one of");
        }
    }
}

static void every_flag_both_ways(void **state)
{
    (void)state;
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++) {
        if (options[i].type != TF_OPTION_FLAG)
            continue;
        for (size_t j = 0; j < LOADERS_COUNT; j++) {
            struct loaded yes = loaders[j](&options[i], "true"), no = loaders[j](&options[i], "FALSE");
            assert_loads(&yes);
            assert_loads(&no);
            assert_true(*(const bool *)tf_option_value(yes.config, &options[i]));
            assert_false(*(const bool *)tf_option_value(no.config, &options[i]));
            unload(&yes);
            unload(&no);
            struct loaded bad = loaders[j](&options[i], "1");
            assert_only_error(&bad, "", "must be true or false");
        }
    }
}

static void numbers_that_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    " ",    "12x", "1.5",  "0x10", "1e3", "--1", "99999999999999999999", "twelve", "12 13",
                                      "+",   "nan",  "1,2", "1_000", "１２",  "12L"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct loaded loaded = by_set(TF_OPTION(kafka.partitions), bad[i]);
        assert_only_error(&loaded, "--set kafka.partitions", "must be a whole number between 1 and 1024");
    }
    static const char *const bad_reals[] = {"", "inf", "nan", "0x1p-1", "0.5.5", "half", "1e"};
    for (size_t i = 0; i < sizeof bad_reals / sizeof *bad_reals; i++) {
        struct loaded loaded = by_set(TF_OPTION(otel.sampler_ratio), bad_reals[i]);
        assert_only_error(&loaded, "--set otel.sampler_ratio", "must be a number between 0 and 1");
    }
    struct loaded padded = by_set(TF_OPTION(kafka.partitions), " +7 ");
    assert_loads(&padded);
    assert_int_equal(padded.config->kafka.partitions, 7);
    unload(&padded);
}

static void lists_are_split_trimmed_and_limited(void **state)
{
    (void)state;
    struct loaded two = load_set("redis.servers= a:1 , b:2");
    assert_loads(&two);
    assert_int_equal(two.config->redis.servers.count, 2);
    assert_string_equal(two.config->redis.servers.items[0], "a:1");
    assert_string_equal(two.config->redis.servers.items[1], "b:2");
    unload(&two);

    struct loaded none = load_set("tax.profiles=");
    assert_loads(&none);
    assert_int_equal(none.config->tax.profiles.count, 0);
    unload(&none);

    struct loaded gap = load_set("tax.profiles=a,,b");
    assert_only_error(&gap, "--set tax.profiles", "entry 2 is empty");

    char many[FIXTURE_TEXT_BYTES] = "tax.profiles=a";
    for (size_t i = 0; i < 256; i++)
        strcat(many, ",a");
    struct loaded full = load_set(many);
    assert_only_error(&full, "--set tax.profiles", "more than 256 entries");
    many[strlen(many) - 2] = '\0';
    struct loaded fits = load_set(many);
    assert_loads(&fits);
    assert_int_equal(fits.config->tax.profiles.count, 256);
    unload(&fits);
}

static void texts_must_be_clean(void **state)
{
    (void)state;
    struct loaded control = load_set("collector.watch_dir=/tmp/\x1b[31m");
    assert_only_error(&control, "--set collector.watch_dir", "without control characters");
    struct loaded latin1 = load_set("collector.watch_dir=/tmp/\xe4");
    assert_only_error(&latin1, "--set collector.watch_dir", "UTF-8");
    struct loaded in_list = load_set("fraud.rules=ok,\xff");
    assert_only_error(&in_list, "--set fraud.rules", "entry 2 must be UTF-8");
    struct loaded umlaut = load_set("collector.watch_dir=/tmp/Belege/März");
    assert_loads(&umlaut);
    assert_string_equal(umlaut.config->collector.watch_dir, "/tmp/Belege/März");
    unload(&umlaut);

    static char text[8192] = "collector.watch_dir=";
    memset(text + strlen(text), 'x', 4097);
    struct loaded longer = load_set(text);
    assert_only_error(&longer, "--set collector.watch_dir", "at most 4096 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_int_at_its_borders),
        cmocka_unit_test(every_real_at_its_borders),
        cmocka_unit_test(every_word_and_no_other),
        cmocka_unit_test(every_flag_both_ways),
        cmocka_unit_test(numbers_that_are_none),
        cmocka_unit_test(lists_are_split_trimmed_and_limited),
        cmocka_unit_test(texts_must_be_clean),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
