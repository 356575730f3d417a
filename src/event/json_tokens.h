/* A JSON text being walked token by token: a copy of its own, in which strings are unescaped in place, and where the tokens begin. */
#ifndef TAXFLOW_EVENT_JSON_TOKENS_H
#define TAXFLOW_EVENT_JSON_TOKENS_H

#include "json_index.h"
#include "taxflow/arena.h"
#include "taxflow/str.h"

struct tf_json_tokens {
    char *copy;                /* followed by NULs */
    const uint32_t *at, *end;  /* `at` is the token that comes next; *end is the text's length */
    bool escapes;              /* there is a backslash somewhere */
};

/** Copy a text to the arena and find its tokens. TF_OK; TF_E_LIMIT when the arena is full; as tf_json_index_find. */
enum tf_err tf_json_tokens_open(struct tf_json_index *index, struct tf_str text, struct tf_arena *arena, struct tf_json_tokens *ret_tokens) TF_MUST_CHECK;

/** The first byte of the next token; NUL, which begins none, at the end. */
static inline char tf_json_tokens_next(const struct tf_json_tokens *tokens) { return tokens->copy[*tokens->at]; }

/** Whether nothing is left. */
static inline bool tf_json_tokens_at_end(const struct tf_json_tokens *tokens) { return tokens->at == tokens->end; }

/** Step over the next token if it is this one. */
static inline bool tf_json_tokens_take(struct tf_json_tokens *tokens, char token)
{
    if (tf_json_tokens_next(tokens) != token || tf_json_tokens_at_end(tokens))
        return false;
    tokens->at++;
    return true;
}

/** Whether a scalar can begin here: not the end, and none of the marks. */
static inline bool tf_json_tokens_scalar(const struct tf_json_tokens *tokens)
{
    switch (tf_json_tokens_next(tokens)) {
    case ',': case ':': case '[': case ']': case '{': case '}': return false;
    default: return !tf_json_tokens_at_end(tokens);
    }
}

static inline bool tf_json_tokens_is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/** Take a scalar: its characters, quotes included, without the white space up to the next token. Not at the end. */
static inline struct tf_str tf_json_tokens_take_scalar(struct tf_json_tokens *tokens)
{
    struct tf_str token = {tokens->copy + tokens->at[0], tokens->at[1] - tokens->at[0]};
    while (token.len > 0 && tf_json_tokens_is_space(token.ptr[token.len - 1]))
        token.len--;
    tokens->at++;
    return token;
}

/**
 * The inside of a string that was taken; unescaped where it has escapes.
 * ret_plain  whether it had none. On failure ret_text->len is the offset of the bad escape.
 * Returns TF_OK; TF_E_TYPE when the token is no string; as tf_json_text_unescape.
 */
enum tf_err tf_json_tokens_string(const struct tf_json_tokens *tokens, struct tf_str token, struct tf_str *ret_text, bool *ret_plain) TF_MUST_CHECK;

#endif
