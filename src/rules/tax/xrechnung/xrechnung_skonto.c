#include "xrechnung.h"

/* Reads on from the left; each step takes what it knows, or says no. */
static bool take(struct tf_str *rest, const char *word)
{
    const struct tf_str asked = tf_str_of(word);
    if (!tf_str_starts(*rest, asked))
        return false;
    rest->ptr += asked.len;
    rest->len -= asked.len;
    return true;
}

static size_t take_digits(struct tf_str *rest)
{
    size_t count = 0;
    for (; rest->len > 0 && rest->ptr[0] >= '0' && rest->ptr[0] <= '9'; count++) {
        rest->ptr++;
        rest->len--;
    }
    return count;
}

/* Digits, a point and two digits. */
static bool take_amount(struct tf_str *rest)
{
    return take_digits(rest) > 0 && take(rest, ".") && take_digits(rest) == 2;
}

/* #SKONTO#TAGE=14#PROZENT=2.00#, with #BASISBETRAG=100.00 before the last # where the discount is on a part. */
static bool is_discount(struct tf_str line)
{
    struct tf_str rest = tf_str_trim(line);
    if (!take(&rest, "#SKONTO#TAGE=") || take_digits(&rest) == 0 || !take(&rest, "#PROZENT=") || !take_amount(&rest))
        return false;
    if (take(&rest, "#BASISBETRAG=")) {
        (void)take(&rest, "-");
        if (!take_amount(&rest))
            return false;
    }
    return take(&rest, "#") && rest.len == 0;
}

static struct tf_str next_line(struct tf_str *rest)
{
    const char *end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
    struct tf_str line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    const size_t taken = line.len + (end ? 1 : 0);
    rest->ptr += taken;
    rest->len -= taken;
    return line;
}

/* Where the text between the first and the last # of a line ends; 0 for a line that has no text between two. */
static size_t marked_end(struct tf_str line)
{
    const char *first = line.len > 0 ? memchr(line.ptr, '#', line.len) : NULL;
    if (!first)
        return 0;
    size_t last = line.len - 1;
    while (line.ptr[last] != '#')
        last--;
    return last >= (size_t)(first - line.ptr) + 2 ? last + 1 : 0;
}

/* White space with a line break in it, before anything else. */
static bool begins_with_break(struct tf_str text)
{
    const struct tf_str after = tf_str_trim(text);
    const size_t blanks = after.len > 0 ? (size_t)(after.ptr - text.ptr) : text.len;
    return blanks > 0 && memchr(text.ptr, '\n', blanks) != NULL;
}

bool tf_xrechnung_skonto_fits(struct tf_str terms)
{
    struct tf_str rest = terms, last = terms; /* last: what follows the last discount */
    bool any = false, all = true;
    while (rest.len > 0) {
        const struct tf_str line = next_line(&rest);
        const size_t end = marked_end(line);
        if (end > 0)
            last = (struct tf_str){line.ptr + end, (size_t)(terms.ptr + terms.len - line.ptr) - end};
        if (!tf_str_starts(tf_str_trim(line), TF_STR("#")))
            continue;
        any = true;
        all &= is_discount(line);
    }
    return !any || (all && begins_with_break(last));
}
