/*
 * Document numbers that a slip or a trick makes of one another, told by 32 bits: windows keep no texts.
 *
 * The tag of a number is a polynomial of its characters modulo a prime, so that the tags of all its variants come from its own in a
 * few steps each. Two numbers that have nothing to do with one another are taken for variants about once in 10^7 pairs.
 *
 * What counts is what copies show and counters do not. A digit in another's place is how a series goes on (1041, 1042; 0310, 0410), so
 * it is told from a copy only where the two characters look alike; nor does one more at the end (9, 91). Source: Damerau (1964) for the slips; covinly.com and
 * dataqubi.com, duplicate patterns, for the letter behind a number; which of them tell copies was measured (README "Fraud").
 */
#ifndef TAXFLOW_RULES_FRAUD_ALIKE_H
#define TAXFLOW_RULES_FRAUD_ALIKE_H

#include <stdint.h>

#include "taxflow/str.h"

enum tf_alike {
    TF_ALIKE_NOT,
    TF_ALIKE_SAME,    /* the number itself */
    TF_ALIKE_LETTER,  /* one of them has a letter at its end that the other lacks; of any length */
    TF_ALIKE_SWAPPED, /* two neighbours swapped */
    TF_ALIKE_LOOKS,   /* one character for another that looks like it: O and 0, I, L and 1, Z and 2, S and 5, G and 6, B and 8 */
    TF_ALIKE_LENGTH,  /* one has a character more, at the end no digit but 0; the shorter has five at least, as those above */
};

enum { TF_ALIKE_BYTES_MAX = 64, TF_ALIKE_BYTES_LEAST = 5 };

/* A number and the tags of its variants. */
struct tf_alike_number {
    const char *bytes;
    size_t len;
    uint32_t tag;
    uint32_t power[TF_ALIKE_BYTES_MAX + 2];                                       /* of the polynomial's base */
    uint32_t before[TF_ALIKE_BYTES_MAX + 1], after[TF_ALIKE_BYTES_MAX + 1];       /* tags of the first i characters, of those from i on */
    uint32_t around[TF_ALIKE_BYTES_MAX + 1], inverse[TF_ALIKE_BYTES_MAX + 1];     /* of place i: the tag with nothing there; what turns the rest into a character */
    uint32_t swapped[TF_ALIKE_BYTES_MAX], looks[3 * TF_ALIKE_BYTES_MAX], shorter[TF_ALIKE_BYTES_MAX];
    size_t swapped_count, looks_count, shorter_count;
};

/** Tag of a normalised number: the same in every process. */
uint32_t tf_alike_tag(struct tf_str number);
/**
 * Work out the variants; number is normalised, borrowed, 1 byte at least. One longer than TF_ALIKE_BYTES_MAX has none but itself.
 * Cost  some 20 multiplications a character.
 */
void tf_alike_prepare(struct tf_alike_number *number, struct tf_str text);
/** What the number with this tag is to the prepared one. Cost  O(length). */
enum tf_alike tf_alike_compare(const struct tf_alike_number *number, uint32_t tag);
/** In words: "two neighbouring characters swapped". Static. */
const char *tf_alike_words(enum tf_alike alike);

#endif
