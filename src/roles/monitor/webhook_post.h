/* One alert to a receiver, signed as Standard Webhooks say (standardwebhooks.com, spec 1.0: symmetric signatures, v1). */
#ifndef TF_WEBHOOK_POST_H
#define TF_WEBHOOK_POST_H

#include "taxflow/buf.h"
#include "taxflow/err.h"

enum { TF_WEBHOOK_SECRET_BYTES_MIN = 16, TF_WEBHOOK_SECRET_BYTES_MAX = 4096, TF_WEBHOOK_SIGNATURE_BYTES = sizeof "v1," + 44 };

/**
 * The secret of a file's text: what stands behind "whsec_" in Base64, else the text itself; line ends are cut.
 * out  TF_WEBHOOK_SECRET_BYTES_MAX bytes.   False: fewer than 16 bytes, more than 4096, or no Base64.
 */
bool tf_webhook_secret(struct tf_str text, uint8_t *out, size_t *ret_len);
/** "v1," and the Base64 of HMAC-SHA-256(secret, ID "." TIMESTAMP "." BODY), and a NUL. Pure. */
void tf_webhook_sign(struct tf_str secret, struct tf_str id, int64_t timestamp_s, struct tf_str body, char out[TF_WEBHOOK_SIGNATURE_BYTES]);

struct tf_webhook_post;

/** url and secret are copied. NULL when memory ran out. */
struct tf_webhook_post *tf_webhook_post_create(const char *url, struct tf_str secret);
struct tf_webhook_post *tf_webhook_post_destroy(struct tf_webhook_post *post);

struct tf_webhook_answer {
    long status;            /* 0: none */
    int64_t retry_after_ms; /* -1: not said */
    char reason[160];       /* of a failure; nothing of the alert or the address */
};
/**
 * Send it once, waiting 5 s at most. Redirections are not followed: the alert is for this address alone.
 * id  of the alert: the same at every try.   Returns whether it was taken (2xx).   Thread  one at a time.
 */
bool tf_webhook_post_send(struct tf_webhook_post *post, struct tf_str id, struct tf_str body, struct tf_webhook_answer *ret_answer);

#endif
