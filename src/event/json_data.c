#include "taxflow/json_data.h"

#include <stdarg.h>
#include <stdio.h>

#include "json_members.h"
#include "taxflow/event.h"

static size_t line_of(struct tf_str text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

/* What the parser says of a place in the text, as a fault of the file. */
static enum tf_err refuse(const struct tf_json_data *data, enum tf_err err, const struct tf_problem *problem)
{
    if (tf_err_class(err) != TF_CLASS_DROP)
        return tf_fault_set(data->fault, err, "%s cannot be read: %s", data->name, tf_err_text(err));
    const struct tf_str reason = tf_str_present(problem->detail) ? problem->detail : tf_str_of(tf_err_text(err));
    return tf_fault_set(data->fault, TF_E_CONFIG, "%s:%zu: %.*s", data->name, line_of(data->text, problem->offset), TF_STR_ARGS(reason));
}

enum tf_err tf_json_data_parse(const struct tf_json_data *data, struct tf_arena *arena, const struct tf_json_node **ret_root)
{
    struct tf_problem problem = {.err = TF_OK};
    struct tf_json_node *root = NULL;
    struct tf_json_tree *tree = tf_json_tree_create();
    if (!tree)
        return tf_fault_set(data->fault, TF_E_MEMORY, "memory ran out while %s was read", data->name);
    const struct tf_json_path path = {.name = TF_STR("$")};
    const enum tf_err err = tf_json_tree_parse(tree, data->text, &path, arena, &root, &problem);
    tf_json_tree_destroy(tree);
    if (err != TF_OK)
        return refuse(data, err, &problem);
    if (root->type != TF_JSON_OBJECT)
        return tf_json_data_wrong(data, root, "the file must be one object: { … }");
    *ret_root = root;
    return TF_OK;
}

const struct tf_json_node *tf_json_data_member(const struct tf_json_node *object, const char *name)
{
    return tf_json_members_find(object, tf_str_of(name));
}

enum tf_err tf_json_data_wrong(const struct tf_json_data *data, const struct tf_json_node *at, const char *format, ...)
{
    char sentence[TF_FAULT_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return tf_fault_set(data->fault, TF_E_CONFIG, "%s:%zu: %s", data->name, line_of(data->text, at->offset), sentence);
}
