#include "xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/buf.h"

/* Writes down what it is told: "<1:7 @2=x>text</>" for name 1 in line 7 with attribute 2. */
struct heard {
    struct tf_xml_names *names;
    struct tf_xml *xml;
    struct tf_buf log;
    enum tf_err answer;
    size_t consumed; /* at the last text */
};

static enum tf_err hear_open(void *self, const struct tf_xml_element *element)
{
    struct heard *h = self;
    tf_buf_printf(&h->log, "<%u:%u", element->name, element->line);
    for (size_t i = 0; i < element->attributes_count; i++)
        tf_buf_printf(&h->log, " @%u=%.*s", element->attributes[i].name, TF_STR_ARGS(element->attributes[i].value));
    tf_buf_puts(&h->log, ">");
    return h->answer;
}

static enum tf_err hear_text(void *self, struct tf_str text)
{
    struct heard *h = self;
    h->consumed = tf_xml_consumed(h->xml);
    tf_buf_str(&h->log, text);
    return TF_OK;
}

static enum tf_err hear_close(void *self)
{
    tf_buf_puts(&((struct heard *)self)->log, "</>");
    return TF_OK;
}

static const struct tf_xml_sink sink = {hear_open, hear_text, hear_close};

static int setup(void **state)
{
    struct heard *h = calloc(1, sizeof *h);
    assert_non_null(h);
    tf_buf_init(&h->log, 1 << 20);
    h->names = tf_xml_names_create();
    assert_non_null(h->names);
    assert_int_equal(tf_xml_names_add(h->names, "urn:a", "Root"), 1);
    assert_int_equal(tf_xml_names_add(h->names, "urn:b", "ID"), 2);
    assert_int_equal(tf_xml_names_add(h->names, TF_XML_ATTRIBUTES, "ID"), 3);
    assert_int_equal(tf_xml_names_add(h->names, "urn:b", "ID"), 2);
    h->xml = tf_xml_create(h->names, &sink, h);
    assert_non_null(h->xml);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    struct heard *h = *state;
    assert_null(tf_xml_destroy(h->xml));
    assert_null(tf_xml_names_destroy(h->names));
    tf_buf_finish(&h->log);
    free(h);
    return 0;
}

static enum tf_err parse_pieces(struct heard *h, struct tf_str text, size_t piece)
{
    tf_buf_reset(&h->log);
    assert_int_equal(tf_xml_begin(h->xml), TF_OK);
    for (size_t at = 0; at < text.len; at += piece) {
        struct tf_str part = {text.ptr + at, text.len - at < piece ? text.len - at : piece};
        enum tf_err err = tf_xml_feed(h->xml, part);
        if (err != TF_OK)
            return err;
    }
    return tf_xml_end(h->xml);
}

static enum tf_err parse(struct heard *h, const char *text)
{
    return parse_pieces(h, tf_str_of(text), SIZE_MAX / 2);
}

static void expect(struct heard *h, const char *text, const char *log)
{
    if (parse(h, text) != TF_OK)
        fail_msg("line %u: %s", tf_xml_fault(h->xml).line, tf_xml_fault(h->xml).detail);
    tf_buf_putc(&h->log, '\0');
    assert_string_equal(h->log.ptr, log);
}

#define DOCUMENT "<x:Root xmlns:x='urn:a'\n  xmlns='urn:b'><ID ID='1'>a&lt;b</ID><!-- c -->\n<x:ID/></x:Root>"
#define HEARD "<1:2><2:2 @3=1>a<b</>\n<0:3></></>"

static void names_are_numbers_whatever_their_prefix(void **state)
{
    expect(*state, DOCUMENT, HEARD);
    expect(*state, "<Root xmlns='urn:a' xmlns:y='urn:b'><y:ID y:ID='1'/></Root>", "<1:1><2:1 @2=1></></>");
}

/* The same parser reads document after document, also behind one that it refused. */
static void a_parser_is_used_again(void **state)
{
    for (int i = 0; i < 3; i++) {
        expect(*state, DOCUMENT, HEARD);
        assert_int_equal(parse(*state, "<a><b></a>"), TF_E_XML);
    }
}

