/* How files begin. */
#include <ctype.h>
#include <string.h>

#include "import_internal.h"

static bool contains(struct tf_str text, const char *part) { return memmem(text.ptr, text.len, part, strlen(part)) != NULL; }

static bool begins(struct tf_str text, const char *mark, size_t len) { return text.len >= len && memcmp(text.ptr, mark, len) == 0; }

/* The first start tag, from behind its "<"; absent when there is none. Declarations and comments stand before it. */
static struct tf_str first_tag(struct tf_str head)
{
    const char *at = head.ptr, *end = head.ptr + head.len;
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL && ++at < end) {
        const char *close = *at == '!' && end - at > 2 && at[1] == '-' ? memmem(at, (size_t)(end - at), "-->", 3) : memchr(at, '>', (size_t)(end - at));
        if (*at != '?' && *at != '!')
            return (struct tf_str){at, (size_t)((close ? close : end) - at)};
        if (!close)
            break;
        at = close;
    }
    return TF_STR_NONE;
}

struct tf_str tf_signs_narrow(struct tf_str head, char *room, size_t size)
{
    const bool little = begins(head, "\xff\xfe", 2), big = begins(head, "\xfe\xff", 2);
    const size_t high = big || (!little && head.len > 0 && head.ptr[0] == '\0') ? 0 : 1; /* of two bytes, the one that is NUL in ASCII */
    size_t len = 0;
    for (size_t i = little || big ? 2 : 0; i + 1 < head.len && len < size; i += 2)
        room[len++] = head.ptr[i + high] == '\0' && (unsigned char)head.ptr[i + 1 - high] < 0x80 ? head.ptr[i + 1 - high] : '?';
    const struct tf_str text = tf_str_trim((struct tf_str){room, len});
    return text.len > 0 && text.ptr[0] == '<' ? text : TF_STR_NONE;
}

bool tf_signs_xml(struct tf_str head, const char *root, const char *part)
{
    struct tf_str text = tf_str_trim(head), tag;
    if (begins(text, "\xef\xbb\xbf", 3))
        text = (struct tf_str){text.ptr + 3, text.len - 3};
    if (text.len == 0 || text.ptr[0] != '<')
        return false;
    tag = first_tag(text);
    size_t len = 0;
    while (len < tag.len && !isspace((unsigned char)tag.ptr[len]) && tag.ptr[len] != '/' && tag.ptr[len] != '>')
        len++;
    struct tf_str name = {tag.ptr, len};
    const char *colon = len > 0 ? memchr(tag.ptr, ':', len) : NULL;
    if (colon)
        name = (struct tf_str){colon + 1, len - (size_t)(colon + 1 - tag.ptr)};
    return tf_str_is(name, root) && (!part || contains(tag, part));
}

bool tf_signs_fatturapa(struct tf_str head) { return tf_signs_xml(head, "FatturaElettronica", NULL); }
bool tf_signs_ksef(struct tf_str head) { return tf_signs_xml(head, "Faktura", "crd.gov.pl"); }
bool tf_signs_facturae(struct tf_str head) { return tf_signs_xml(head, "Facturae", NULL); }
bool tf_signs_saft(struct tf_str head) { return tf_signs_xml(head, "AuditFile", NULL); }
bool tf_signs_cash_register(struct tf_str head) { return tf_signs_xml(head, "auditfile", "StandardAuditFile-Taxation-CashRegister"); }
bool tf_signs_sbdh(struct tf_str head) { return tf_signs_xml(head, "StandardBusinessDocument", NULL); }
bool tf_signs_zugferd1(struct tf_str head) { return tf_signs_xml(head, "CrossIndustryDocument", NULL); }
bool tf_signs_old_excel(struct tf_str head) { return begins(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8); }
bool tf_signs_xml_excel(struct tf_str head) { return tf_signs_xml(head, "Workbook", NULL); }
bool tf_signs_zip(struct tf_str head) { return begins(head, "PK\x03\x04", 4) || begins(head, "PK\x05\x06", 4) || begins(head, "PK\x06\x06", 4); }

/* A name may stand in front; readers of PDF accept other bytes up to there as well (ISO 32000-1, 7.5.2, and what programs do). */
bool tf_signs_pdf(struct tf_str head)
{
    struct tf_str start = {head.ptr, head.len < 1024 ? head.len : 1024};
    const char *mark = start.len > 0 ? memmem(start.ptr, start.len, "%PDF-", 5) : NULL;
    return mark && (mark == start.ptr || mark[-1] == '\n' || mark[-1] == '\r' || tf_str_blank((struct tf_str){start.ptr, (size_t)(mark - start.ptr)}) ||
                    begins(start, "\xef\xbb\xbf%", 4));
}

bool tf_signs_html(struct tf_str head)
{
    return tf_signs_xml(head, "html", NULL) || tf_signs_xml(head, "HTML", NULL) || tf_signs_xml(head, "table", NULL) || tf_signs_xml(head, "TABLE", NULL);
}

bool tf_signs_picture(struct tf_str head)
{
    return begins(head, "\xff\xd8\xff", 3) || begins(head, "\x89PNG\r\n", 6) || begins(head, "II*\0", 4) || begins(head, "MM\0*", 4) || begins(head, "GIF8", 4);
}

bool tf_signs_packed(struct tf_str head)
{
    return begins(head, "7z\xbc\xaf\x27\x1c", 6) || begins(head, "Rar!\x1a\x07", 6) || begins(head, "\xfd" "7zXZ", 5) || begins(head, "BZh", 3) ||
           begins(head, "\x28\xb5\x2f\xfd", 4);
}

bool tf_signs_gzip(struct tf_str head)
{
    return begins(head, "\x1f\x8b", 2); /* RFC 1952, 2.3.1 */
}

/* UN/EDIFACT, ISO 9735: UNA and its six signs, or UNB. */
bool tf_signs_edifact(struct tf_str head)
{
    struct tf_str text = tf_str_trim(head);
    return (begins(text, "UNA", 3) && contains((struct tf_str){text.ptr, text.len < 64 ? text.len : 64}, "UNB")) || begins(text, "UNB+", 4);
}

/* SAP IDoc: as XML, or flat with a control record. */
bool tf_signs_idoc(struct tf_str head)
{
    struct tf_str text = tf_str_trim(head);
    return begins(text, "EDI_DC40", 8) || (text.len > 0 && text.ptr[0] == '<' && contains(head, "<EDI_DC40"));
}
