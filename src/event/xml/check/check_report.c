#include "check_state.h"
#include "syntax_words.h"

static void put_prefixed(const struct tf_xml_name *name, struct tf_buf *out)
{
    if (tf_str_is(name->uri, TF_XML_ATTRIBUTES))
        tf_buf_putc(out, '@');
    for (const struct tf_xml_prefix *row = tf_schema_prefixes; row->prefix != NULL; row++) {
        bool is_root = row->prefix[0] == 'u' && row->prefix[1] == 'b';
        if (tf_str_is(name->uri, row->uri) && !is_root && strcmp(row->prefix, "cn") != 0) {
            tf_buf_puts(out, row->prefix);
            tf_buf_putc(out, ':');
        }
    }
    tf_buf_str(out, name->local);
}

void tf_check_put_name(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t name, struct tf_buf *out)
{
    if (name != TF_XML_NAME_UNKNOWN)
        put_prefixed(&check->names->items[name], out);
    else
        tf_buf_printf(out, "*:%s", frame->unknown);
}

struct tf_str tf_check_name_text(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t name)
{
    tf_buf_reset(&check->scratch);
    tf_check_put_name(check, frame, name, &check->scratch);
    return tf_arena_dup(check->arena, tf_buf_view(&check->scratch));
}

/* "/Invoice/cac:InvoiceLine[2]/cbc:Note": a position where there are or may be several of the name. */
static void put_path(struct tf_xml_check *check, const struct tf_check_frame *last)
{
    for (const struct tf_check_frame *frame = check->frames; frame <= last; frame++) {
        tf_buf_putc(&check->scratch, '/');
        tf_check_put_name(check, frame, frame->name, &check->scratch);
        if (frame->index > 1 || frame->many)
            tf_buf_printf(&check->scratch, "[%u]", frame->index);
    }
}

struct tf_str tf_check_path(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    tf_buf_reset(&check->scratch);
    put_path(check, frame);
    return tf_arena_dup(check->arena, tf_buf_view(&check->scratch));
}

static struct tf_format_finding *new_finding(struct tf_xml_check *check)
{
    if (check->findings_count == check->findings_cap) {
        size_t cap = check->findings_cap ? 2 * check->findings_cap : 16;
        struct tf_format_finding *grown = TF_ARENA_ARRAY(check->arena, struct tf_format_finding, cap);
        if (!grown) {
            check->err = TF_E_LIMIT;
            return NULL;
        }
        if (check->findings_count > 0)
            memcpy(grown, check->findings, check->findings_count * sizeof(*grown));
        check->findings = grown;
        check->findings_cap = cap;
    }
    return &check->findings[check->findings_count++];
}

static struct tf_str path_of(struct tf_xml_check *check, const struct tf_check_words *words)
{
    if (tf_str_present(words->path))
        return words->path;
    tf_buf_reset(&check->scratch);
    put_path(check, words->frame);
    if (words->child != TF_XML_NAME_UNKNOWN) {
        tf_buf_putc(&check->scratch, '/');
        tf_check_put_name(check, words->frame, words->child, &check->scratch);
        if (words->child_index > 0)
            tf_buf_printf(&check->scratch, "[%u]", words->child_index);
    }
    return tf_arena_dup(check->arena, tf_buf_view(&check->scratch));
}

static void report(struct tf_xml_check *check, size_t rule, const char *id, bool warning, const struct tf_check_words *words)
{
    if (!tf_check_is_open(check, rule))
        return;
    check->reported[rule]++;
    struct tf_format_finding *finding = new_finding(check);
    if (!finding)
        return;
    *finding = (struct tf_format_finding){
        .rule = tf_str_of(id),
        .warning = warning,
        .path = path_of(check, words),
        .message = words->message,
        .observed = words->observed,
        .expected = words->expected,
        .line = words->line ? words->line : words->frame->line,
    };
    if (!tf_str_present(finding->path) || !tf_str_present(finding->message))
        check->err = TF_E_LIMIT;
}

void tf_check_report_structure(struct tf_xml_check *check, enum tf_check_structure rule, const struct tf_check_words *words)
{
    static const struct { const char *id, *text; } rows[] = {
#define STRUCTURE(symbol, id, text) [TF_STRUCTURE_##symbol] = {id, text},
#include "structure_rules.def"
#undef STRUCTURE
    };
    struct tf_check_words all = *words;
    if (!tf_str_present(all.message))
        all.message = tf_str_of(rows[rule].text);
    report(check, rule, rows[rule].id, false, &all);
}

void tf_check_report_rule(struct tf_xml_check *check, size_t row, const struct tf_check_words *words)
{
    const struct tf_syntax_rows *rows = check->side->syntax->rows;
    size_t rule = TF_STRUCTURE_COUNT + row;
    if (!tf_check_is_open(check, rule))
        return;
    struct tf_check_words all = *words;
    tf_buf_reset(&check->scratch);
    tf_syntax_words(rows, row, &check->scratch);
    all.message = tf_arena_dup(check->arena, tf_buf_view(&check->scratch));
    report(check, rule, rows->rows[row].id, rows->rows[row].warning, &all);
}
