#include "lexer.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

const char *tf_lexer_words(enum tf_token_kind kind)
{
    static const char *const words[] = {
#define X(name, words_) [TF_TOKEN_##name] = words_,
        TF_TOKEN_TABLE(X)
#undef X
    };
    return words[kind];
}

static char peek(const struct tf_lexer *lexer, size_t ahead)
{
    size_t at = lexer->at + ahead;
    return at < lexer->source.len ? lexer->source.ptr[at] : '\0';
}

static struct tf_token finish(const struct tf_lexer *lexer, enum tf_token_kind kind, size_t begin)
{
    return (struct tf_token){.kind = kind, .begin = begin, .end = lexer->at, .text = {lexer->source.ptr + begin, lexer->at - begin}};
}

static struct tf_token bad(const struct tf_lexer *lexer, size_t begin, const char *problem)
{
    struct tf_token token = finish(lexer, TF_TOKEN_BAD, begin);
    token.problem = problem;
    return token;
}

static struct tf_token read_name(struct tf_lexer *lexer)
{
    static const enum tf_token_kind keywords[] = {TF_TOKEN_AND,     TF_TOKEN_OR,   TF_TOKEN_NOT,  TF_TOKEN_IN,
                                                  TF_TOKEN_BETWEEN, TF_TOKEN_LIKE, TF_TOKEN_TRUE, TF_TOKEN_FALSE};
    size_t begin = lexer->at;
    while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
        lexer->at++;
    struct tf_token token = finish(lexer, TF_TOKEN_NAME, begin);
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (tf_str_is(token.text, tf_lexer_words(keywords[i])))
            token.kind = keywords[i];
    return token;
}

static bool is_date(const struct tf_lexer *lexer)
{
    static const char form[] = "dddd-dd-dd";
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? !is_digit(peek(lexer, i)) : peek(lexer, i) != form[i])
            return false;
    return !is_digit(peek(lexer, sizeof form - 1)) && !is_letter(peek(lexer, sizeof form - 1));
}

static struct tf_token read_number(struct tf_lexer *lexer)
{
    size_t begin = lexer->at;
    if (is_date(lexer)) {
        lexer->at += sizeof "2026-01-31" - 1;
        return finish(lexer, TF_TOKEN_DATE, begin);
    }
    while (is_digit(peek(lexer, 0)))
        lexer->at++;
    bool whole = peek(lexer, 0) != '.';
    if (!whole) {
        lexer->at++;
        if (!is_digit(peek(lexer, 0)))
            return bad(lexer, begin, "a number needs digits behind its point");
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    }
    if (!is_letter(peek(lexer, 0)))
        return finish(lexer, TF_TOKEN_NUMBER, begin);
    while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
        lexer->at++;
    bool unit = strchr("wdhms", lexer->source.ptr[lexer->at - 1]) != NULL && lexer->at - begin > 1 && is_digit(lexer->source.ptr[lexer->at - 2]);
    if (whole && unit)
        return finish(lexer, TF_TOKEN_DURATION, begin);
    return bad(lexer, begin, "a number and letters without a space between; durations are whole and end in w, d, h, m or s: 30d");
}

static struct tf_token read_text(struct tf_lexer *lexer)
{
    size_t begin = lexer->at;
    char quote = peek(lexer, 0);
    for (lexer->at++; lexer->at < lexer->source.len; lexer->at++) {
        if (peek(lexer, 0) != quote)
            continue;
        if (peek(lexer, 1) != quote)
            break;
        lexer->at++;
    }
    if (lexer->at >= lexer->source.len)
        return bad(lexer, begin, "a text without its closing quote");
    lexer->at++;
    struct tf_token token = finish(lexer, TF_TOKEN_TEXT, begin);
    token.text = (struct tf_str){token.text.ptr + 1, token.text.len - 2};
    return token;
}

static struct tf_token read_list_name(struct tf_lexer *lexer)
{
    size_t begin = lexer->at++;
    while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)) || peek(lexer, 0) == '-')
        lexer->at++;
    struct tf_token token = finish(lexer, TF_TOKEN_LIST, begin);
    token.text = (struct tf_str){token.text.ptr + 1, token.text.len - 1};
    return token.text.len > 0 ? token : bad(lexer, begin, "a list's name is missing: in @suppliers");
}

/* What people write who know other languages. */
static struct tf_token read_foreign(struct tf_lexer *lexer, size_t begin)
{
    char c = peek(lexer, 0);
    bool twice = peek(lexer, 1) == c;
    lexer->at += twice && (c == '&' || c == '|') ? 2 : 1;
    switch (c) {
    case '=':
        return bad(lexer, begin, "two values are compared with ==");
    case '!':
        return bad(lexer, begin, "not is written \"not\", and unequal !=");
    case '&':
        return bad(lexer, begin, "and is written \"and\"");
    case '|':
        return bad(lexer, begin, "or is written \"or\"");
    default:
        return bad(lexer, begin, "a character that means nothing here");
    }
}

static struct tf_token read_sign(struct tf_lexer *lexer)
{
    static const enum tf_token_kind signs[] = {/* the longer ones first */
                                               TF_TOKEN_EQUAL, TF_TOKEN_UNEQUAL, TF_TOKEN_AT_MOST, TF_TOKEN_AT_LEAST, TF_TOKEN_BELOW,
                                               TF_TOKEN_ABOVE, TF_TOKEN_PLUS, TF_TOKEN_MINUS, TF_TOKEN_TIMES, TF_TOKEN_DIVIDE,
                                               TF_TOKEN_OPEN, TF_TOKEN_CLOSE, TF_TOKEN_OPEN_LIST, TF_TOKEN_CLOSE_LIST, TF_TOKEN_COMMA};
    size_t begin = lexer->at;
    struct tf_str rest = {lexer->source.ptr + begin, lexer->source.len - begin};
    if (tf_str_starts(rest, TF_STR("<>"))) {
        lexer->at += 2;
        return bad(lexer, begin, "unequal is written !=");
    }
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        struct tf_str sign = tf_str_of(tf_lexer_words(signs[i]));
        if (!tf_str_starts(rest, sign))
            continue;
        lexer->at += sign.len;
        return finish(lexer, signs[i], begin);
    }
    return read_foreign(lexer, begin);
}

struct tf_token tf_lexer_next(struct tf_lexer *lexer)
{
    while (lexer->at < lexer->source.len && strchr(" \t\r\n", lexer->source.ptr[lexer->at]) && lexer->source.ptr[lexer->at])
        lexer->at++;
    char c = peek(lexer, 0);
    if (lexer->at >= lexer->source.len)
        return finish(lexer, TF_TOKEN_END, lexer->at);
    if (is_letter(c))
        return read_name(lexer);
    if (is_digit(c))
        return read_number(lexer);
    if (c == '\'' || c == '"')
        return read_text(lexer);
    if (c == '@')
        return read_list_name(lexer);
    return read_sign(lexer);
}
