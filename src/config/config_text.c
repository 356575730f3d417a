#include "config_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

enum { DIGITS_MAX = 40 };

struct scan {
    const char *at, *end;
    unsigned line;
    struct tf_buf *out;
    struct tf_config_text_problem *problem;
};

static bool at_text(const struct scan *scan, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, text, len) == 0;
}

static void take(struct scan *scan, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (scan->at[i] == '\n')
            scan->line++;
    tf_buf_put(scan->out, scan->at, len);
    scan->at += len;
}

static enum tf_err stop(struct scan *scan, unsigned line, const char *text)
{
    *scan->problem = (struct tf_config_text_problem){line, text};
    return TF_E_CONFIG;
}

static enum tf_err take_line_comment(struct scan *scan)
{
    const char *end = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
    take(scan, (size_t)((end ? end : scan->end) - scan->at));
    return TF_OK;
}

static enum tf_err take_block_comment(struct scan *scan)
{
    unsigned opened = scan->line;
    take(scan, 2);
    while (scan->at < scan->end && !at_text(scan, "*/"))
        take(scan, 1);
    if (scan->at == scan->end)
        return stop(scan, opened, "the comment that begins here is never closed with */");
    take(scan, 2);
    return TF_OK;
}

static enum tf_err take_string(struct scan *scan)
{
    unsigned opened = scan->line;
    take(scan, 1);
    while (scan->at < scan->end && *scan->at != '"')
        take(scan, *scan->at == '\\' && scan->end - scan->at > 1 ? 2 : 1);
    if (scan->at == scan->end)
        return stop(scan, opened, "the text that begins here is never closed with \"");
    take(scan, 1);
    return TF_OK;
}

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '*';
}

static enum tf_err take_name(struct scan *scan)
{
    size_t len = 0;
    while (scan->at + len < scan->end && is_name_char(scan->at[len]))
        len++;
    take(scan, len);
    return TF_OK;
}

/* Length of the number at the scan, and whether it has a fraction or an exponent. */
static size_t number_len(const struct scan *scan, bool *ret_hex, bool *ret_real)
{
    size_t max = (size_t)(scan->end - scan->at), len = scan->at[0] == '+' || scan->at[0] == '-';
    *ret_real = false;
    *ret_hex = len == 0 && max > 1 && scan->at[0] == '0' && tolower((unsigned char)scan->at[1]) == 'x';
    if (*ret_hex)
        len = 2;
    for (; len < max; len++) {
        unsigned char c = (unsigned char)scan->at[len];
        bool exponent_sign = !*ret_hex && (c == '+' || c == '-') && len > 0 && tolower((unsigned char)scan->at[len - 1]) == 'e';
        if (!*ret_hex && (c == '.' || tolower(c) == 'e' || exponent_sign))
            *ret_real = true;
        else if (!(*ret_hex ? isxdigit(c) : isdigit(c)))
            break;
    }
    return len;
}

static enum tf_err take_number(struct scan *scan)
{
    bool hex, real;
    size_t len = number_len(scan, &hex, &real);
    char digits[DIGITS_MAX + 1], *end;
    if (real) {
        take(scan, len);
        return TF_OK;
    }
    if (len > DIGITS_MAX)
        return stop(scan, scan->line, "this number does not fit into 64 bits");
    memcpy(digits, scan->at, len);
    digits[len] = '\0';
    errno = 0;
    long long value = strtoll(digits, &end, hex ? 16 : 10);
    if (errno == ERANGE)
        return stop(scan, scan->line, "this number does not fit into 64 bits");
    bool suffixed = scan->at + len < scan->end && scan->at[len] == 'L';
    take(scan, len);
    if (!suffixed && (value > INT32_MAX || value < INT32_MIN))
        tf_buf_putc(scan->out, 'L');
    return TF_OK;
}

static enum tf_err take_token(struct scan *scan)
{
    unsigned char c = (unsigned char)*scan->at;
    if (c == '#' || at_text(scan, "//"))
        return take_line_comment(scan);
    if (at_text(scan, "/*"))
        return take_block_comment(scan);
    if (c == '"')
        return take_string(scan);
    if (isalpha(c) || c == '*' || c == '_')
        return take_name(scan);
    if (isdigit(c) || c == '+' || c == '-' || c == '.')
        return take_number(scan);
    if (at_text(scan, "@include"))
        return stop(scan, scan->line, "@include is not supported: say in TAXFLOW_GROUP__KEY variables or --set what differs");
    take(scan, 1);
    return TF_OK;
}

static enum tf_err refuse_nul(struct scan *scan)
{
    const char *nul = memchr(scan->at, '\0', (size_t)(scan->end - scan->at));
    if (!nul)
        return TF_OK;
    unsigned line = 1;
    for (const char *at = scan->at; at < nul; at++)
        line += *at == '\n';
    return stop(scan, line, "the file has a NUL byte here: it is not text");
}

enum tf_err tf_config_text_copy(struct tf_str text, struct tf_buf *out, struct tf_config_text_problem *problem)
{
    struct scan scan = {.at = text.ptr, .end = text.ptr + text.len, .line = 1, .out = out, .problem = problem};
    if (text.len > 0)
        TF_TRY(refuse_nul(&scan));
    while (scan.at < scan.end)
        TF_TRY(take_token(&scan));
    /* libconfig takes a comment on the last line for a syntax error when no newline ends it. */
    tf_buf_puts(out, "\n");
    tf_buf_putc(out, '\0');
    return out->failed ? TF_E_MEMORY : TF_OK;
}

struct tf_str tf_config_text_line(struct tf_str text, unsigned line)
{
    struct tf_str rest = text;
    while (line > 1 && tf_str_present(rest)) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        rest = end ? (struct tf_str){end + 1, rest.len - (size_t)(end + 1 - rest.ptr)} : TF_STR_NONE;
        line--;
    }
    if (!tf_str_present(rest))
        return TF_STR_NONE;
    const char *end = memchr(rest.ptr, '\n', rest.len);
    return (struct tf_str){rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len};
}
