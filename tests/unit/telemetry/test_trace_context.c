#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/trace.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

static void reads_the_standards_example(void **state)
{
    struct tf_trace_context context;
    (void)state;
    tf_trace_parse(TF_STR("00-" TRACE "-" SPAN "-01"), &context);
    assert_true(context.valid);
    assert_true(context.sampled);
    assert_int_equal(context.trace_id[0], 0x0a);
    assert_int_equal(context.trace_id[15], 0x9c);
    assert_int_equal(context.span_id[0], 0xb7);
    assert_int_equal(context.span_id[7], 0x31);
}

static void takes_what_the_standard_takes(void **state)
{
    static const struct {
        const char *text;
        bool sampled;
    } cases[] = {
        {"00-" TRACE "-" SPAN "-00", false}, {"00-" TRACE "-" SPAN "-01", true},
        {"00-" TRACE "-" SPAN "-02", false}, {"00-" TRACE "-" SPAN "-03", true},
        {"00-" TRACE "-" SPAN "-ff", true},  {"00-" TRACE "-" SPAN "-fe", false},
        {"01-" TRACE "-" SPAN "-01", true},  {"cc-" TRACE "-" SPAN "-01-what-the-future-will-be-like", true},
        {"fe-" TRACE "-" SPAN "-00-", false},
        {"00-00000000000000000000000000000001-0000000000000001-01", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_trace_context context;
        tf_trace_parse(tf_str_of(cases[i].text), &context);
        if (!context.valid || context.sampled != cases[i].sampled)
            fail_msg("%s", cases[i].text);
    }
}

static void refuses_every_bad_form(void **state)
{
    static const char *const cases[] = {
        "",
        "00",
        "00-",
        "00-" TRACE,
        "00-" TRACE "-" SPAN,
        "00-" TRACE "-" SPAN "-",
        "00-" TRACE "-" SPAN "-0",
        "00-" TRACE "-" SPAN "-011",
        "00-" TRACE "-" SPAN "-01-",
        "00-" TRACE "-" SPAN "-01-extra",
        "00-" TRACE "-" SPAN "-0g",
        "00-" TRACE "-" SPAN "-0A",
        "ff-" TRACE "-" SPAN "-01",
        "FF-" TRACE "-" SPAN "-01",
        "0-" TRACE "-" SPAN "-01",
        "000-" TRACE "-" SPAN "-01",
        "qw-" TRACE "-" SPAN "-01",
        "0A-" TRACE "-" SPAN "-01",
        "00-00000000000000000000000000000000-" SPAN "-01",
        "00-" TRACE "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" SPAN "-01",
        "00-" TRACE "-B7AD6B7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-" SPAN "-01",
        "00-0af7651916cd43dd8448eb211c80319cc-" SPAN "-01",
        "00-" TRACE "-b7ad6b716920333-01",
        "00-" TRACE "-b7ad6b71692033311-01",
        "00-0af7651916cd43dd8448eb211c8031.c-" SPAN "-01",
        "00-" TRACE "-b7ad6b716920333.-01",
        " 00-" TRACE "-" SPAN "-01",
        "00-" TRACE "-" SPAN "-01 ",
        "00_" TRACE "-" SPAN "-01",
        "00-" TRACE "_" SPAN "-01",
        "00-" TRACE "-" SPAN "_01",
        "01-" TRACE "-" SPAN "-01.what",
        "01-" TRACE "-" SPAN "-011",
        "00-" TRACE "-" SPAN "-\xff\xff",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_trace_context context = {.valid = true};
        tf_trace_parse(tf_str_of(cases[i]), &context);
        if (context.valid)
            fail_msg("taken: %s", cases[i]);
    }
}

static void absent_is_invalid(void **state)
{
    struct tf_trace_context context = {.valid = true};
    (void)state;
    tf_trace_parse(TF_STR_NONE, &context);
    assert_false(context.valid);
    tf_trace_parse((struct tf_str){"00-" TRACE "-" SPAN "-0\0" "1", 55}, &context);
    assert_false(context.valid);
}

static void writes_what_it_reads(void **state)
{
    static const char *const cases[] = {"00-" TRACE "-" SPAN "-01", "00-" TRACE "-" SPAN "-00"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct tf_trace_context context;
        char text[TF_TRACE_PARENT_BYTES];
        memset(text, 'x', sizeof text);
        tf_trace_parse(tf_str_of(cases[i]), &context);
        tf_trace_format(&context, text);
        assert_string_equal(text, cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_standards_example), cmocka_unit_test(takes_what_the_standard_takes),
        cmocka_unit_test(refuses_every_bad_form),      cmocka_unit_test(absent_is_invalid),
        cmocka_unit_test(writes_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
