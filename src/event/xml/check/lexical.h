/* How a text may be written, by the built-in types of XML Schema 1.0 part 2 that the schemas of UBL and CII use. */
#ifndef TAXFLOW_EVENT_XML_LEXICAL_H
#define TAXFLOW_EVENT_XML_LEXICAL_H

#include "taxflow/str.h"

enum tf_lexical {
#define LEXICAL(symbol, words) TF_LEXICAL_##symbol,
#include "lexical.def"
#undef LEXICAL
};

/* base64Binary in pieces of any length: 3.2.16. All zero at the beginning. */
struct tf_lexical_base64 {
    uint8_t digits, padding; /* of the group of four that is being read */
    bool wrong, over;        /* over: padding has ended it */
    char last;
};

/** Whether the text, white space around it aside, is of the kind. Not for TF_LEXICAL_base64. O(length). */
bool tf_lexical_fits(enum tf_lexical kind, struct tf_str text);
/** What the kind asks for, after "must be": "a decimal number". */
const char *tf_lexical_words(enum tf_lexical kind);
/** The text's next piece. O(length). */
void tf_lexical_base64_piece(struct tf_lexical_base64 *state, struct tf_str piece);
/** Whether all pieces together are base64. */
bool tf_lexical_base64_fits(const struct tf_lexical_base64 *state);

#endif
