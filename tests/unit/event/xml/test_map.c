#include "map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct notes { struct { struct tf_str text, other; } group; };
static const struct tf_decode_row group_rows[] = {TF_ROW_IN(TEXT, struct notes, group, text)};
static const struct tf_decode_shape group_shape = TF_SHAPE(group_rows, sizeof(((struct notes *)0)->group), TF_DECODE_NO_PRESENT, false);
static const struct tf_decode_row rows[] = {TF_ROW_GROUP(struct notes, group, group_shape)};
static const struct tf_decode_shape scratch = TF_SHAPE(rows, sizeof(struct notes), TF_DECODE_NO_PRESENT, false);

static const struct tf_xml_prefix prefixes[] = {{"p", "urn:p"}, {NULL, NULL}};
static const struct tf_xml_root roots[] = {{"p:Root", TF_KIND_INVOICE}, {NULL, TF_KIND_INVOICE}};

static struct tf_xml_map *make(const struct tf_xml_term *terms, struct tf_xml_names *names, const char **ret_wrong)
{
    static const struct tf_xml_watch none[] = {{NULL, NULL}};
    static struct tf_xml_dialect dialect;
    dialect = (struct tf_xml_dialect){.prefixes = prefixes, .roots = roots, .terms = terms, .watches = none, .scratch = &scratch};
    struct tf_xml_map *map = tf_xml_map_create(&dialect, names, ret_wrong);
    if (map != NULL)
        assert_true(tf_xml_map_finish(map, names));
    return map;
}

static const struct tf_xml_node *node_at(const struct tf_xml_map *map, struct tf_xml_names *names, const char *path)
{
    uint32_t node = TF_XML_NODE_ROOT;
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        node = tf_xml_map_child(map, node, tf_xml_names_add_prefixed(names, prefixes, (struct tf_str){path, len}));
        path += len + (path[len] == '/');
    }
    return &map->nodes[node];
}

static void paths_lead_to_members(void **state)
{
    (void)state;
    static const struct tf_xml_term terms[] = {
        {.path = "p:A/p:Name", .target = "seller.address.city"}, {.path = "p:L|p:M", .target = "lines[+]"},
        {.path = "p:L|p:M/p:Id", .target = "lines[].id"},        {.path = "p:L|p:M/p:Id/@kind", .target = "lines[].unit"},
        {.path = "p:L|p:M/p:C", .target = "lines[].item.class_ids[+].id"}, {.path = "p:S", .target = "~group"},
        {.path = "p:S/p:T", .target = "~group.text"},            {.path = "//p:X/p:Y", .target = ""},
        {.path = NULL},
    };
    const char *wrong;
    struct tf_xml_names *names = tf_xml_names_create();
    struct tf_xml_map *map = make(terms, names, &wrong);
    assert_non_null(map);
    const struct tf_xml_node *city = node_at(map, names, "p:A/p:Name"), *line = node_at(map, names, "p:M"), *id = node_at(map, names, "p:L/p:Id");
    assert_int_equal(city->offset, offsetof(struct tf_invoice, seller.address.city));
    assert_int_equal(city->present_count, 2);
    assert_string_equal(city->place.term, "seller.address.city");
    assert_null(node_at(map, names, "p:A")->path);
    assert_true(line->begins);
    assert_ptr_equal(line, node_at(map, names, "p:L"));
    assert_int_equal(line->list_offset, offsetof(struct tf_invoice, lines));
    assert_int_equal(line->list_size, sizeof(struct tf_line));
    assert_ptr_equal(id, node_at(map, names, "p:M/p:Id"));
    assert_true(id->attributes);
    assert_int_equal(id->base, TF_XML_ITEM);
    assert_int_equal(node_at(map, names, "p:L/p:Id/@kind")->offset, offsetof(struct tf_line, unit));
    const struct tf_xml_node *class_id = node_at(map, names, "p:M/p:C");
    assert_string_equal(class_id->place.list, "lines");
    assert_string_equal(class_id->place.sublist, "item.class_ids");
    assert_string_equal(class_id->place.term, "id");
    assert_int_equal(class_id->list_offset, offsetof(struct tf_line, item.class_ids));
    assert_int_equal(class_id->offset, offsetof(struct tf_class_id, id));
    assert_int_equal(node_at(map, names, "p:S")->clear_size, sizeof(((struct notes *)0)->group));
    assert_int_equal(node_at(map, names, "p:S/p:T")->clear_size, 0);
    assert_int_equal(node_at(map, names, "p:X") - map->nodes, TF_XML_NODE_NONE);
    uint32_t anywhere = map->anywhere[tf_xml_names_add(names, "urn:p", "X")];
    assert_int_not_equal(anywhere, TF_XML_NODE_NONE);
    assert_int_not_equal(tf_xml_map_child(map, anywhere, tf_xml_names_add(names, "urn:p", "Y")), TF_XML_NODE_NONE);
    tf_xml_map_destroy(map);
    tf_xml_names_destroy(names);
}

/* A dialect that names what there is not is a mistake of ours, found when the first reader is made. */
static void what_there_is_not_is_named(void **state)
{
    (void)state;
    static const struct tf_xml_term cases[][3] = {
        {{.path = "p:A", .target = "no_such_member"}, {.path = NULL}},
        {{.path = "q:A", .target = "number"}, {.path = NULL}},
        {{.path = "A", .target = "number"}, {.path = NULL}},
        {{.path = "p:A", .target = "number.more"}, {.path = NULL}},
        {{.path = "p:A", .target = "lines"}, {.path = NULL}},
        {{.path = "p:A", .target = "~nothing"}, {.path = NULL}},
        {{.path = "p:A/p:B", .target = "lines[].id"}, {.path = NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *wrong = NULL;
        struct tf_xml_names *names = tf_xml_names_create();
        assert_null(make(cases[i], names, &wrong));
        assert_string_equal(wrong, cases[i][0].path);
        tf_xml_names_destroy(names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_lead_to_members),
        cmocka_unit_test(what_there_is_not_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
