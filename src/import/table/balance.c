#include "balance.h"

#include <stdio.h>
#include <string.h>

void tf_balance_init(struct tf_balance *balance)
{
    *balance = (struct tf_balance){.debit = tf_money_of(0, 2), .credit = tf_money_of(0, 2), .local = tf_money_of(0, 2), .all_local = true};
}

static struct tf_str value_of(const struct tf_row *row, const char *member)
{
    int at = tf_map_find(row->map, member);
    return at == TF_MAP_NO_COLUMN ? TF_STR_NONE : row->values[at];
}

/* An absent amount is none. */
static void add(struct tf_balance *balance, struct tf_str amount, struct tf_decimal *sum)
{
    struct tf_decimal value;
    if (amount.len > 0)
        balance->overflow |= tf_money_parse(amount, &value) != TF_OK || !tf_money_add(*sum, value, sum);
}

void tf_balance_add(struct tf_balance *balance, const struct tf_row *line)
{
    const struct tf_str currency = value_of(line, "journal.lines.0.currency"), local = value_of(line, "journal.lines.0.local_amount");
    char own[sizeof balance->currency];
    snprintf(own, sizeof own, "%.*s", TF_STR_ARGS(currency));
    if (!balance->any)
        memcpy(balance->currency, own, sizeof own);
    balance->mixed |= strcmp(own, balance->currency) != 0;
    balance->any = true;
    balance->all_local &= local.len > 0;
    add(balance, value_of(line, "journal.lines.0.debit"), &balance->debit);
    add(balance, value_of(line, "journal.lines.0.credit"), &balance->credit);
    add(balance, local, &balance->local);
}

bool tf_balance_differs(const struct tf_balance *balance, struct tf_decimal *ret_debit, struct tf_decimal *ret_credit)
{
    if (!balance->any || balance->overflow || (balance->mixed && !balance->all_local))
        return false;
    *ret_debit = balance->mixed ? balance->local : balance->debit;
    *ret_credit = balance->mixed ? tf_money_of(0, 2) : balance->credit;
    return tf_money_cmp(*ret_debit, *ret_credit) != 0;
}
