#include "chain.h"

#include <stdio.h>
#include <stdlib.h>

#include "numbers.h"
#include "taxflow/signer.h"

enum { SIGNATURE_BYTES_MIN = 64, SIGNATURE_BYTES_MAX = 512 };

enum tf_err tf_saft_chain_init(struct tf_saft_chain *chain, const char *key, struct tf_fault *fault)
{
    *chain = (struct tf_saft_chain){.links = NULL};
    tf_hash_random(&chain->seed, sizeof chain->seed);
    return key ? tf_signer_open(key, &chain->signer, fault) : TF_OK;
}

void tf_saft_chain_finish(struct tf_saft_chain *chain)
{
    tf_saft_table_finish(&chain->table);
    tf_signer_close(chain->signer);
    free(chain->links);
    *chain = (struct tf_saft_chain){.links = NULL};
}

bool tf_saft_hash_form(struct tf_str hash, struct tf_str control)
{
    uint8_t bytes[TF_SAFT_HASH_BYTES];
    size_t len = 0;
    if (tf_str_is(hash, "0"))
        return true;
    return hash.len <= TF_SAFT_HASH_BYTES && tf_hash_unbase64(hash, bytes, &len) && len >= SIGNATURE_BYTES_MIN && len <= SIGNATURE_BYTES_MAX &&
           control.len > 0 && control.ptr[0] >= '0' && control.ptr[0] <= '9';
}

/* The last document of a series; NULL where there are more series than can be held. */
static enum tf_err link_of(struct tf_saft_chain *chain, struct tf_str series, struct tf_saft_link **ret_link)
{
    struct tf_hash16 key = tf_hash_table(series, chain->seed);
    uint32_t at = tf_saft_table_find(&chain->table, key);
    *ret_link = at == TF_SAFT_NOWHERE ? NULL : &chain->links[at];
    if (*ret_link || chain->links_count == TF_SAFT_CHAINS_MAX)
        return TF_OK;
    if (chain->links_count == chain->links_capacity) {
        size_t capacity = chain->links_capacity ? chain->links_capacity * 2 : 16;
        struct tf_saft_link *links = realloc(chain->links, capacity * sizeof *links);
        if (!links)
            return TF_E_MEMORY;
        chain->links = links;
        chain->links_capacity = capacity;
    }
    if (!tf_saft_table_put(&chain->table, key, (uint32_t)chain->links_count))
        return TF_E_MEMORY;
    *ret_link = &chain->links[chain->links_count++];
    memset(*ret_link, 0, sizeof **ret_link);
    return TF_OK;
}

static void keep(char *into, size_t size, struct tf_str text)
{
    size_t len = text.len < size ? text.len : size - 1;
    if (len > 0)
        memcpy(into, text.ptr, len);
    into[len] = '\0';
}

static bool verify(const struct tf_saft_chain *chain, const struct tf_saft_signed *document, const char *before)
{
    char text[4 * TF_SAFT_HASH_BYTES];
    int len = snprintf(text, sizeof text, "%.*s;%.*s;%.*s;%.*s;%s", TF_STR_ARGS(document->date), TF_STR_ARGS(document->entered),
                       TF_STR_ARGS(document->number), TF_STR_ARGS(document->gross), before);
    return len > 0 && (size_t)len < sizeof text && tf_signer_verify_sha1(chain->signer, (struct tf_str){text, (size_t)len}, document->hash);
}

enum tf_err tf_saft_chain_add(struct tf_saft_chain *chain, const struct tf_saft_signed *document, enum tf_saft_signature *ret_signature,
                              bool *ret_order)
{
    struct tf_str series;
    uint64_t number;
    struct tf_saft_link *link = NULL;
    *ret_signature = TF_SAFT_UNVERIFIED;
    *ret_order = true;
    if (tf_saft_numbers_split(document->number, &series, &number))
        TF_TRY(link_of(chain, series, &link));
    if (link) {
        bool next = link->number > 0 && number == link->number + 1;
        if (link->number > 0 && number > link->number)
            *ret_order = tf_str_cmp(document->date, tf_str_of(link->date)) >= 0 && tf_str_cmp(document->entered, tf_str_of(link->entered)) >= 0;
        if (chain->signer && !document->foreign && !tf_str_is(document->hash, "0") && (next || (number == 1 && link->number == 0)))
            *ret_signature = verify(chain, document, link->hash) ? TF_SAFT_VERIFIED : TF_SAFT_FAILED;
        link->number = number;
        keep(link->hash, sizeof link->hash, document->hash);
        keep(link->date, sizeof link->date, document->date);
        keep(link->entered, sizeof link->entered, document->entered);
    }
    chain->verified += *ret_signature == TF_SAFT_VERIFIED;
    chain->failed += *ret_signature == TF_SAFT_FAILED;
    chain->unverified += *ret_signature == TF_SAFT_UNVERIFIED;
    return TF_OK;
}
