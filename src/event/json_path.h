/* Where in a JSON text the reader stands: frames on the stack while it descends, text only when something is wrong. */
#ifndef TAXFLOW_EVENT_JSON_PATH_H
#define TAXFLOW_EVENT_JSON_PATH_H

#include "taxflow/arena.h"
#include "taxflow/err.h"

struct tf_problem;

struct tf_json_path {
    const struct tf_json_path *up; /* NULL: this frame is the root, "$" or the text in `name` */
    struct tf_str name;            /* member name; absent for an array element */
    size_t index;                  /* element of an array */
};

/**
 * The path as text: "$.invoice.lines[3].net". A name that is no plain identifier could be anything, a value put in the
 * wrong place included, and is shown as "…". Absent when the arena is full. Cost O(depth).
 */
struct tf_str tf_json_path_text(const struct tf_json_path *path, struct tf_arena *arena);
/**
 * Fill problem and return err, so that `return tf_json_path_problem(…)` reads as one thought.
 * member  appended to the path; absent for none.   detail  one sentence, static.
 */
enum tf_err tf_json_path_problem(struct tf_problem *problem, struct tf_arena *arena, enum tf_err err, const struct tf_json_path *path,
                                 struct tf_str member, size_t offset, const char *detail);

#endif
