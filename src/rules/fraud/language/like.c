#include "like.h"

static size_t character(struct tf_str text, size_t at)
{
    size_t bytes = tf_str_utf8_len((struct tf_str){text.ptr + at, text.len - at});
    return bytes ? bytes : 1;
}

/* What a % takes is widened by one character each time what follows it does not fit; only the last % is ever tried again. */
bool tf_like(struct tf_str text, struct tf_str pattern)
{
    size_t t = 0, p = 0, taken = 0, again = SIZE_MAX;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '%') {
            again = ++p;
            taken = t;
        } else if (p < pattern.len && pattern.ptr[p] == '_') {
            p++;
            t += character(text, t);
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (again != SIZE_MAX) {
            taken += character(text, taken);
            t = taken;
            p = again;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '%')
        p++;
    return p == pattern.len;
}
