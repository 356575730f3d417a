/* What the master files describe, so that what comes behind them can be held against it: accounts, customers, suppliers, tax codes. */
#ifndef TAXFLOW_IMPORT_SAFT_ENTITIES_H
#define TAXFLOW_IMPORT_SAFT_ENTITIES_H

#include "table.h"
#include "taxflow/arena.h"
#include "taxflow/money.h"

/* BALANCE: of a party on one account. RATE: one rate of a tax code. */
enum tf_saft_kind {
    TF_SAFT_OF_ACCOUNT,
    TF_SAFT_OF_CUSTOMER,
    TF_SAFT_OF_SUPPLIER,
    TF_SAFT_OF_CODE,
    TF_SAFT_OF_RATE,
    TF_SAFT_OF_CUSTOMER_BALANCE,
    TF_SAFT_OF_SUPPLIER_BALANCE,
    TF_SAFT_KINDS
};

enum { TF_SAFT_ENTITIES_MAX = 400000, TF_SAFT_WORDS_BYTES_MAX = 64 << 20 };

struct tf_saft_entity {
    struct tf_decimal opening, closing, movement; /* debit is positive */
    struct tf_str id;
    struct tf_str name, tax_id, country; /* of parties of documents; of a code, name is its standard code. Absent: not given */
    uint32_t line;                       /* of the file, where it is described */
    uint8_t kind;
    bool balanced; /* opening and closing are given */
    bool overflow; /* its movement passes what can be reckoned */
};

struct tf_saft_entities {
    struct tf_saft_table table;
    struct tf_saft_entity *items;
    size_t count, capacity;
    size_t counts[TF_SAFT_KINDS];
    struct tf_arena *words;
    uint64_t seed;
    bool full; /* more than can be held: what is not found may yet be there */
};

enum tf_err tf_saft_entities_init(struct tf_saft_entities *entities) TF_MUST_CHECK;
void tf_saft_entities_finish(struct tf_saft_entities *entities);
/**
 * Add one. more: the second part of its name (a party's account, a code's rate); absent: none.
 * Returns TF_OK and the entity in *ret_entity, good until the next one is added; NULL there when it is known already, or all places are taken (`full`).
 * TF_E_MEMORY.
 */
enum tf_err tf_saft_entities_add(struct tf_saft_entities *entities, enum tf_saft_kind kind, struct tf_str id, struct tf_str more, uint64_t line,
                                 struct tf_saft_entity **ret_entity) TF_MUST_CHECK;
/** The one of a name; NULL: there is none. O(1). */
struct tf_saft_entity *tf_saft_entities_find(const struct tf_saft_entities *entities, enum tf_saft_kind kind, struct tf_str id, struct tf_str more);
/** Keep a text as long as the entities; absent where it is absent, or 64 MiB of them are kept. */
struct tf_str tf_saft_entities_keep(struct tf_saft_entities *entities, struct tf_str text);

#endif
