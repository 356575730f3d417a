#include "fraud_normalise.h"

#include <strings.h>

#include "taxflow/fraud.h"

/* Words that stand before a document number in the languages of our currencies; the longest match counts. */
#define WORD(text) {text, sizeof text - 1}
static const struct tf_str a_words[] = {WORD("AVOIR"), WORD("AV")}, b_words[] = {WORD("BILL"), WORD("BELEG")},
    c_words[] = {WORD("CREDITNOTE"), WORD("CREDIT"), WORD("CRN"), WORD("CN")},
    f_words[] = {WORD("FACTURE"), WORD("FACTURA"), WORD("FATTURA"), WORD("FAKTURA"), WORD("FACTUUR"), WORD("FACT"), WORD("FAC"), WORD("FAK"),
                 WORD("FA"), WORD("FV"), WORD("FT"), WORD("FS"), WORD("FRA")},
    g_words[] = {WORD("GUTSCHRIFT"), WORD("GS")}, i_words[] = {WORD("INVOICE"), WORD("INV")},
    n_words[] = {WORD("NUMBER"), WORD("NUM"), WORD("NO"), WORD("NR")},
    r_words[] = {WORD("RECHNUNGSNUMMER"), WORD("RECHNUNGSNR"), WORD("RECHNUNG"), WORD("RECHN"), WORD("RE"), WORD("RG"), WORD("RN")};
#undef WORD

/* By their first letters, as every number of every event is looked at several times. */
struct words { const struct tf_str *items; size_t count; };
#define WORDS(words) {words, sizeof words / sizeof words[0]}
static const struct words by_letter['Z' - 'A' + 1] = {
    ['A' - 'A'] = WORDS(a_words), ['B' - 'A'] = WORDS(b_words), ['C' - 'A'] = WORDS(c_words), ['F' - 'A'] = WORDS(f_words),
    ['G' - 'A'] = WORDS(g_words), ['I' - 'A'] = WORDS(i_words), ['N' - 'A'] = WORDS(n_words), ['R' - 'A'] = WORDS(r_words),
};
#undef WORDS

static struct words words_of(char first)
{
    char upper = (char)(first & ~0x20);
    return upper >= 'A' && upper <= 'Z' ? by_letter[upper - 'A'] : (struct words){NULL, 0};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t prefix_len(struct tf_str text)
{
    size_t best = 0;
    const struct words words = words_of(text.ptr[0]);
    for (size_t i = 0; i < words.count; i++)
        if (words.items[i].len > best && tf_str_starts(text, words.items[i]))
            best = words.items[i].len;
    return best;
}

/* Of words that run together only whole ones go: INV7 and RENR7 lose theirs, REX7 is another number than X7. */
static struct tf_str drop_prefixes(struct tf_str text)
{
    size_t letters = 0;
    while (letters < text.len && !is_digit(text.ptr[letters]))
        letters++;
    struct tf_str word = {text.ptr, letters};
    while (word.len > 0) {
        size_t len = prefix_len(word);
        if (len == 0)
            return text;
        word.ptr += len;
        word.len -= len;
    }
    return (struct tf_str){text.ptr + letters, text.len - letters};
}

/* Upper case, letters and digits; bytes of other alphabets stay as they are. Stops when out is full. */
static size_t squeeze(struct tf_str number, char *out, size_t room, bool *ret_cut)
{
    size_t len = 0;
    *ret_cut = false;
    for (size_t i = 0; i < number.len; i++) {
        char c = number.ptr[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!is_digit(c) && !(c >= 'A' && c <= 'Z') && (unsigned char)c < 0x80)
            continue;
        if (len == room) {
            *ret_cut = true;
            break;
        }
        out[len++] = c;
    }
    return len;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_separator(char c)
{
    return !is_digit(c) && !is_letter(c) && (unsigned char)c < 0x80;
}

static bool is_prefix(struct tf_str word)
{
    const struct words words = words_of(word.ptr[0]);
    for (size_t i = 0; i < words.count; i++)
        if (words.items[i].len == word.len && strncasecmp(words.items[i].ptr, word.ptr, word.len) == 0)
            return true;
    return false;
}

/* A word that stands alone goes whatever follows: INV-X7 is X7. */
static struct tf_str drop_words(struct tf_str number)
{
    for (size_t at = 0;;) {
        while (at < number.len && is_separator(number.ptr[at]))
            at++;
        number = (struct tf_str){number.ptr + at, number.len - at};
        for (at = 0; at < number.len && is_letter(number.ptr[at]);)
            at++;
        if (at == 0 || at == number.len || !is_separator(number.ptr[at]) || !is_prefix((struct tf_str){number.ptr, at}))
            return number;
    }
}

struct tf_str tf_fraud_normalise_into(struct tf_str number, char out[TF_FRAUD_NORMALISE_BYTES])
{
    bool cut;
    size_t len = squeeze(drop_words(number), out, TF_FRAUD_NORMALISE_BYTES, &cut);
    if (cut) {
        struct tf_hash16 hash = tf_hash_sha256(&number, 1);
        len = TF_FRAUD_NORMALISE_BYTES;
        memcpy(out + len - sizeof hash.bytes, hash.bytes, sizeof hash.bytes);
    }
    struct tf_str rest = drop_prefixes((struct tf_str){out, len});
    while (rest.len > 0 && rest.ptr[0] == '0') {
        rest.ptr++;
        rest.len--;
    }
    return rest.len > 0 ? rest : TF_STR_NONE;
}

struct tf_str tf_fraud_normalise_number(struct tf_str number, struct tf_arena *arena)
{
    char out[TF_FRAUD_NORMALISE_BYTES] TF_NOT_CLEARED;
    struct tf_str rest = tf_fraud_normalise_into(number, out);
    return rest.ptr ? tf_arena_dup(arena, rest) : TF_STR_NONE;
}
