#include "json_tokens.h"

#include <string.h>

#include "json_text.h"

enum tf_err tf_json_tokens_open(struct tf_json_index *index, struct tf_str text, struct tf_arena *arena, struct tf_json_tokens *ret_tokens)
{
    size_t count = 0;
    char *copy = tf_arena_alloc(arena, text.len + TF_JSON_INDEX_PADDING_BYTES);
    if (copy == NULL)
        return TF_E_LIMIT;
    memcpy(copy, text.ptr, text.len);
    memset(copy + text.len, 0, TF_JSON_INDEX_PADDING_BYTES);
    *ret_tokens = (struct tf_json_tokens){.copy = copy, .escapes = memchr(copy, '\\', text.len) != NULL};
    TF_TRY(tf_json_index_find(index, copy, text.len, &ret_tokens->at, &count));
    ret_tokens->end = ret_tokens->at + count;
    return TF_OK;
}

enum tf_err tf_json_tokens_string(const struct tf_json_tokens *tokens, struct tf_str token, struct tf_str *ret_text, bool *ret_plain)
{
    if (token.len < 2 || token.ptr[0] != '"' || token.ptr[token.len - 1] != '"')
        return TF_E_TYPE;
    char *bytes = tokens->copy + (token.ptr - tokens->copy) + 1;
    *ret_text = (struct tf_str){bytes, token.len - 2};
    *ret_plain = !tokens->escapes || memchr(bytes, '\\', token.len - 2) == NULL;
    return *ret_plain ? TF_OK : tf_json_text_unescape(bytes, token.len - 2, &ret_text->len);
}