static void pieces_of_any_size_say_the_same(void **state)
{
    struct heard *h = *state;
    for (size_t piece = 1; piece < 20; piece++) {
        assert_int_equal(parse_pieces(h, TF_STR(DOCUMENT), piece), TF_OK);
        tf_buf_putc(&h->log, '\0');
        assert_string_equal(h->log.ptr, HEARD);
    }
}

static void encodings_are_read(void **state)
{
    struct heard *h = *state;
    expect(h, "\xEF\xBB\xBF<Root xmlns='urn:a'>\xC3\xA4</Root>", "<1:1>\xC3\xA4</>");
    expect(h, "<?xml version='1.0' encoding='ISO-8859-1'?><Root xmlns='urn:a'>\xE4</Root>", "<1:1>\xC3\xA4</>");
    expect(h, "<?xml version='1.0' encoding='windows-1252'?>\n<Root xmlns='urn:a'>\x80</Root>", "<1:2>\xE2\x82\xAC</>");
    char wide[2 * sizeof DOCUMENT] = "\xFF\xFE";
    for (size_t i = 0; i < sizeof DOCUMENT - 1; i++)
        wide[2 + 2 * i] = DOCUMENT[i];
    for (size_t piece = 1; piece < 200; piece += 33) {
        assert_int_equal(parse_pieces(h, (struct tf_str){wide, 2 * sizeof DOCUMENT}, piece), TF_OK);
        tf_buf_putc(&h->log, '\0');
        assert_string_equal(h->log.ptr, HEARD);
    }
}

