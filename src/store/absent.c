/* In a build without SQLite: nobody gets a store, so nobody calls what needs one. The other files of the room are left out. */
#include "taxflow/store.h"

enum tf_err tf_store_open(const struct tf_store_options *options, struct tf_store **ret_store, struct tf_fault *fault)
{
    (void)ret_store;
    return tf_fault_set(fault, TF_E_CONFIG, "%s: this taxflow was built without SQLite, in which states are kept; build it where libsqlite3-dev is installed",
                        options->folder);
}

const char *tf_store_library(void) { return "without SQLite (audit --state)"; }
struct tf_store *tf_store_close(struct tf_store *store) { return store; }
const char *tf_store_file_name(struct tf_store *store, uint32_t number) { return (void)store, (void)number, "?"; }
enum tf_err tf_store_commit(struct tf_store *store, struct tf_fault *fault) { return (void)store, (void)fault, TF_E_CONFIG; }

enum tf_err tf_store_hold_to(struct tf_store *store, const char *what, struct tf_str value, const char *remedy, struct tf_fault *fault)
{
    return (void)store, (void)what, (void)value, (void)remedy, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_add_file(struct tf_store *store, struct tf_str name, int64_t started_ms, uint32_t *ret_number, struct tf_fault *fault)
{
    return (void)store, (void)name, (void)started_ms, (void)ret_number, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_find_claim(struct tf_store *store, struct tf_hash16 id, struct tf_store_claim *ret_claim, bool *ret_found, struct tf_fault *fault)
{
    return (void)store, (void)id, (void)ret_claim, (void)ret_found, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_add_claim(struct tf_store *store, const struct tf_store_claim *claim, struct tf_fault *fault)
{
    return (void)store, (void)claim, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_forget_claims(struct tf_store *store, int64_t before_ms, struct tf_fault *fault)
{
    return (void)store, (void)before_ms, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_read_rows(struct tf_store *store, unsigned stream, enum tf_err (*visit)(void *self, struct tf_str key, struct tf_str value), void *self,
                               struct tf_fault *fault)
{
    return (void)store, (void)stream, (void)visit, (void)self, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_put_item(struct tf_store *store, enum tf_store_list list, uint32_t number, struct tf_str value, struct tf_fault *fault)
{
    return (void)store, (void)list, (void)number, (void)value, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_read_list(struct tf_store *store, enum tf_store_list list, enum tf_err (*visit)(void *self, uint32_t number, struct tf_str value),
                               void *self, struct tf_fault *fault)
{
    return (void)store, (void)list, (void)visit, (void)self, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_last_document(struct tf_store *store, uint64_t *ret_number, struct tf_fault *fault)
{
    return (void)store, (void)ret_number, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_add_document(struct tf_store *store, const struct tf_store_document *document, struct tf_fault *fault)
{
    return (void)store, (void)document, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_replace_document(struct tf_store *store, uint64_t number, struct tf_fault *fault)
{
    return (void)store, (void)number, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_find_document(struct tf_store *store, struct tf_hash16 identity, bool revised, struct tf_store_document *ret_document, bool *ret_found,
                                   struct tf_fault *fault)
{
    return (void)store, (void)identity, (void)revised, (void)ret_document, (void)ret_found, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_document(struct tf_store *store, uint64_t number, struct tf_store_document *ret_document, bool *ret_found, struct tf_fault *fault)
{
    return (void)store, (void)number, (void)ret_document, (void)ret_found, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_read_documents(struct tf_store *store, enum tf_err (*visit)(void *self, const struct tf_store_document *document), void *self,
                                    struct tf_fault *fault)
{
    return (void)store, (void)visit, (void)self, (void)fault, TF_E_CONFIG;
}

enum tf_err tf_store_put_row(struct tf_store *store, unsigned stream, struct tf_str key, struct tf_str value, struct tf_fault *fault)
{
    return (void)store, (void)stream, (void)key, (void)value, (void)fault, TF_E_CONFIG;
}
