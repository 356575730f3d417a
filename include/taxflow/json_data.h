/* A data file in JSON (the tables in conf/tax) as a tree of nodes, with the lines that a person looks for what is wrong in. */
#ifndef TAXFLOW_JSON_DATA_H
#define TAXFLOW_JSON_DATA_H

#include <stdint.h>

#include "taxflow/arena.h"
#include "taxflow/err.h"

enum tf_json_type {
    TF_JSON_NULL,
    TF_JSON_FALSE,
    TF_JSON_TRUE,
    TF_JSON_NUMBER,
    TF_JSON_STRING,
    TF_JSON_ARRAY,
    TF_JSON_OBJECT,
};

struct tf_json_node {
    struct tf_str name; /* of a member, unescaped; absent for an element and for the root */
    union {
        struct tf_str text;         /* STRING: unescaped; NUMBER: its own characters */
        struct tf_json_node *items; /* ARRAY, OBJECT: the children; members ordered by the bytes of their names */
    } as;
    uint32_t count;   /* of children */
    uint32_t offset;  /* of the first byte in the text */
    uint8_t type;     /* enum tf_json_type */
    bool name_plain;  /* the name was written without escapes: its bytes are its canonical form */
    bool text_plain;
};

/* A file that is read: what its faults say besides the reason. */
struct tf_json_data {
    struct tf_str text;
    const char *name; /* of the file */
    struct tf_fault *fault;
};

/**
 * Parse a file's text; its root must be an object.
 * ret_root  in the arena, strings are views of a copy there.
 * Returns TF_OK; TF_E_CONFIG with "NAME:LINE: reason" in the fault; TF_E_MEMORY, TF_E_LIMIT.   Cost  O(bytes).
 */
enum tf_err tf_json_data_parse(const struct tf_json_data *data, struct tf_arena *arena, const struct tf_json_node **ret_root) TF_MUST_CHECK;
/** The member of that name, of whatever type but null; NULL when there is none, or the node is no object. O(log members). */
const struct tf_json_node *tf_json_data_member(const struct tf_json_node *object, const char *name);
/** Fill the fault with "NAME:LINE: " and the sentence, and return TF_E_CONFIG. at: what it is about. O(bytes before it). */
enum tf_err tf_json_data_wrong(const struct tf_json_data *data, const struct tf_json_node *at, const char *format, ...) TF_PRINTF(3, 4);

#endif
