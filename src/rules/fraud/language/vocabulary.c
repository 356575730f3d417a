/* The words of the language for people: fields and functions, from their rows. */
#include "fields.h"
#include "taxflow/fraud_language.h"

bool tf_fraud_language_field(size_t index, struct tf_fraud_word *ret_word)
{
    if (index >= TF_FIELD_COUNT)
        return false;
    const struct tf_field *field = &tf_fields()[index];
    *ret_word = (struct tf_fraud_word){field->name, tf_value_type_name(field->type), field->text, field->kinds, field->personal};
    return true;
}

bool tf_fraud_language_function(size_t index, struct tf_fraud_word *ret_word)
{
    static const struct row { const char *name; enum tf_type gives; const char *text; } rows[] = {
#define TF_FUNCTION(name, op, takes, gives, text) {#name "(x)", TF_TYPE_##gives, text},
#include "functions.def"
#undef TF_FUNCTION
#define TAKES_NONE "(key, window)"
#define TAKES_OPTIONAL "([value,] key, window)"
#define TAKES_NEEDED "(field, key, window)"
#define TF_WINDOW_FUNCTION(name, kind, value, gives, text) {#name TAKES_##value, TF_TYPE_##gives, text},
#include "windows.def"
#undef TF_WINDOW_FUNCTION
    };
    if (index >= sizeof rows / sizeof rows[0])
        return false;
    const char *type = rows[index].gives == TF_TYPE_NONE ? "as its value" : tf_value_type_name(rows[index].gives);
    *ret_word = (struct tf_fraud_word){rows[index].name, type, rows[index].text, 0, false};
    return true;
}
