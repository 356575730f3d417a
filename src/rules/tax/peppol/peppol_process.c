#include "peppol_process.h"

#define NUMBERED "urn:fdc:peppol.eu:2017:poacc:billing:"
#define VERSION ":1.0"

static const struct tf_str known[] = {
#define PROCESS(name) {name, sizeof(name) - 1}
    PROCESS(NUMBERED "01" VERSION),
    PROCESS("urn:peppol:france:billing:regulated"),
    PROCESS("urn:peppol:france:billing:non-regulated"),
    PROCESS("urn:peppol:bis:billing_with_response"), /* number 02, with the lists of 01 */
#undef PROCESS
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether text begins with NUMBERED, two digits and VERSION; a dot in them stands for any character, as in the artefact's pattern. */
static bool is_numbered(struct tf_str text)
{
    static const char form[] = NUMBERED "##" VERSION;
    if (text.len < sizeof(form) - 1)
        return false;
    for (size_t i = 0; i < sizeof(form) - 1; i++)
        if (form[i] == '#' ? !is_digit(text.ptr[i]) : form[i] != '.' && form[i] != text.ptr[i])
            return false;
    return true;
}

/* The part between the sixth and the seventh colon: the number, where nothing stands before the name. */
static struct tf_str seventh_part(struct tf_str text)
{
    for (int part = 1; part < 7; part++) {
        const char *colon = text.len > 0 ? memchr(text.ptr, ':', text.len) : NULL;
        if (!colon)
            return TF_STR_NONE;
        text.len -= (size_t)(colon + 1 - text.ptr);
        text.ptr = colon + 1;
    }
    const char *end = text.len > 0 ? memchr(text.ptr, ':', text.len) : NULL;
    return (struct tf_str){text.ptr, end ? (size_t)(end - text.ptr) : text.len};
}

static enum tf_peppol_process by_number(struct tf_str text)
{
    for (struct tf_str rest = text; rest.len > 0; rest.ptr++, rest.len--)
        if (is_numbered(rest))
            return tf_str_is(seventh_part(text), "01") ? TF_PEPPOL_PROCESS_BILLING : TF_PEPPOL_PROCESS_OTHER;
    return TF_PEPPOL_PROCESS_UNKNOWN;
}

enum tf_peppol_process tf_peppol_process_of(struct tf_str business_process, bool is_of_2026)
{
    const struct tf_str text = tf_str_trim(business_process);
    if (!is_of_2026)
        return by_number(text);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (tf_str_eq(text, known[i]))
            return TF_PEPPOL_PROCESS_BILLING;
    return TF_PEPPOL_PROCESS_UNKNOWN;
}
