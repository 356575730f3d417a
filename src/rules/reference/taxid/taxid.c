#include "taxflow/taxid.h"

#include "check_digit.h"
#include "kinds.h"

/* The rows' words for what they drop. */
enum {
    SPACE = TF_TAXID_SPACE,
    DASH = TF_TAXID_DASH,
    DOT = TF_TAXID_DOT,
    SLASH = TF_TAXID_SLASH,
    COMMA = TF_TAXID_COMMA,
    COLON = TF_TAXID_COLON,
    UNDERSCORE = TF_TAXID_UNDERSCORE,
    AS_TYPED = TF_TAXID_AS_TYPED,
    USUAL = SPACE | DASH | DOT | SLASH | COMMA,
};

struct kind {
    unsigned dropped;
    const char *prefix;
    enum tf_taxid_order order;
    const char *pattern;
    enum tf_taxid (*rule)(struct tf_taxid_number *number);
    struct tf_taxid_sum sum, second;
    bool (*whole)(const uint8_t *c, size_t count);
};

#define WEIGHTS(...) .count = sizeof((int16_t[]){__VA_ARGS__}) / sizeof(int16_t), .weights = {__VA_ARGS__}
#define RULE(name) .rule = tf_taxid_##name
#define SUM(first, place, map_, ...) .sum = {.from = first, .at = place, .map = map_, WEIGHTS(__VA_ARGS__)}
#define CROSS(first, place, map_, ...) .sum = {.from = first, .at = place, .map = map_, .cross = true, WEIGHTS(__VA_ARGS__)}
#define SUM2(first, place, map_, ...) .second = {.from = first, .at = place, .map = map_, WEIGHTS(__VA_ARGS__)}
#define WHOLE(name) .whole = tf_taxid_##name

static const struct kind kinds[] = {
#define TAXID(country_, kind_, dropped_, prefix_, order_, pattern_, ...)                                                                             \
    {.dropped = dropped_, .prefix = prefix_, .order = TF_TAXID_##order_, .pattern = pattern_, __VA_ARGS__},
#include "taxid_kinds.def"
#undef TAXID
};

static const struct tf_taxid_name names[] = {
#define TAXID(country_, kind_, ...) {country_, kind_},
#include "taxid_kinds.def"
#undef TAXID
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0], KIND_NAME_MAX = 16 };

const char *tf_taxid_reason(enum tf_taxid result)
{
    static const char *const words[] = {"valid", "length", "format", "component", "checksum", "unknown kind"};
    return words[result];
}

const struct tf_taxid_name *tf_taxid_names(size_t *ret_count)
{
    *ret_count = KIND_COUNT;
    return names;
}

static struct tf_str lower(struct tf_str text, char out[KIND_NAME_MAX])
{
    for (size_t i = 0; i < text.len; i++)
        out[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] - 'A' + 'a' : text.ptr[i]);
    return (struct tf_str){out, text.len};
}

static int order(const struct tf_taxid_name *name, const char country[2], struct tf_str kind)
{
    int by_country = memcmp(country, name->country, 2);
    return by_country != 0 ? by_country : tf_str_cmp(kind, tf_str_of(name->kind));
}

static const struct kind *find(struct tf_str country, struct tf_str kind)
{
    char letters[2], kind_letters[KIND_NAME_MAX];
    if (country.len != 2 || kind.len > KIND_NAME_MAX)
        return NULL;
    kind = lower(kind, kind_letters);
    for (size_t i = 0; i < 2; i++)
        letters[i] = (char)(country.ptr[i] >= 'a' && country.ptr[i] <= 'z' ? country.ptr[i] - 'a' + 'A' : country.ptr[i]);
    size_t low = 0, high = KIND_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int is = order(&names[middle], letters, kind);
        if (is == 0)
            return &kinds[middle];
        if (is < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* "EL|GR": the alternative that the number begins with goes. */
static void drop_prefix(struct tf_taxid_number *number, const char *alternatives)
{
    for (const char *p = alternatives; *p;) {
        size_t len = strcspn(p, "|");
        if (number->len >= len && memcmp(number->c, p, len) == 0) {
            tf_taxid_number_drop(number, len);
            return;
        }
        p += len + (p[len] == '|');
    }
}

static enum tf_taxid check(const struct kind *kind, struct tf_str text, unsigned year_max)
{
    struct tf_taxid_number number = {.year_max = year_max};
    enum tf_taxid result = TF_TAXID_VALID;
    if (!tf_taxid_number_read(&number, text, kind->dropped))
        return TF_TAXID_LENGTH;
    drop_prefix(&number, kind->prefix);
    if (kind->pattern)
        result = tf_taxid_number_match(&number, kind->pattern, kind->order);
    if (result == TF_TAXID_VALID && kind->rule)
        result = kind->rule(&number);
    if (result != TF_TAXID_VALID)
        return result;
    bool holds = (!kind->sum.map || tf_taxid_sum_holds(&kind->sum, number.c)) && (!kind->second.map || tf_taxid_sum_holds(&kind->second, number.c)) &&
                 (!kind->whole || kind->whole(number.c, number.len));
    return tf_taxid_checksum_if_not(holds);
}

enum tf_taxid tf_taxid_check(struct tf_str country, struct tf_str kind, struct tf_str number)
{
    return tf_taxid_check_until(0, country, kind, number);
}

enum tf_taxid tf_taxid_check_until(unsigned year, struct tf_str country, struct tf_str kind, struct tf_str number)
{
    const struct kind *row = find(country, kind);
    return row ? check(row, number, year) : TF_TAXID_UNKNOWN;
}
