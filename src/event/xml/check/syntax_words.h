/* What a syntax rule asks for, in words made from its row. */
#ifndef TAXFLOW_EVENT_XML_SYNTAX_WORDS_H
#define TAXFLOW_EVENT_XML_SYNTAX_WORDS_H

#include "syntax_table.h"
#include "taxflow/buf.h"

/** Append a sentence without full stop; row is of a RULE or JUDGED row. */
void tf_syntax_words(const struct tf_syntax_rows *rows, size_t row, struct tf_buf *out);

#endif
