/*
 * The chain of signatures of Portuguese documents: each signs its date, entry time, number, gross total and the signature before it in its series
 * (Portaria 363/2010, Despacho 8632/2014: RSA PKCS #1 v1.5 over SHA-1).
 */
#ifndef TAXFLOW_IMPORT_SAFT_CHAIN_H
#define TAXFLOW_IMPORT_SAFT_CHAIN_H

#include "table.h"

struct tf_signer;

enum { TF_SAFT_CHAINS_MAX = 16384, TF_SAFT_HASH_BYTES = 688 /* Base64 of 4,096 bits */, TF_SAFT_DATE_BYTES = 32 };

struct tf_saft_link {
    char hash[TF_SAFT_HASH_BYTES], date[TF_SAFT_DATE_BYTES], entered[TF_SAFT_DATE_BYTES];
    uint64_t number;
};

struct tf_saft_chain {
    struct tf_saft_table table;
    struct tf_saft_link *links; /* the last document of each series */
    size_t links_count, links_capacity;
    struct tf_signer *signer; /* NULL: no key, nothing is verified */
    uint64_t seed, verified, failed, unverified;
};

/* One document; number is its own text, gross its total to two decimals. */
struct tf_saft_signed {
    struct tf_str number, date, entered, gross, hash;
    bool foreign; /* signed by another program */
};

enum tf_saft_signature { TF_SAFT_VERIFIED, TF_SAFT_FAILED, TF_SAFT_UNVERIFIED };

/** key: path of a PEM file; NULL: none. TF_OK; TF_E_CONFIG, TF_E_MEMORY. */
enum tf_err tf_saft_chain_init(struct tf_saft_chain *chain, const char *key, struct tf_fault *fault) TF_MUST_CHECK;
void tf_saft_chain_finish(struct tf_saft_chain *chain);
/**
 * Take the next document in. ret_order: whether its date and entry time are no earlier than those of the number before it in its series.
 * A signature is verified where there is a key and the signature before it is in the file, or the number is the first of its series.
 * TF_OK; TF_E_MEMORY.   Cost  one RSA verification, some 20 µs.
 */
enum tf_err tf_saft_chain_add(struct tf_saft_chain *chain, const struct tf_saft_signed *document, enum tf_saft_signature *ret_signature,
                              bool *ret_order) TF_MUST_CHECK;
/** Whether a Hash and its HashControl have the form of a signature: Base64 of 64 to 512 bytes, and a key's version; or "0" of a program without certificate. */
bool tf_saft_hash_form(struct tf_str hash, struct tf_str control);

#endif