static void what_is_no_xml_is_refused_with_its_line(void **state)
{
    struct heard *h = *state;
    static const struct { const char *text; uint32_t line; } cases[] = {
        {"", 0}, {"x", 1}, {"<a>", 1}, {"<a>\n<b></a>", 2}, {"<a>\n\n&nbsp;</a>", 3}, {"<a>\x01</a>", 1}, {"<a>\xC3(</a>", 1},
        {"<a b='1' b='2'/>", 1}, {"<a/>\n<b/>", 2}, {"<p:a/>", 1}, {"<a>\n<p:b/></a>", 2}, {"<a b=1/>", 1}, {"<a>&#0;</a>", 1},
        {"<?xml version='1.0' encoding='no-such'?><a/>", 1}, {"{\"a\":1}", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (parse(h, cases[i].text) != TF_E_XML)
            fail_msg("accepted: %s", cases[i].text);
        assert_non_null(tf_xml_fault(h->xml).detail);
        if (cases[i].line > 0)
            assert_int_equal(tf_xml_fault(h->xml).line, cases[i].line);
    }
    assert_int_equal(parse_pieces(h, (struct tf_str){"<a>\0</a>", 8}, 100), TF_E_XML);
    assert_int_equal(parse_pieces(h, (struct tf_str){"<\0\0\0\0\0\0\0\0\0\0\0", 12}, 100), TF_E_XML);
    assert_int_equal(parse_pieces(h, (struct tf_str){"\xFF\xFE<\0a\0>\0\0\xD8<\0/\0a\0>\0", 18}, 100), TF_E_XML);
}

/* Billion laughs, external entities and external DTDs begin with a DOCTYPE: nothing behind its name is looked at. */
static void a_doctype_is_refused(void **state)
{
    struct heard *h = *state;
    assert_int_equal(parse(h, "<!DOCTYPE a [<!ENTITY l 'l'><!ENTITY m '&l;&l;&l;'>]><a>&m;</a>"), TF_E_XML);
    assert_int_equal(h->log.len, 0);
    assert_non_null(strstr(tf_xml_fault(h->xml).detail, "DOCTYPE"));
    assert_int_equal(parse(h, "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), TF_E_XML);
    assert_int_equal(tf_xml_fault(h->xml).line, 2);
    assert_int_equal(parse(h, "<!DOCTYPE a PUBLIC 'x' 'http://127.0.0.1:1/x.dtd' [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"), TF_E_XML);
}

static void depth_and_attributes_have_limits(void **state)
{
    struct heard *h = *state;
    struct tf_buf text;
    tf_buf_init(&text, 1 << 20);
    for (int i = 0; i < TF_XML_DEPTH_MAX; i++)
        tf_buf_puts(&text, "<a>");
    for (int i = 0; i < TF_XML_DEPTH_MAX; i++)
        tf_buf_puts(&text, "</a>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), 7), TF_OK);
    tf_buf_reset(&text);
    for (int i = 0; i < 100000; i++)
        tf_buf_puts(&text, "<a>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), 1000), TF_E_DEPTH);
    tf_buf_reset(&text);
    tf_buf_puts(&text, "<a");
    for (int i = 0; i < TF_XML_ATTRIBUTES_MAX; i++)
        tf_buf_printf(&text, " a%d=''", i);
    size_t len = text.len;
    tf_buf_puts(&text, "/>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), 1000), TF_OK);
    text.len = len;
    tf_buf_puts(&text, " more=''/>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), 1000), TF_E_TOO_MANY);
    tf_buf_finish(&text);
}

/* Names of strangers are not kept for ever. */
static void strange_names_do_not_pile_up(void **state)
{
    struct heard *h = *state;
    struct tf_buf text;
    tf_buf_init(&text, 1 << 20);
    for (int document = 0; document < 40; document++) {
        tf_buf_reset(&text);
        tf_buf_puts(&text, "<a>");
        for (int i = 0; i < 2000; i++)
            tf_buf_printf(&text, "<strange-%d-%d/>", document, i);
        tf_buf_puts(&text, "</a>");
        assert_int_equal(parse_pieces(h, tf_buf_view(&text), SIZE_MAX / 2), TF_OK);
        expect(h, DOCUMENT, HEARD);
    }
    tf_buf_finish(&text);
}

/* Lists that libxml2 searches from end to end stay short, whatever a document does. */
static void names_and_tags_have_limits(void **state)
{
    struct heard *h = *state;
    struct tf_buf text;
    tf_buf_init(&text, 16 << 20);
    tf_buf_puts(&text, "<a>");
    for (int i = 0; i < 200000; i++)
        tf_buf_printf(&text, "<strange-%d/>", i);
    tf_buf_puts(&text, "</a>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), SIZE_MAX / 2), TF_E_TOO_MANY);
    tf_buf_reset(&text);
    tf_buf_puts(&text, "<a");
    for (int i = 0; i < 200000; i++)
        tf_buf_printf(&text, " xmlns:p%d='u'", i);
    tf_buf_puts(&text, "/>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), SIZE_MAX / 2), TF_E_TOO_BIG);
    tf_buf_reset(&text);
    tf_buf_puts(&text, "<a><!--");
    for (int i = 0; i < 200000; i++)
        tf_buf_puts(&text, "a comment ");
    size_t len = text.len;
    tf_buf_puts(&text, "--></a>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), SIZE_MAX / 2), TF_OK);
    text.len = len;
    for (int i = 0; i < 900000; i++)
        tf_buf_puts(&text, "a comment ");
    tf_buf_puts(&text, "--></a>");
    assert_int_equal(parse_pieces(h, tf_buf_view(&text), SIZE_MAX / 2), TF_E_XML);
    assert_non_null(strstr(tf_xml_fault(h->xml).detail, "10 MB"));
    expect(h, DOCUMENT, HEARD);
    tf_buf_finish(&text);
}

static void the_sink_ends_a_document(void **state)
{
    struct heard *h = *state;
    h->answer = TF_E_LIMIT;
    assert_int_equal(parse(h, DOCUMENT), TF_E_LIMIT);
    assert_int_equal(h->log.len, strlen("<1:2>"));
    assert_null(tf_xml_fault(h->xml).detail);
    h->answer = TF_OK;
    expect(h, DOCUMENT, HEARD);
}

/* Within a piece too: how long a list will grow is reckoned from it. */
static void what_is_consumed_is_told_while_it_is_read(void **state)
{
    struct heard *h = *state;
    struct tf_str text = TF_STR("<Root xmlns='urn:a'>                                                  x</Root>");
    assert_int_equal(parse_pieces(h, text, text.len), TF_OK);
    assert_in_range(h->consumed, 20, text.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_numbers_whatever_their_prefix, setup, teardown),
        cmocka_unit_test_setup_teardown(a_parser_is_used_again, setup, teardown),
        cmocka_unit_test_setup_teardown(pieces_of_any_size_say_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(encodings_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_xml_is_refused_with_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_doctype_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_and_attributes_have_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(strange_names_do_not_pile_up, setup, teardown),
        cmocka_unit_test_setup_teardown(names_and_tags_have_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sink_ends_a_document, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_consumed_is_told_while_it_is_read, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
