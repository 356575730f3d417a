#include "account.h"

struct tf_str tf_account_into(struct tf_str account, char room[TF_ACCOUNT_BYTES])
{
    size_t len = 0;
    for (size_t i = 0; i < account.len && len < TF_ACCOUNT_BYTES; i++) {
        char c = account.ptr[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            room[len++] = c;
    }
    return len > 0 ? (struct tf_str){room, len} : TF_STR_NONE;
}
