#include "taxflow/syntax_rules.h"

#include "syntax_words.h"

enum { WORDS_BYTES_MAX = 1024 };

static const struct { const char *id, *text; } structure[] = {
#define STRUCTURE(symbol, id, text) {id, text},
#include "structure_rules.def"
#undef STRUCTURE
};
enum { STRUCTURE_COUNT = sizeof(structure) / sizeof(*structure) };

static bool is_rule(const struct tf_syntax_row *row) { return row->form == TF_SYNTAX_RULE || row->form == TF_SYNTAX_JUDGED; }

static size_t count_of(const struct tf_syntax_rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += is_rule(&rows->rows[i]);
    return count;
}

size_t tf_syntax_rules_count(void)
{
    return STRUCTURE_COUNT + count_of(&tf_check_ubl_rows) + count_of(&tf_check_cii_rows);
}

static struct tf_syntax_rule nth(const struct tf_syntax_rows *rows, size_t n, enum tf_syntax syntax, struct tf_arena *arena)
{
    size_t row = 0;
    for (;; row++) {
        if (is_rule(&rows->rows[row]) && n-- == 0)
            break;
    }
    struct tf_buf words;
    tf_buf_init(&words, WORDS_BYTES_MAX);
    tf_syntax_words(rows, row, &words);
    struct tf_syntax_rule rule = {
        .id = rows->rows[row].id,
        .warning = rows->rows[row].warning,
        .syntax = syntax,
        .text = tf_arena_dup(arena, tf_buf_view(&words)),
        .source = syntax == TF_SYNTAX_UBL ? "EN 16931 validation artefact 1.3.16, UBL-syntax" : "EN 16931 validation artefact 1.3.16, EN16931-CII-Syntax",
    };
    tf_buf_finish(&words);
    return rule;
}

struct tf_syntax_rule tf_syntax_rule_at(size_t index, struct tf_arena *arena)
{
    if (index < STRUCTURE_COUNT) {
        return (struct tf_syntax_rule){
            .id = structure[index].id,
            .text = tf_arena_dup(arena, tf_str_of(structure[index].text)),
            .source = "OASIS UBL 2.1; UN/CEFACT CII D16B and D22B: XML schemas",
        };
    }
    size_t ubl = count_of(&tf_check_ubl_rows), n = index - STRUCTURE_COUNT;
    return n < ubl ? nth(&tf_check_ubl_rows, n, TF_SYNTAX_UBL, arena) : nth(&tf_check_cii_rows, n - ubl, TF_SYNTAX_CII, arena);
}
