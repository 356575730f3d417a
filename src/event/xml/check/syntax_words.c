#include "syntax_words.h"

static struct tf_str without_predicate(const char *path)
{
    return (struct tf_str){path, strcspn(path, "{")};
}

/* The place without the way to it: "ram:IncludedNote" of "/rsm:CrossIndustryInvoice/…/ram:IncludedNote". */
static void put_place(struct tf_str where, struct tf_buf *out)
{
    for (size_t i = where.len; i-- > 0;) {
        if (where.ptr[i] == '/') {
            where.ptr += i + 1, where.len -= i + 1;
            break;
        }
    }
    if (where.len > 0 && memchr(where.ptr, '*', where.len))
        tf_buf_puts(out, "an element named ");
    tf_buf_str(out, where);
}

/* " in cac:Delivery": not said of the whole document. */
static void put_context(const char *where, struct tf_buf *out)
{
    bool is_document = where[0] == '/' && strchr(where + 1, '/') == NULL;
    if (is_document || strncmp(where, "/ubl:", 5) == 0)
        return;
    tf_buf_puts(out, " in ");
    for (bool first = true; *where; first = false) {
        size_t len = strcspn(where, " ");
        if (!first)
            tf_buf_puts(out, " or ");
        put_place((struct tf_str){where, len}, out);
        where += len + (where[len] == ' ');
    }
}

static void put_paths(const char *text, struct tf_buf *out)
{
    struct tf_str path = without_predicate(text);
    if (tf_str_starts(path, TF_STR("//")))
        path.ptr += 2, path.len -= 2;
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == ' ')
            tf_buf_puts(out, " and ");
        else
            tf_buf_putc(out, path.ptr[i]);
    }
}

static const char *verb_of(const struct tf_syntax_row *row)
{
    static const char *const verbs[] = {
        [TF_BOUND_none] = " is not used",          [TF_BOUND_once] = " stands at most once", [TF_BOUND_twice] = " stands at most twice",
        [TF_BOUND_one] = " stands exactly once", [TF_BOUND_some] = " is given",            [TF_BOUND_all] = " are given",
    };
    return strstr(row->text, "{differs") ? " is the same wherever it stands" : verbs[row->bound];
}

void tf_syntax_words(const struct tf_syntax_rows *rows, size_t row, struct tf_buf *out)
{
    const struct tf_syntax_row *it = &rows->rows[row];
    if (it->form == TF_SYNTAX_JUDGED) {
        tf_buf_puts(out, it->text);
        return;
    }
    while (rows->rows[row].form != TF_SYNTAX_CONTEXT)
        row--;
    put_paths(it->text, out);
    tf_buf_puts(out, verb_of(it));
    put_context(rows->rows[row].text, out);
}
