/* The rows of the records that are no invoices (README "Records"). */
#ifndef TAXFLOW_EVENT_DECODE_RECORDS_H
#define TAXFLOW_EVENT_DECODE_RECORDS_H

#include "decode.h"

/* struct tf_event, but for kind and direction, whose words its reader turns into values, and the member of the kind. */
extern const struct tf_decode_shape tf_decode_records_head_shape;
extern const struct tf_decode_shape tf_decode_records_original_shape; /* tf_event.original */
extern const struct tf_decode_shape tf_decode_records_payment_shape; /* struct tf_payment */
extern const struct tf_decode_shape tf_decode_records_journal_shape; /* struct tf_journal */
extern const struct tf_decode_shape tf_decode_records_party_shape;   /* struct tf_party */
extern const struct tf_decode_shape tf_decode_records_return_shape;  /* struct tf_return */
extern const struct tf_decode_shape tf_decode_records_account_shape; /* struct tf_account */

#endif
