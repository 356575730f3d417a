/* Every row of the syntax rules can be broken: a document is made from the row's own context and path. */
#include "checked.h"

#include "syntax_table.h"

struct side {
    const struct tf_syntax_rows *rows;
    const char *root;
};

static const char ubl_root[] = "ubl:Invoice xmlns:ubl='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'" UBL_SPACES;
static const char cii_root[] = "rsm:CrossIndustryInvoice xmlns:rsm='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'"
                               " xmlns:ram='urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100'"
                               " xmlns:udt='urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100'";

static struct tf_str part(const char **text, const char *end)
{
    struct tf_str s = {*text, strcspn(*text, end)};
    *text += s.len + ((*text)[s.len] != '\0' && (*text)[s.len] != ' ' && (*text)[s.len] != '{');
    return s;
}

/* "*Amount" is an element named so; "(a|b)" is a; "/root/a" begins below the root. */
static void put_name(struct tf_buf *out, struct tf_str step)
{
    if (step.ptr[0] == '(')
        step = (struct tf_str){step.ptr + 1, strcspn(step.ptr, "|") - 1};
    bool is_any = step.ptr[0] == '*';
    tf_buf_puts(out, is_any ? "X" : "");
    for (size_t i = 0; i < step.len; i++) {
        if (step.ptr[i] != '*')
            tf_buf_putc(out, step.ptr[i]);
    }
}

struct tags { struct tf_str names[16]; size_t count; };

static void open_tags(struct tf_buf *out, const char *path, struct tags *tags)
{
    while (*path && *path != ' ' && *path != '{') {
        struct tf_str step = part(&path, "/ {");
        if (step.len == 0 || step.ptr[0] == '@')
            continue;
        tags->names[tags->count++] = step;
        tf_buf_putc(out, '<');
        put_name(out, step);
        if (*path == '@')
            tf_buf_printf(out, " %.*s='SEPA'", (int)strcspn(path + 1, "{"), path + 1);
        tf_buf_puts(out, ">");
    }
}

static void close_tags(struct tf_buf *out, struct tags *tags)
{
    while (tags->count > 0) {
        tf_buf_puts(out, "</");
        put_name(out, tags->names[--tags->count]);
        tf_buf_putc(out, '>');
    }
}

/* The path's elements, so often, with texts that differ. */
static void put_path(struct tf_buf *out, const char *path, int times)
{
    for (int i = 0; i < times; i++) {
        struct tags tags = {0};
        open_tags(out, path, &tags);
        tf_buf_printf(out, "%d", i);
        close_tags(out, &tags);
    }
}

static int times_to_break(const struct tf_syntax_row *row)
{
    static const int times[] = {[TF_BOUND_none] = 1, [TF_BOUND_once] = 2, [TF_BOUND_twice] = 3, [TF_BOUND_one] = 0, [TF_BOUND_some] = 0, [TF_BOUND_all] = 0};
    return strstr(row->text, "{differs") ? 2 : times[row->bound];
}

/* What breaks the rule, inside the context's element. */
static void put_broken(struct tf_buf *out, const struct tf_syntax_row *row)
{
    const char *path = strncmp(row->text, "//", 2) == 0 ? row->text + 2 : row->text;
    if (path[0] != '@')
        put_path(out, path, times_to_break(row));
    else if (row->bound == TF_BOUND_none)
        tf_buf_printf(out, "<x %.*s='1'/>", (int)strcspn(path + 1, "{"), path + 1);
}

static bool breaks(struct checked *c, const struct side *side, const struct tf_syntax_row *context, const struct tf_syntax_row *row)
{
    struct tags tags = {0};
    struct tf_buf *out = &c->document;
    const char *where = context->text;
    bool is_absolute = where[0] == '/';
    tf_buf_reset(out);
    tf_buf_printf(out, "<%s", side->root);
    if (row->text[0] == '@' && is_absolute && !strchr(where + 1, '/'))
        tf_buf_printf(out, " %s='1'", row->text + 1);
    tf_buf_putc(out, '>');
    if (is_absolute)
        where += 1 + strcspn(where + 1, "/ ");
    open_tags(out, where, &tags);
    if (row->text[0] != '@') {
        put_broken(out, row);
    } else if (tags.count > 0 && row->bound == TF_BOUND_none) {
        out->len--;
        tf_buf_printf(out, " %s='1'>", row->text + 1);
    }
    close_tags(out, &tags);
    tf_buf_printf(out, "</%.*s>", (int)strcspn(side->root, " "), side->root);
    return strstr(checked_ids(c, tf_buf_view(out), row->id), row->id) != NULL;
}

static void every_row_of_a_rule_can_be_broken(void **state)
{
    static const struct side sides[] = {{&tf_check_ubl_rows, ubl_root}, {&tf_check_cii_rows, cii_root}};
    for (size_t s = 0; s < 2; s++) {
        const struct tf_syntax_row *context = NULL;
        for (size_t i = 0; i < sides[s].rows->count; i++) {
            const struct tf_syntax_row *row = &sides[s].rows->rows[i];
            if (row->form == TF_SYNTAX_CONTEXT)
                context = row;
            /* What the artefact can never say, for another context takes the element first. */
            bool is_dead = row->id && strstr("CII-DT-010 CII-DT-011 CII-DT-012", row->id);
            if (row->form == TF_SYNTAX_RULE && !is_dead && !breaks(*state, &sides[s], context, row))
                fail_msg("%s is not found in %.*s", row->id, (int)(*(struct checked **)state)->document.len, (*(struct checked **)state)->document.ptr);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row_of_a_rule_can_be_broken, checked_setup, checked_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
