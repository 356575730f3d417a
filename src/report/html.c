#include "taxflow/report_html.h"

#include <stdarg.h>

#include "taxflow/report.h"

void tf_html_raw(struct tf_html *html, const char *markup)
{
    tf_buf_puts(html->out, markup);
}

void tf_html_rawf(struct tf_html *html, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (len < 0 || (size_t)len >= sizeof text)
        html->out->failed = true;
    else
        tf_buf_put(html->out, text, (size_t)len);
}

/* ---- Characters ---- */

static uint32_t code_point(const char *at, size_t len)
{
    const unsigned char *byte = (const unsigned char *)at;
    static const unsigned char lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = byte[0] & lead[len];
    for (size_t i = 1; i < len; i++)
        code = code << 6 | (byte[i] & 0x3f);
    return code;
}

/*
 * Characters that are not seen and change what is: controls, marks of direction (Unicode bidirectional algorithm, UAX 9, section 2), spaces
 * of no width, separators of lines, tags. U+200C and U+200D stay: scripts need them.
 */
static bool unseen(uint32_t code)
{
    static const struct { uint32_t first, last; } ranges[] = {
        {0x00, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static const char *entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static void put_character(struct tf_buf *out, const char *at, size_t len)
{
    const char *escaped = entity(*at);
    const uint32_t code = code_point(at, len);
    if (escaped)
        tf_buf_puts(out, escaped);
    else if (code == '\t' || code == '\n' || code == '\r')
        tf_buf_putc(out, ' ');
    else if (unseen(code))
        tf_buf_printf(out, "\xe2\x9f\xa8U+%04X\xe2\x9f\xa9", (unsigned)code);
    else
        tf_buf_put(out, at, len);
}

static void escape(struct tf_buf *out, struct tf_str text, size_t bytes_max)
{
    for (size_t i = 0; i < text.len;) {
        const struct tf_str rest = {text.ptr + i, text.len - i};
        const size_t len = tf_str_utf8_len(rest);
        if (i + (len ? len : 1) > bytes_max) {
            tf_buf_puts(out, "\xe2\x80\xa6");
            return;
        }
        if (len > 0)
            put_character(out, rest.ptr, len);
        else
            tf_buf_puts(out, "\xef\xbf\xbd");
        i += len ? len : 1;
    }
}

void tf_html_text(struct tf_html *html, struct tf_str text)
{
    if (text.len == 0)
        return;
    tf_html_raw(html, "<bdi>");
    escape(html->out, text, TF_HTML_TEXT_BYTES_MAX);
    tf_html_raw(html, "</bdi>");
}

void tf_html_words(struct tf_html *html, struct tf_str text)
{
    escape(html->out, text, SIZE_MAX);
}

void tf_html_attribute(struct tf_html *html, const char *name, struct tf_str value)
{
    tf_html_rawf(html, " %s=\"", name);
    escape(html->out, value, TF_HTML_TEXT_BYTES_MAX);
    tf_html_raw(html, "\"");
}

/* ---- Numbers ---- */

void tf_html_count(struct tf_html *html, uint64_t count)
{
    tf_report_count(html->out, count);
}

void tf_html_digits(struct tf_html *html, struct tf_str digits)
{
    const char *point = digits.len > 0 ? memchr(digits.ptr, '.', digits.len) : NULL;
    const size_t sign = digits.len > 0 && digits.ptr[0] == '-', whole = point ? (size_t)(point - digits.ptr) : digits.len;
    if (sign)
        tf_html_raw(html, "\xe2\x88\x92"); /* the minus sign is as wide as a digit */
    for (size_t i = sign; i < whole; i++) {
        if (i > sign && (whole - i) % 3 == 0)
            tf_buf_putc(html->out, ',');
        tf_buf_putc(html->out, digits.ptr[i]);
    }
    tf_buf_put(html->out, digits.ptr + whole, digits.len - whole);
}

void tf_html_amount(struct tf_html *html, struct tf_decimal amount)
{
    char digits[TF_MONEY_TEXT_BYTES];
    tf_html_digits(html, tf_money_format(amount, 2, digits));
}

/* ---- Tables ---- */

void tf_html_table(struct tf_html *html, const char *id, const char *caption, const struct tf_html_column *columns, size_t count)
{
    tf_html_raw(html, "<div class=\"wide\"><table class=\"sort\"");
    if (id)
        tf_html_attribute(html, "id", tf_str_of(id));
    tf_html_raw(html, "><caption>");
    tf_html_words(html, tf_str_of(caption));
    tf_html_raw(html, "</caption><thead><tr>");
    for (size_t c = 0; c < count; c++) {
        tf_html_raw(html, columns[c].kind == TF_HTML_NUMBER ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        tf_html_words(html, tf_str_of(columns[c].title));
        tf_html_raw(html, "</th>");
    }
    tf_html_raw(html, "</tr></thead><tbody>\n");
}

void tf_html_table_end(struct tf_html *html) { tf_html_raw(html, "</tbody></table></div>\n"); }
void tf_html_row(struct tf_html *html) { tf_html_raw(html, "<tr>"); }
void tf_html_row_end(struct tf_html *html) { tf_html_raw(html, "</tr>\n"); }

void tf_html_cell_text(struct tf_html *html, struct tf_str text)
{
    tf_html_raw(html, "<td>");
    tf_html_text(html, text);
    tf_html_raw(html, "</td>");
}

void tf_html_cell_words(struct tf_html *html, const char *text)
{
    tf_html_raw(html, "<td>");
    tf_html_words(html, tf_str_of(text));
    tf_html_raw(html, "</td>");
}

void tf_html_cell_count(struct tf_html *html, uint64_t count)
{
    tf_html_rawf(html, "<td class=\"n\" data-v=\"%llu\">", (unsigned long long)count);
    tf_html_count(html, count);
    tf_html_raw(html, "</td>");
}

void tf_html_cell_digits(struct tf_html *html, struct tf_str digits)
{
    tf_html_raw(html, "<td class=\"n\"");
    tf_html_attribute(html, "data-v", digits);
    tf_html_raw(html, ">");
    tf_html_digits(html, digits);
    tf_html_raw(html, "</td>");
}

void tf_html_cell_amount(struct tf_html *html, struct tf_str currency, struct tf_decimal amount)
{
    char digits[TF_MONEY_TEXT_BYTES];
    tf_html_raw(html, "<td class=\"n\"");
    tf_html_attribute(html, "data-v", tf_money_format(amount, 2, digits));
    tf_html_raw(html, ">");
    if (currency.len > 0) {
        tf_html_raw(html, "<span class=\"cur\">");
        tf_html_words(html, currency);
        tf_html_raw(html, "</span> ");
    }
    tf_html_amount(html, amount);
    tf_html_raw(html, "</td>");
}
