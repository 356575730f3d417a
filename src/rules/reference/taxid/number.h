/* A number as its kind's check sees it: the characters that count, one byte each, upper case, separators dropped. */
#ifndef TAXFLOW_RULES_REFERENCE_TAXID_NUMBER_H
#define TAXFLOW_RULES_REFERENCE_TAXID_NUMBER_H

#include "taxflow/taxid.h"

enum { TF_TAXID_CHARS_MAX = 96 };

/* Bits: what a kind drops wherever it stands. */
enum {
    TF_TAXID_SPACE = 1 << 0,
    TF_TAXID_DASH = 1 << 1,
    TF_TAXID_DOT = 1 << 2,
    TF_TAXID_SLASH = 1 << 3,
    TF_TAXID_COMMA = 1 << 4,
    TF_TAXID_COLON = 1 << 5,
    TF_TAXID_UNDERSCORE = 1 << 6,
    TF_TAXID_AS_TYPED = 1 << 7, /* lower case stays what it is, and fits no letter */
};

/* Bytes above ASCII in a read number: letters that some kind knows, and one for all others. */
enum {
    TF_TAXID_BYTE_OTHER = 0x80,
    TF_TAXID_BYTE_ARABIC_ZERO = 0x90, /* to 0x99: the digits of Arabic and Persian */
    TF_TAXID_BYTE_CYRILLIC = 0xA0,    /* to 0xBF: А to Я */
    TF_TAXID_BYTE_N_TILDE = 0xD1,     /* Ñ */
};

struct tf_taxid_number {
    uint8_t c[TF_TAXID_CHARS_MAX];
    size_t len;
    unsigned year_max; /* no number of a later year can have been given yet; 0: any may */
};

/**
 * Read what a person wrote.
 *
 * drop  TF_TAXID_SPACE | …
 * Returns false when more than TF_TAXID_CHARS_MAX characters count.  Bytes that are no UTF-8 count as characters that no kind has.
 */
bool tf_taxid_number_read(struct tf_taxid_number *number, struct tf_str text, unsigned drop);

/** Whether it begins with prefix (ASCII, upper case). */
bool tf_taxid_number_starts(const struct tf_taxid_number *number, const char *prefix);
/** Take the first count characters away; count <= number->len. */
void tf_taxid_number_drop(struct tf_taxid_number *number, size_t count);
/** Put text (ASCII) before it; false when there is no room. */
bool tf_taxid_number_prepend(struct tf_taxid_number *number, const char *text);
/** Put zeros before it until it has len characters. */
void tf_taxid_number_pad(struct tf_taxid_number *number, size_t len);

static inline bool tf_taxid_is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static inline bool tf_taxid_is_letter(uint8_t c) { return c >= 'A' && c <= 'Z'; }
/** Whether c is one of the characters of set. */
static inline bool tf_taxid_one_of(uint8_t c, const char *set) { return c != 0 && strchr(set, c) != NULL; }
/** Whether count characters from c are digits; true for none. */
bool tf_taxid_digits(const uint8_t *c, size_t count);
/** Whether count characters from c are all 0; true for none. */
bool tf_taxid_zeros(const uint8_t *c, size_t count);
/** The number that at most 18 digits write. */
uint64_t tf_taxid_value(const uint8_t *c, size_t count);
/** Whether the day exists in the Gregorian calendar; year 1..9999. */
bool tf_taxid_day_exists(unsigned year, unsigned month, unsigned day);

/* Which fault counts when a number has several: as the peers report it. */
enum tf_taxid_order {
    TF_TAXID_LENGTH_FIRST, /* a wrong length before a wrong character */
    TF_TAXID_FORMAT_FIRST, /* a wrong character before a wrong length; what is too long or too short ends as the form does */
    TF_TAXID_WHOLE,        /* anything that does not fit is a wrong format */
};

/**
 * Hold a number against a pattern.
 *
 * pattern  forms separated by |; in a form d is a digit, n a digit but 0, a a letter, x a letter or digit, . anything; any other character stands for
 *          itself; a space is for the reader's eye alone.
 * Returns TF_TAXID_VALID, TF_TAXID_LENGTH or TF_TAXID_FORMAT.
 */
enum tf_taxid tf_taxid_number_match(const struct tf_taxid_number *number, const char *pattern, enum tf_taxid_order order);

#endif
