/* An expression's source as tokens. */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_LEXER_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_LEXER_H

#include "taxflow/str.h"

/* X(name, words): the tokens; words is how one is written, or what it is called. */
#define TF_TOKEN_TABLE(X)                                                                                              \
    X(END, "the end") X(BAD, "") X(NAME, "a name") X(NUMBER, "a number") X(DATE, "a date") X(DURATION, "a duration")   \
    X(TEXT, "a text") X(LIST, "a list's name") X(PLUS, "+") X(MINUS, "-") X(TIMES, "*") X(DIVIDE, "/") X(EQUAL, "==")  \
    X(UNEQUAL, "!=") X(BELOW, "<") X(AT_MOST, "<=") X(ABOVE, ">") X(AT_LEAST, ">=") X(OPEN, "(") X(CLOSE, ")")         \
    X(OPEN_LIST, "[") X(CLOSE_LIST, "]") X(COMMA, ",") X(AND, "and") X(OR, "or") X(NOT, "not") X(IN, "in")             \
    X(BETWEEN, "between") X(LIKE, "like") X(TRUE, "true") X(FALSE, "false")

enum tf_token_kind {
#define X(name, words) TF_TOKEN_##name,
    TF_TOKEN_TABLE(X)
#undef X
};

struct tf_token {
    enum tf_token_kind kind;
    size_t begin, end;  /* in the source */
    struct tf_str text; /* a name; a number, date or duration as written; what stands between a text's quotes; a list's name without @ */
    const char *problem; /* of BAD: a sentence. Static */
};

struct tf_lexer {
    struct tf_str source;
    size_t at;
};

/** The next token. A doubled quote inside a text stays doubled. O(its length). */
struct tf_token tf_lexer_next(struct tf_lexer *lexer);
/** How a token is written, or what it is called: "and", "a number". Static. */
const char *tf_lexer_words(enum tf_token_kind kind);

#endif
