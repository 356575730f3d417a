/* Means of payment: what belongs to a code, and IBANs. */
#include "stray.h"
#include "xrechnung.h"

enum { IBAN_HEAD = 4, IBAN_MAX = 34, IBAN_MODULUS = 97 };

static struct tf_spot spot_of(const struct tf_case *c, size_t i, const char *term, const char *bt)
{
    return tf_spot_at(tf_spot_payment(c->invoice, i), term, bt);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The characters of an account that are not white space; 0 where they are more than an IBAN has. */
static size_t without_blanks(struct tf_str text, char out[IBAN_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\r' || text.ptr[i] == '\n')
            continue;
        if (len == IBAN_MAX)
            return 0;
        out[len++] = text.ptr[i];
    }
    return len;
}

static bool has_iban_form(const char *iban, size_t len)
{
    if (len < IBAN_HEAD || !is_capital(iban[0]) || !is_capital(iban[1]) || !is_digit(iban[2]) || !is_digit(iban[3]))
        return false;
    for (size_t i = IBAN_HEAD; i < len; i++)
        if (!is_digit(iban[i]) && !is_capital(iban[i]) && !(iban[i] >= 'a' && iban[i] <= 'z'))
            return false;
    return true;
}

/*
 * ISO 13616: country and check digits to the end, letters as two digits, modulus 97. The artefact takes small letters and counts
 * them on from their code: a is 42, not 10.
 */
static bool is_iban(struct tf_str text)
{
    char iban[IBAN_MAX];
    const size_t len = without_blanks(text, iban);
    if (!has_iban_form(iban, len))
        return false;
    unsigned rest = 0;
    for (size_t i = 0; i < len; i++) {
        const char sign = iban[(i + IBAN_HEAD) % len];
        const unsigned value = is_digit(sign) ? (unsigned)(sign - '0') : (unsigned)(sign - 'A') + 10;
        rest = (rest * (value < 10 ? 10 : 100) + value) % IBAN_MODULUS;
    }
    return rest == 1;
}

/* What stands beside a code, as the syntax lays it out. */
struct means {
    bool transfer, card, direct_debit;
    bool bank; /* CII: a bank without an account is no credit transfer, but barred beside a direct debit */
};

/* CII: mandate and creditor stand once for all means of payment. */
static bool has_debit_of_document(const struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->payments.count; i++)
        if (tf_str_present(invoice->payments.items[i].direct_debit.mandate) ||
            tf_str_present(invoice->payments.items[i].direct_debit.creditor_id))
            return true;
    return false;
}

static struct means means_of(const struct tf_invoice *invoice, const struct tf_payment_means *payment, bool debit_of_document)
{
    struct means means = {.card = payment->card.present, .direct_debit = payment->direct_debit.present};
    if (invoice->syntax == TF_SYNTAX_CII)
        means.direct_debit = debit_of_document || tf_str_present(payment->direct_debit.account);
    for (size_t i = 0; i < payment->transfers.count; i++) {
        const struct tf_transfer *transfer = &payment->transfers.items[i];
        const bool bank_alone = invoice->syntax == TF_SYNTAX_CII && tf_str_present(transfer->bic) &&
                                !tf_str_present(transfer->account) && !tf_str_present(transfer->name);
        means.transfer |= !bank_alone;
        means.bank |= tf_str_present(transfer->bic);
    }
    return means;
}

static void judge_transfer(struct tf_case *c, size_t i, struct means means, bool sepa)
{
    const struct tf_payment_means *payment = &c->invoice->payments.items[i];
    const struct tf_str account = payment->transfers.count > 0 ? payment->transfers.items[0].account : TF_STR_NONE;
    if (sepa) {
        tf_case_saw(c, TF_RULE_BR_DE_19);
        if (!is_iban(account))
            tf_case_find_text(c, TF_RULE_BR_DE_19, spot_of(c, i, "transfers[0].account", "BT-84"), account, TF_STR_NONE);
    }
    tf_case_check(c, TF_RULE_BR_DE_23_A, means.transfer, spot_of(c, i, "transfers", "BG-17"));
    tf_case_check(c, TF_RULE_BR_DE_23_B, !means.card && !means.direct_debit, spot_of(c, i, means.card ? "card" : "direct_debit", means.card ? "BG-18" : "BG-19"));
}

