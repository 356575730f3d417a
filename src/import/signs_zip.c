/* Documents of office programs are ZIP archives with files of known names. */
#include <string.h>

#include "import_internal.h"

enum { HEADER_BYTES = 30, STREAMED = 1 << 3 };

static size_t number(const char *at, size_t bytes)
{
    size_t value = 0;
    for (size_t i = bytes; i-- > 0;)
        value = value << 8 | (unsigned char)at[i];
    return value;
}

/*
 * Walk the files whose headers lie in head: *at is the next one's place, 0 at first. Only where a length is not told before the bytes is the next header
 * looked for: an archive that lies inside has headers too. Returns the name; absent at the end.   Source  PKWARE APPNOTE 6.3.10, 4.3.7.
 */
static struct tf_str next_name(struct tf_str head, size_t *at)
{
    if (*at > head.len || head.len - *at < HEADER_BYTES || memcmp(head.ptr + *at, "PK\x03\x04", 4) != 0)
        return TF_STR_NONE;
    const char *header = head.ptr + *at;
    size_t packed = number(header + 18, 4), name = number(header + 26, 2), extra = number(header + 28, 2), behind = *at + HEADER_BYTES + name;
    if (behind > head.len)
        return TF_STR_NONE;
    *at = behind + extra + packed;
    if ((number(header + 6, 2) & STREAMED) && packed == 0) {
        const char *next = memmem(head.ptr + behind, head.len - behind, "PK\x03\x04", 4);
        *at = next ? (size_t)(next - head.ptr) : head.len;
    }
    return (struct tf_str){header + HEADER_BYTES, name};
}

static bool has_name(struct tf_str head, struct tf_str beginning)
{
    size_t at = 0;
    struct tf_str name;
    while (tf_str_present(name = next_name(head, &at)))
        if (tf_str_starts(name, beginning))
            return true;
    return false;
}

static bool is_package(struct tf_str head)
{
    size_t at = 0;
    return tf_str_is(next_name(head, &at), "[Content_Types].xml") || has_name(head, TF_STR("_rels/.rels"));
}

/* ECMA-376 part 2 (the package), part 1 (its parts); OASIS OpenDocument 1.3 part 2, section 3.3. */
bool tf_signs_xlsx(struct tf_str head) { return has_name(head, TF_STR("xl/")); }
bool tf_signs_office(struct tf_str head) { return is_package(head); }
bool tf_signs_opendocument(struct tf_str head)
{
    size_t at = 0;
    return tf_str_is(next_name(head, &at), "mimetype") && memmem(head.ptr, head.len, "application/vnd.oasis.opendocument", 34) != NULL;
}
