#include "balance.h"

#include <stdio.h>
#include <string.h>

#define FINDING "original.findings.0."
static const char rule_id[] = "TF-JE-BALANCE";

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

static void put(struct tf_row *head, const char *member, struct tf_str value)
{
    int at = tf_map_find(head->map, member);
    if (at == TF_MAP_NO_COLUMN || value.len >= TF_CELL_BYTES)
        return;
    memcpy(head->rooms[at], value.ptr, value.len);
    head->values[at] = (struct tf_str){head->rooms[at], value.len};
}

static void put_amount(struct tf_row *head, const char *member, struct tf_decimal amount)
{
    char text[TF_MONEY_TEXT_BYTES];
    put(head, member, tf_money_format(amount, 2, text));
}

void tf_balance_tell(const struct tf_balance *balance, struct tf_row *head)
{
    struct tf_decimal debit = balance->debit, credit = balance->credit;
    if (!balance->any || balance->overflow || (balance->mixed && !balance->all_local))
        return;
    if (balance->mixed) {
        debit = balance->local;
        credit = tf_money_of(0, 2);
    }
    if (tf_money_cmp(debit, credit) == 0)
        return;
    put(head, FINDING "rule", tf_str_of(rule_id));
    put(head, FINDING "path", TF_STR("$.journal.lines"));
    put(head, FINDING "message", TF_STR("the sum of the debits is not that of the credits"));
    put_amount(head, FINDING "observed", debit);
    put_amount(head, FINDING "expected", credit);
}

bool tf_balance_columns(struct tf_map *map)
{
    static const char *const members[] = {FINDING "expected", FINDING "message", FINDING "observed", FINDING "path", FINDING "rule"};
    bool fits = true;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        fits &= tf_map_add(map, tf_str_of(members[i]), TF_MEMBER_TEXT, TF_STR_NONE, TF_STR_NONE);
    return fits;
}
