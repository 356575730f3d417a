/* Signatures that others made, verified with their public key. */
#ifndef TAXFLOW_SIGNER_H
#define TAXFLOW_SIGNER_H

#include "taxflow/err.h"
#include "taxflow/str.h"

/* Whose signatures they are: one RSA key. */
struct tf_signer;

/**
 * Read a public key (PEM: SubjectPublicKeyInfo, or a certificate). path: of a file.
 * Returns TF_OK; TF_E_CONFIG when it cannot be read or is no RSA key of 1,024 bits or more, with the reason.
 */
enum tf_err tf_signer_open(const char *path, struct tf_signer **ret_signer, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_signer *tf_signer_close(struct tf_signer *signer);
/**
 * Whether a signature (Base64, RFC 4648) is one of this key over a text: RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017 section 8.2), as Portugal's Portaria
 * 363/2010 demands it. SHA-1 proves nothing against who can choose the text; it is what those files are signed with.
 * Thread  one at a time.   Cost  some 20 µs at 1,024 bits.
 */
bool tf_signer_verify_sha1(struct tf_signer *signer, struct tf_str text, struct tf_str signature);

#endif