static void judge_card(struct tf_case *c, size_t i, struct means means)
{
    tf_case_check(c, TF_RULE_BR_DE_24_A, means.card, spot_of(c, i, "card", "BG-18"));
    tf_case_check(c, TF_RULE_BR_DE_24_B, !means.transfer && !means.direct_debit,
        spot_of(c, i, means.transfer ? "transfers" : "direct_debit", means.transfer ? "BG-17" : "BG-19"));
}

static bool has_debtor_bank(const struct tf_invoice *invoice, size_t i)
{
    for (size_t s = 0; s < invoice->strays.count; s++)
        if (invoice->strays.items[s].item == i + 1 && tf_stray_kind_of(&invoice->strays.items[s]) == TF_STRAY_DEBTOR_BANK)
            return true;
    return false;
}

static void judge_debit(struct tf_case *c, size_t i, struct means means)
{
    const struct tf_str account = c->invoice->payments.items[i].direct_debit.account;
    const bool alone = !means.transfer && !means.card && !means.bank && !has_debtor_bank(c->invoice, i);
    tf_case_saw(c, TF_RULE_BR_DE_20);
    if (!is_iban(account))
        tf_case_find_text(c, TF_RULE_BR_DE_20, spot_of(c, i, "direct_debit.account", "BT-91"), account, TF_STR_NONE);
    tf_case_check(c, TF_RULE_BR_DE_25_A, means.direct_debit, spot_of(c, i, "direct_debit", "BG-19"));
    tf_case_check(c, TF_RULE_BR_DE_25_B, alone, spot_of(c, i, means.card ? "card" : "transfers", means.card ? "BG-18" : "BG-17"));
}

static bool is_one_of(struct tf_str code, const char *a, const char *b, const char *other)
{
    return tf_str_is(code, a) || tf_str_is(code, b) || tf_str_is(code, other);
}

/* The creditor's number: BT-90, which UBL writes as an identifier of seller or payee with the scheme SEPA. */
static bool names_creditor(const struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->seller.ids.count; i++)
        if (tf_str_is(invoice->seller.ids.items[i].scheme, "SEPA"))
            return true;
    for (size_t i = 0; i < invoice->payments.count; i++)
        if (tf_str_present(invoice->payments.items[i].direct_debit.creditor_id))
            return true;
    return tf_str_is(invoice->payee.id.scheme, "SEPA");
}

/* BR-DE-30 and -31, of the whole document. CII has no group for a direct debit: any of its three terms is one. */
static void judge_debit_terms(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool cii = invoice->syntax == TF_SYNTAX_CII;
    bool group = false, mandate = false, account = false, creditor = false;
    for (size_t i = 0; i < invoice->payments.count; i++) {
        group |= invoice->payments.items[i].direct_debit.present;
        mandate |= tf_str_present(invoice->payments.items[i].direct_debit.mandate);
        account |= tf_str_present(invoice->payments.items[i].direct_debit.account);
        creditor |= tf_str_present(invoice->payments.items[i].direct_debit.creditor_id);
    }
    if (cii ? !mandate && !creditor && !account : !group)
        return;
    if (!cii)
        creditor = names_creditor(invoice);
    tf_case_check(c, TF_RULE_BR_DE_30, creditor && (!cii || mandate || account), (struct tf_spot){.term = "payment", .bt = "BT-90"});
    tf_case_check(c, TF_RULE_BR_DE_31, account && (!cii || mandate || creditor), (struct tf_spot){.term = "payment", .bt = "BT-91"});
}

void tf_xrechnung_judge_payment(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool debit_of_document = has_debit_of_document(invoice);
    tf_case_saw(c, TF_RULE_BR_DE_1);
    if (invoice->payments.count == 0)
        tf_case_find(c, TF_RULE_BR_DE_1, (struct tf_spot){.term = "payment", .bt = "BG-16"});
    for (size_t i = 0; i < invoice->payments.count; i++) {
        const struct tf_payment_means *payment = &invoice->payments.items[i];
        const struct tf_str code = tf_str_trim(payment->means_code);
        const struct means means = means_of(invoice, payment, debit_of_document);
        if (tf_str_is(code, "30") || tf_str_is(code, "58"))
            judge_transfer(c, i, means, tf_str_is(code, "58"));
        else if (is_one_of(code, "48", "54", "55"))
            judge_card(c, i, means);
        else if (tf_str_is(code, "59"))
            judge_debit(c, i, means);
    }
    judge_debit_terms(c);
}
