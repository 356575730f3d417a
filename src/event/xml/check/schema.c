#include "schema.h"

#include <stdlib.h>

struct schema_row {
    enum tf_schema_form form;
    const char *name;
    enum tf_lexical kind;
    const char *text;
    bool elements; /* no type: the elements that have the type of that name */
};

#define BASIC(name, kind, text) {TF_SCHEMA_BASIC, #name, TF_LEXICAL_##kind, text, false},
#define SEQUENCE(name, text) {TF_SCHEMA_SEQUENCE, #name, TF_LEXICAL_string, text, false},
#define CHOICE(name, text) {TF_SCHEMA_CHOICE, #name, TF_LEXICAL_string, text, false},
#define ELEMENTS(name, text) {TF_SCHEMA_SEQUENCE, #name, TF_LEXICAL_string, text, true},
static const struct schema_row ubl_rows[] = {
#include "schema_ubl.def"
};
static const struct schema_row cii_rows[] = {
#include "schema_cii.def"
};
#undef BASIC
#undef SEQUENCE
#undef CHOICE
#undef ELEMENTS

const struct tf_xml_prefix tf_schema_prefixes[] = {
    {"ubl", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"},
    {"cn", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"},
    {"cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"},
    {"cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"},
    {"ext", "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"},
    {"rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"},
    {"ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"},
    {"qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"},
    {"udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"},
    {NULL, NULL},
};

struct builder {
    struct tf_schema *schema;
    struct tf_xml_names *names;
    const struct schema_row *rows;
    size_t rows_count;
    struct element { uint32_t name; uint16_t type; } *elements; /* of the ELEMENTS rows */
    size_t elements_count;
};

/* The next word of a row; what stands between ' is one with its spaces. Absent at the end. */
static struct tf_str next_word(const char **text)
{
    const char *from = *text + strspn(*text, " "), *to = from;
    for (bool quoted = false; *to && (quoted || *to != ' '); to++)
        quoted ^= *to == '\'';
    *text = to;
    return from == to ? TF_STR_NONE : (struct tf_str){from, (size_t)(to - from)};
}

static size_t words(const char *text)
{
    size_t count = 0;
    while (tf_str_present(next_word(&text)))
        count++;
    return count;
}

static struct tf_str cut(struct tf_str *s, size_t len)
{
    struct tf_str head = {s->ptr, len};
    s->ptr += len, s->len -= len;
    return head;
}

/* Length up to one of the marks; all of it when there is none. */
static size_t until(struct tf_str s, const char *marks)
{
    size_t len = 0;
    while (len < s.len && !strchr(marks, s.ptr[len]))
        len++;
    return len;
}

static enum tf_lexical kind_named(struct tf_str name)
{
#define LEXICAL(symbol, words_)   \
    if (tf_str_is(name, #symbol)) \
        return TF_LEXICAL_##symbol;
#include "lexical.def"
#undef LEXICAL
    return TF_LEXICAL_string;
}

uint16_t tf_schema_type_named(const struct tf_schema *schema, struct tf_str name)
{
    for (uint16_t i = 1; i < schema->types_count; i++) {
        if (tf_str_is(name, schema->types[i].name))
            return i;
    }
    return TF_SCHEMA_OPEN;
}

/* @name[!][:kind][='fixed'] */
static bool add_attribute(struct builder *b, struct tf_str word)
{
    struct tf_schema_attribute *row = &b->schema->attributes[b->schema->attributes_count++];
    row->name = tf_xml_names_add_prefixed(b->names, tf_schema_prefixes, cut(&word, until(word, "!:=")));
    row->required = word.len > 0 && word.ptr[0] == '!';
    if (row->required)
        cut(&word, 1);
    if (word.len > 0 && word.ptr[0] == ':') {
        cut(&word, 1);
        row->kind = kind_named(cut(&word, until(word, "=")));
    }
    if (word.len > 2)
        row->fixed = (struct tf_str){word.ptr + 2, word.len - 3};
    return row->name != TF_XML_NAME_UNKNOWN;
}

/* Type of an element of UBL: of its ELEMENTS row, else the one of its own name. */
static uint16_t type_of_element(const struct builder *b, uint32_t name, struct tf_str local)
{
    for (size_t i = 0; i < b->elements_count; i++) {
        if (b->elements[i].name == name)
            return b->elements[i].type;
    }
    return tf_schema_type_named(b->schema, local);
}

/* prefix:name[:type][?*+] */
static bool add_child(struct builder *b, uint16_t type, struct tf_str word)
{
    struct tf_schema *schema = b->schema;
    struct tf_schema_child *row = &schema->children[schema->children_count++];
    char card = word.ptr[word.len - 1];
    row->required = card != '?' && card != '*';
    row->repeats = card == '*' || card == '+';
    if (strchr("?*+", card))
        word.len--;
    size_t prefix = until(word, ":") + 1;
    struct tf_str local = {word.ptr + prefix, word.len - prefix}, rest = local;
    local = cut(&rest, until(local, ":"));
    row->name = tf_xml_names_add_prefixed(b->names, tf_schema_prefixes, (struct tf_str){word.ptr, prefix + local.len});
    if (row->name == TF_XML_NAME_UNKNOWN)
        return false;
    row->type = rest.len > 0 ? tf_schema_type_named(schema, (struct tf_str){rest.ptr + 1, rest.len - 1}) : type_of_element(b, row->name, local);
    return row->type != TF_SCHEMA_OPEN && tf_pairs_put(&schema->places, type, row->name, ++schema->types[type].count);
}

static bool add_elements(struct builder *b, const struct schema_row *row)
{
    uint16_t type = tf_schema_type_named(b->schema, tf_str_of(row->name));
    const char *text = row->text;
    for (struct tf_str word; tf_str_present(word = next_word(&text));) {
        uint32_t name = tf_xml_names_add_prefixed(b->names, tf_schema_prefixes, word);
        if (name == TF_XML_NAME_UNKNOWN)
            return false;
        b->elements[b->elements_count++] = (struct element){name, type};
    }
    return type != TF_SCHEMA_OPEN;
}

static void link_required(struct tf_schema *schema, struct tf_schema_type *type)
{
    for (uint16_t place = type->count; place > 0; place--) {
        struct tf_schema_child *child = &schema->children[type->first + place - 1U];
        child->next_required = type->first_required;
        if (child->required)
            type->first_required = place;
    }
}

static bool fill_type(struct builder *b, uint16_t type, const struct schema_row *row)
{
    struct tf_schema_type *it = &b->schema->types[type];
    const char *text = row->text;
    it->first = it->form == TF_SCHEMA_BASIC ? b->schema->attributes_count : b->schema->children_count;
    if (strcmp(text, "any") == 0) {
        it->form = TF_SCHEMA_ANY;
        return true;
    }
    for (struct tf_str word; tf_str_present(word = next_word(&text));) {
        if (it->form == TF_SCHEMA_BASIC ? !add_attribute(b, word) : !add_child(b, type, word))
            return false;
        if (it->form == TF_SCHEMA_BASIC)
            it->count++;
    }
    if (it->form == TF_SCHEMA_BASIC)
        return true;
    link_required(b->schema, it);
    if (it->count > b->schema->children_max)
        b->schema->children_max = it->count;
    return true;
}

/* UBL's elements are global: in an extension they are judged by their own types. */
static bool fill_globals(struct builder *b)
{
    struct tf_schema *schema = b->schema;
    schema->globals_count = b->names->count;
    schema->globals = calloc(schema->globals_count, sizeof(*schema->globals));
    if (!schema->globals)
        return false;
    for (uint32_t i = 0; b->elements_count > 0 && i < schema->children_count; i++)
        schema->globals[schema->children[i].name] = schema->children[i].type;
    return true;
}

static bool fill(struct builder *b)
{
    struct tf_schema *schema = b->schema;
    schema->types_count = 1;
    for (size_t i = 0; i < b->rows_count; i++) {
        if (!b->rows[i].elements)
            schema->types[schema->types_count++] = (struct tf_schema_type){b->rows[i].name, b->rows[i].form, b->rows[i].kind, 0, 0, 0};
    }
    for (size_t i = 0; i < b->rows_count; i++) {
        if (b->rows[i].elements && !add_elements(b, &b->rows[i]))
            return false;
    }
    uint16_t type = 1;
    for (size_t i = 0; i < b->rows_count; i++) {
        if (!b->rows[i].elements && !fill_type(b, type++, &b->rows[i]))
            return false;
    }
    return fill_globals(b);
}

struct tf_schema *tf_schema_create(enum tf_syntax syntax, struct tf_xml_names *names)
{
    struct builder b = {.schema = calloc(1, sizeof(*b.schema)), .names = names};
    bool is_ubl = syntax == TF_SYNTAX_UBL;
    b.rows = is_ubl ? ubl_rows : cii_rows;
    b.rows_count = is_ubl ? sizeof(ubl_rows) / sizeof(*ubl_rows) : sizeof(cii_rows) / sizeof(*cii_rows);
    size_t count = 1;
    for (size_t i = 0; i < b.rows_count; i++)
        count += words(b.rows[i].text);
    if (!b.schema)
        return NULL;
    b.schema->types = calloc(b.rows_count + 1, sizeof(*b.schema->types));
    b.schema->children = calloc(count, sizeof(*b.schema->children));
    b.schema->attributes = calloc(count, sizeof(*b.schema->attributes));
    b.elements = calloc(count, sizeof(*b.elements));
    bool done = b.schema->types && b.schema->children && b.schema->attributes && b.elements && fill(&b);
    free(b.elements);
    return done ? b.schema : tf_schema_destroy(b.schema);
}

struct tf_schema *tf_schema_destroy(struct tf_schema *schema)
{
    if (schema) {
        free(schema->types);
        free(schema->children);
        free(schema->attributes);
        free(schema->globals);
        tf_pairs_finish(&schema->places);
        free(schema);
    }
    return NULL;
}
