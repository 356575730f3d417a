/* TF-11: numbers that carry check digits wherever they stand: accounts, banks, parties, articles, creditor references. */
#include "own.h"
#include "taxflow/ids.h"

/* Identifiers by the scheme they name: ISO 6523 ICD, which EAS shares. */
enum { SCHEME_LEN = 4 };
static const struct scheme {
    char code[SCHEME_LEN + 1];
    enum tf_taxid (*check)(struct tf_str id);
} schemes[] = {
    {"0088", tf_ids_gln},
    {"0160", tf_ids_gtin},
    {"0199", tf_ids_lei},
};

static void judge(struct tf_case *c, enum tf_taxid result, struct tf_spot spot)
{
    tf_case_saw(c, TF_RULE_TF_11);
    if (result != TF_TAXID_VALID)
        tf_case_find_text(c, TF_RULE_TF_11, spot, tf_str_of(tf_taxid_reason(result)), TF_STR("valid"));
}

static void judge_id(struct tf_case *c, struct tf_id id, struct tf_spot spot)
{
    if (!tf_str_present(id.scheme))
        return;
    const struct tf_str scheme = tf_str_trim(id.scheme);
    if (scheme.len != SCHEME_LEN || tf_str_blank(id.id))
        return;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (memcmp(scheme.ptr, schemes[i].code, SCHEME_LEN) == 0)
            judge(c, schemes[i].check(tf_str_trim(id.id)), spot);
}

static bool is_letter(char ch) { return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z'); }
static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }

static bool begins_as_iban(struct tf_str account)
{
    return account.len > 4 && is_letter(account.ptr[0]) && is_letter(account.ptr[1]) && is_digit(account.ptr[2]) && is_digit(account.ptr[3]);
}

/* UNTDID 4461: SEPA credit transfer and SEPA direct debit know no other account than an IBAN. */
static bool is_sepa(const struct tf_payment_means *payment)
{
    const struct tf_str code = tf_str_trim(payment->means_code);
    return tf_str_is(code, "58") || tf_str_is(code, "59");
}

static void judge_account(struct tf_case *c, const struct tf_payment_means *payment, struct tf_str account, struct tf_spot spot)
{
    account = tf_str_trim(account);
    if (account.len == 0 || (!is_sepa(payment) && !begins_as_iban(account)))
        return;
    const enum tf_taxid result = tf_ids_iban(account);
    if (is_sepa(payment) || result != TF_TAXID_COMPONENT) /* two letters may be no country's, and the account no IBAN */
        judge(c, result, spot);
}

/* BT-86 may also be a bank code of some country: only what looks like a BIC is held to be one. */
static bool looks_like_bic(struct tf_str bic)
{
    if (bic.len != 8 && bic.len != 11)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!is_letter(bic.ptr[i]))
            return false;
    return true;
}

/* A remittance text is free; "RF" and two digits begin a creditor reference, if nothing but letters, digits and blanks follows. */
static bool looks_like_reference(struct tf_str text)
{
    enum { LONGEST = 32 };
    if (text.len < 5 || text.len > LONGEST || text.ptr[0] != 'R' || text.ptr[1] != 'F' || !is_digit(text.ptr[2]) || !is_digit(text.ptr[3]))
        return false;
    for (size_t i = 4; i < text.len; i++)
        if (!is_letter(text.ptr[i]) && !is_digit(text.ptr[i]) && text.ptr[i] != ' ')
            return false;
    return true;
}

static void judge_payment(struct tf_case *c, const struct tf_payment_means *payment, size_t i)
{
    struct tf_spot spot = {.list = "payments", .index = i};
    const struct tf_str reference = tf_str_trim(payment->remittance);
    spot.term = "remittance";
    spot.bt = "BT-83";
    if (looks_like_reference(reference))
        judge(c, tf_ids_reference(reference), spot);
    spot.term = "direct_debit.account";
    spot.bt = "BT-91";
    judge_account(c, payment, payment->direct_debit.account, spot);
    spot.sublist = "transfers";
    for (size_t t = 0; t < payment->transfers.count; t++) {
        const struct tf_transfer *transfer = &payment->transfers.items[t];
        spot.subindex = t;
        spot.term = "account";
        spot.bt = "BT-84";
        judge_account(c, payment, transfer->account, spot);
        spot.term = "bic";
        spot.bt = "BT-86";
        if (looks_like_bic(tf_str_trim(transfer->bic)))
            judge(c, tf_ids_bic(tf_str_trim(transfer->bic)), spot);
    }
}

struct trader_places {
    const char *ids, *ids_bt, *legal, *legal_bt, *endpoint, *endpoint_bt;
};

static void judge_trader(struct tf_case *c, const struct tf_trader *trader, const struct trader_places *places)
{
    for (size_t i = 0; i < trader->ids.count; i++)
        judge_id(c, trader->ids.items[i], (struct tf_spot){.list = places->ids, .index = i, .term = "id", .bt = places->ids_bt});
    judge_id(c, trader->legal_id, (struct tf_spot){.term = places->legal, .bt = places->legal_bt});
    judge_id(c, trader->endpoint, (struct tf_spot){.term = places->endpoint, .bt = places->endpoint_bt});
}

void tf_own_judge_ids(struct tf_case *c)
{
    static const struct trader_places seller = {"seller.ids", "BT-29", "seller.legal_id", "BT-30", "seller.endpoint", "BT-34"};
    static const struct trader_places buyer = {"buyer.ids", "BT-46", "buyer.legal_id", "BT-47", "buyer.endpoint", "BT-49"};
    const struct tf_invoice *invoice = c->invoice;
    judge_trader(c, &invoice->seller, &seller);
    judge_trader(c, &invoice->buyer, &buyer);
    judge_id(c, invoice->payee.id, (struct tf_spot){.term = "payee.id", .bt = "BT-60"});
    judge_id(c, invoice->payee.legal_id, (struct tf_spot){.term = "payee.legal_id", .bt = "BT-61"});
    judge_id(c, invoice->delivery.location_id, (struct tf_spot){.term = "delivery.location_id", .bt = "BT-71"});
    for (size_t i = 0; i < invoice->payments.count; i++)
        judge_payment(c, &invoice->payments.items[i], i);
    for (size_t i = 0; i < invoice->lines.count; i++)
        judge_id(c, invoice->lines.items[i].item.standard_id,
                 (struct tf_spot){.list = "lines", .index = i, .term = "item.standard_id", .bt = "BT-157"});
}
