#include "taxflow/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct row {
    enum tf_err_class class;
    const char *reason;
    const char *text;
};

static const struct row rows[TF_ERR_COUNT] = {
    [TF_OK] = {TF_CLASS_OK, "ok", "nothing went wrong"},
#define X(name, class, reason, text) [TF_##name] = {TF_CLASS_##class, reason, text},
    TF_ERR_TABLE(X)
#undef X
};

/* A code from outside the table is itself a breach, so every question about it gets that row's answer. */
static const struct row *row_of(enum tf_err err)
{
    return &rows[(unsigned)err < TF_ERR_COUNT ? err : TF_E_BREACH];
}

enum tf_err_class tf_err_class(enum tf_err err)
{
    return row_of(err)->class;
}

const char *tf_err_reason(enum tf_err err)
{
    return row_of(err)->reason;
}

const char *tf_err_text(enum tf_err err)
{
    return row_of(err)->text;
}

static int exit_status_of_fatal(enum tf_err err)
{
    switch (err) {
    case TF_E_USAGE:
        return 64;
    case TF_E_NO_INPUT:
        return 66;
    case TF_E_PERMISSION:
    case TF_E_IO: /* a read-only volume, a full disk: what the system refuses, and a person has to see to */
        return 77;
    case TF_E_CONFIG:
    case TF_E_FENCED: /* two instances share one identity: a restart would only fence the other one */
        return 78;
    default:
        return 70;
    }
}

int tf_err_exit_status(enum tf_err err)
{
    switch (tf_err_class(err)) {
    case TF_CLASS_OK:
        return 0;
    case TF_CLASS_RETRY:
        return 69;
    case TF_CLASS_DROP:
        return 65;
    default:
        return exit_status_of_fatal(err);
    }
}

static void end_in_ellipsis(char text[TF_FAULT_TEXT_BYTES])
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t cut = TF_FAULT_TEXT_BYTES - sizeof ellipsis;
    while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) /* not inside a UTF-8 sequence */
        cut--;
    memcpy(text + cut, ellipsis, sizeof ellipsis);
}

enum tf_err tf_fault_set(struct tf_fault *fault, enum tf_err err, const char *format, ...)
{
    if (err == TF_OK)
        err = TF_E_BREACH;
    if (!fault)
        return err;
    fault->code = err;
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    if (wanted < 0)
        fault->text[0] = '\0';
    else if ((size_t)wanted >= sizeof fault->text)
        end_in_ellipsis(fault->text);
    return err;
}
