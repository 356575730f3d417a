/* What role tax remembers where tax.history asks for it: windows of sellers' invoices, as the fraud role has windows of its own. */
#ifndef TAXFLOW_ROLES_TAX_TAX_MEMORY_H
#define TAXFLOW_ROLES_TAX_TAX_MEMORY_H

#include "memory/state_log.h"

struct tf_tax_memory;

/** ruleset: borrowed, must live as long. Returns NULL when memory ran out. */
struct tf_tax_memory *tf_tax_memory_create(struct tf_process *process, const struct tf_fraud_ruleset *ruleset, const char *label);
struct tf_tax_memory *tf_tax_memory_destroy(struct tf_tax_memory *memory);
/** What a record asks; any thread. */
enum tf_err tf_tax_memory_ask(const struct tf_tax_memory *memory, const struct tf_item *item, struct tf_arena *arena,
                              struct tf_state_question **ret_question) TF_MUST_CHECK;
void tf_tax_memory_expect(const struct tf_tax_memory *memory, const struct tf_state_question *question, enum tf_soon soon);
/**
 * The answers to a question, and the record remembered with the batch. *ret_history is NULL where no room is left (state.max_bytes): tax data is
 * judged on, these rules are not; logged once.
 * Returns TF_OK; TF_E_LIMIT: the arena is full; TF_E_MEMORY.
 */
enum tf_err tf_tax_memory_judge(struct tf_tax_memory *memory, const struct tf_item *item, struct tf_state_question *question,
                                struct tf_arena *arena, struct tf_fraud_verdict **ret_history) TF_MUST_CHECK;
/** Its rows and their way back. */
struct tf_state_log *tf_tax_memory_log(const struct tf_tax_memory *memory);
/** Take a changed configuration over; between batches. */
void tf_tax_memory_refresh(struct tf_tax_memory *memory);
void tf_tax_memory_commit(struct tf_tax_memory *memory);
void tf_tax_memory_abort(struct tf_tax_memory *memory);

#endif
