#include "direction.h"

static const struct { struct tf_str word; enum tf_direction direction; } words[] = {
    {{"purchase", 8}, TF_DIRECTION_PURCHASE},
    {{"sale", 4}, TF_DIRECTION_SALE},
    {{"intercompany", 12}, TF_DIRECTION_INTERCOMPANY},
};

bool tf_direction_parse(struct tf_str word, enum tf_direction *ret_direction)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (tf_str_eq(word, words[i].word)) {
            *ret_direction = words[i].direction;
            return true;
        }
    }
    return false;
}

/* The next character that counts, upper case; NUL at the end. Spaces and dots are how people group an id. */
static char next_char(struct tf_str *s)
{
    while (s->len > 0) {
        char c = *s->ptr++;
        s->len--;
        if (c != ' ' && c != '.' && c != '\t')
            return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return '\0';
}

static bool same_id(struct tf_str a, struct tf_str b)
{
    char first = '\0';
    for (size_t i = 0;; i++) {
        char c = next_char(&a);
        if (c != next_char(&b))
            return false;
        if (i == 0)
            first = c;
        if (c == '\0')
            return first != '\0'; /* two blanks are no id */
    }
}

static bool is_listed(struct tf_str id, const struct tf_string_list *list)
{
    if (id.len == 0)
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (same_id(id, tf_str_of(list->items[i])))
            return true;
    return false;
}

static bool is_trader(const struct tf_trader *trader, const struct tf_company *company)
{
    if (is_listed(trader->vat_id, &company->vat_ids) || is_listed(trader->legal_id.id, &company->registers))
        return true;
    for (size_t i = 0; company->registers.count > 0 && i < trader->ids.count; i++)
        if (is_listed(trader->ids.items[i].id, &company->registers))
            return true;
    return false;
}

static bool is_credited(const struct tf_payment_means *means, const struct tf_company *company)
{
    for (size_t i = 0; i < means->transfers.count; i++)
        if (is_listed(means->transfers.items[i].account, &company->ibans))
            return true;
    return false;
}

static bool is_paid(const struct tf_invoice *invoice, const struct tf_company *company)
{
    for (size_t i = 0; company->ibans.count > 0 && i < invoice->payments.count; i++)
        if (is_credited(&invoice->payments.items[i], company))
            return true;
    return false;
}

static bool is_seller(const struct tf_invoice *invoice, const struct tf_company *company)
{
    return is_trader(&invoice->seller, company) || is_paid(invoice, company);
}

const struct tf_company *tf_direction_company(const struct tf_invoice *invoice, const struct tf_company *companies, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_seller(invoice, &companies[i]) || is_trader(&invoice->buyer, &companies[i]))
            return &companies[i];
    return NULL;
}

void tf_direction_set(struct tf_event *event, const struct tf_company *companies, size_t count)
{
    const struct tf_invoice *invoice = event->as.invoice;
    bool sells = false, buys = false;
    for (size_t i = 0; i < count; i++) {
        sells = sells || is_seller(invoice, &companies[i]);
        buys = buys || is_trader(&invoice->buyer, &companies[i]);
    }
    if (sells)
        event->direction = buys ? TF_DIRECTION_INTERCOMPANY : TF_DIRECTION_SALE;
    else if (buys)
        event->direction = TF_DIRECTION_PURCHASE;
    event->direction_foreign = count > 0 && !sells && !buys;
}
