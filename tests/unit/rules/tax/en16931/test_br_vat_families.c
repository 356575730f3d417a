/*
 * The ten rules of every VAT category on one invoice that has nothing but the category: a line, an allowance, a charge and a
 * breakdown. In edits "@" is the category's code and "%" the rate it has there ("-": none).
 */
#include "unit/rules/tax/rule_cases.h"

enum { EDITS_BYTES = 4096 };

#define SOLO                                                                                                                \
    "lines=[]; allowances=[]; charges=[]; vat_breakdown=[]; buyer.vat_id=FR83404833048; delivery.date=2026-11-20; "          \
    "delivery.address.country=FR; lines[0].id=1; lines[0].quantity=1; lines[0].unit=C62; lines[0].net=100.00; "              \
    "lines[0].price.net=100; lines[0].item.name=A; lines[0].vat.category=@; lines[0].vat.rate=%; "                           \
    "allowances[0].amount=10.00; allowances[0].reason=R; allowances[0].vat_category=@; allowances[0].vat_rate=%; "           \
    "charges[0].amount=5.00; charges[0].reason=R; charges[0].vat_category=@; charges[0].vat_rate=%; "                        \
    "vat_breakdown[0].category=@; vat_breakdown[0].rate=%; vat_breakdown[0].taxable=95.00; totals.line_net=100.00; "         \
    "totals.allowances=10.00; totals.charges=5.00; totals.net=95.00; totals.prepaid=-; "
#define NO_TAX "vat_breakdown[0].tax=0.00; totals.vat=0.00; totals.gross=95.00; totals.due=95.00; "
#define TAX    "vat_breakdown[0].tax=6.65; totals.vat=6.65; totals.gross=101.65; totals.due=101.65; "
#define REASON "vat_breakdown[0].exemption_reason=Exempt; "

struct numbered { /* a row for rule -number of a family */
    unsigned number;
    enum outcome outcome;
    const char *edits;
    const char *path;
};

struct rows {
    const struct numbered *rows;
    size_t count;
};
#define ROWS(table) {table, sizeof(table) / sizeof((table)[0])}

static const struct numbered untaxed_rows[] = {
    {1, HOLDS, "", NULL},
    {1, FIRES, "vat_breakdown[0].category=B", "$.invoice.vat_breakdown"},
    {1, FIRES, "vat_breakdown[1].category=@; vat_breakdown[1].taxable=0; vat_breakdown[1].tax=0; vat_breakdown[1].rate=%", NULL},
    {1, FIRES, "lines[0].vat.category=B; charges=-; vat_breakdown[0].category=B", NULL}, /* the allowance is left */
    {1, SILENT, "lines[0].vat.category=B; charges=-; allowances=-; vat_breakdown[0].category=B", NULL},
    {1, FIRES, "vat_breakdown[0].scheme=GST", NULL}, /* no breakdown of VAT */
    {1, FIRES, "strays[0].kind=breakdown_vat_category; strays[0].text=@", NULL},
    {1, HOLDS, "strays[0].kind=adjustment_vat_category; strays[0].text=@", NULL},
    {8, HOLDS, "", NULL},
    {8, HOLDS, "lines[0].vat.category=B; vat_breakdown[0].taxable=-5.00", NULL},
    {8, HOLDS, "lines[0].vat.scheme=GST", NULL}, /* the sum does not ask for the scheme */
    {8, FIRES, "vat_breakdown[0].taxable=95.01", "$.invoice.vat_breakdown[0].taxable"},
    {8, FIRES, "lines[0].net=100.001", NULL},
    {8, FIRES, "vat_breakdown[0].taxable=-", NULL},
    {8, FIRES, "lines=-; vat_breakdown[0].taxable=-5.00", NULL},
    {9, HOLDS, "", NULL},
    {9, HOLDS, "vat_breakdown[0].tax=-0.000", NULL},
    {9, FIRES, "vat_breakdown[0].tax=0.01", "$.invoice.vat_breakdown[0].tax"},
    {9, FIRES, "vat_breakdown[0].tax=-", NULL},
};
static const struct numbered taxed_rows[] = {
    {1, HOLDS, "", NULL},
    {1, HOLDS, "vat_breakdown[1].category=@; vat_breakdown[1].rate=8", NULL},
    {1, FIRES, "vat_breakdown[0].category=B", "$.invoice.vat_breakdown"},
    {1, FIRES, "lines[0].vat.category=B; allowances=-; charges=-", NULL},
    {1, FIRES, "lines[0].vat.category=B; allowances=-; charges=-; strays[0].kind=vat_category; strays[0].text=@", NULL},
    {1, HOLDS, "lines[0].vat.category=B; allowances=-; charges=-; strays[0].kind=adjustment_vat_category; strays[0].text=@", NULL},
    {1, SILENT, "lines[0].vat.category=B; charges=-; allowances=-; vat_breakdown[0].category=B", NULL},
    {8, HOLDS, "", NULL},
    {8, HOLDS, "vat_breakdown[0].taxable=95.99", NULL},
    {8, HOLDS, "vat_breakdown[0].taxable=94.01", NULL},
    {8, HOLDS, "vat_breakdown[0].rate=7.00", NULL},
    {8, HOLDS, "lines[0].net=2379.68; vat_breakdown[0].taxable=2375.68", NULL}, /* just 1.00 apart: 2375.68 - 1 is a hair below */
    {8, FIRES, "lines[0].net=1000.00; vat_breakdown[0].taxable=996.00", NULL}, /* binary numbers have whole ones */
    {8, SILENT, "vat_breakdown[0].rate=-", NULL},
    {8, FIRES, "vat_breakdown[0].taxable=96.50", "$.invoice.vat_breakdown[0].taxable"},
    {8, FIRES, "vat_breakdown[0].taxable=93.50", NULL},
    {8, FIRES, "lines[0].vat.rate=8", NULL},
    {8, FIRES, "vat_breakdown[0].taxable=-", NULL},
    {9, HOLDS, "", NULL},
    {9, HOLDS, "vat_breakdown[0].tax=7.64", NULL},
    {9, HOLDS, "vat_breakdown[0].tax=-6.65", NULL},
    {9, FIRES, "vat_breakdown[0].tax=7.65", "$.invoice.vat_breakdown[0].tax"},
    {9, FIRES, "vat_breakdown[0].tax=5.65", NULL},
    {9, FIRES, "vat_breakdown[0].rate=-", NULL},
};

static const struct numbered zero_rows[] = {
    {5, HOLDS, "", NULL},
    {5, HOLDS, "lines[0].vat.rate=0.00", NULL},
    {5, FIRES, "lines[0].vat.rate=7", "$.invoice.lines[0].vat.rate"},
    {5, FIRES, "lines[0].vat.rate=-", NULL},
    {5, SILENT, "lines[0].vat.rate=7; lines[0].vat.scheme=GST", NULL},
    {6, HOLDS, "", NULL},
    {6, FIRES, "allowances[0].vat_rate=7", "$.invoice.allowances[0].vat_rate"},
    {6, FIRES, "allowances[0].vat_rate=-", NULL},
    {7, HOLDS, "", NULL},
    {7, FIRES, "charges[0].vat_rate=7", "$.invoice.charges[0].vat_rate"},
    {7, FIRES, "charges[0].vat_rate=-", NULL},
};
static const struct numbered positive_rows[] = {
    {5, HOLDS, "", NULL},
    {5, FIRES, "lines[0].vat.rate=0", NULL},
    {5, FIRES, "lines[0].vat.rate=-", NULL},
    {6, HOLDS, "", NULL},
    {6, FIRES, "allowances[0].vat_rate=0.0", NULL},
    {6, FIRES, "allowances[0].vat_rate=-", NULL},
    {7, HOLDS, "", NULL},
    {7, FIRES, "charges[0].vat_rate=-7", NULL},
    {7, FIRES, "charges[0].vat_rate=-", NULL},
};
static const struct numbered not_negative_rows[] = {
    {5, HOLDS, "", NULL},
    {5, HOLDS, "lines[0].vat.rate=0", NULL},
    {5, FIRES, "lines[0].vat.rate=-7", NULL},
    {5, FIRES, "lines[0].vat.rate=-", NULL},
    {6, HOLDS, "allowances[0].vat_rate=0", NULL},
    {6, FIRES, "allowances[0].vat_rate=-7", NULL},
    {6, FIRES, "allowances[0].vat_rate=-", NULL},
    {7, HOLDS, "charges[0].vat_rate=0", NULL},
    {7, FIRES, "charges[0].vat_rate=-7", NULL},
    {7, FIRES, "charges[0].vat_rate=-", NULL},
};
static const struct numbered no_rate_rows[] = {
    {5, HOLDS, "", NULL},
    {5, FIRES, "lines[0].vat.rate=0", "$.invoice.lines[0].vat.rate"},
    {5, FIRES, "lines[0].vat.rate=7", NULL},
    {6, HOLDS, "", NULL},
    {6, FIRES, "allowances[0].vat_rate=0", NULL},
    {6, FIRES, "allowances[0].vat_rate=7", NULL},
    {7, HOLDS, "", NULL},
    {7, FIRES, "charges[0].vat_rate=0", NULL},
    {7, FIRES, "charges[0].vat_rate=7", NULL},
};

static const struct numbered required_rows[] = {
    {10, HOLDS, "", NULL},
    {10, HOLDS, "vat_breakdown[0].exemption_reason=-; vat_breakdown[0].exemption_code=VATEX-EU-132", NULL},
    {10, FIRES, "vat_breakdown[0].exemption_reason=-", "$.invoice.vat_breakdown[0].exemption_reason"},
    {10, FIRES, "vat_breakdown=-; totals.vat=-; vat_totals[0].amount=0; vat_totals[0].currency=EUR; "
                "vat_totals[0].breakdown[0].category=@; vat_totals[0].breakdown[0].rate=%", "$.invoice.vat_totals[0].breakdown[0].exemption_reason"},
};
static const struct numbered forbidden_rows[] = {
    {10, HOLDS, "", NULL},
    {10, FIRES, "vat_breakdown[0].exemption_reason=Exempt", "$.invoice.vat_breakdown[0].exemption_reason"},
    {10, FIRES, "vat_breakdown[0].exemption_code=VATEX-EU-132", "$.invoice.vat_breakdown[0].exemption_code"},
};

/* Rules -02, -03 and -04 ask the same of a line, an allowance and a charge: rows of -02, said of all three. */
enum { PARTIES = 2 };
static const struct numbered seller_rows[] = {
    {PARTIES, HOLDS, "", NULL},
    {PARTIES, HOLDS, "seller.vat_id=-; seller.tax_id=201/113", NULL},
    {PARTIES, HOLDS, "seller.vat_id=-; tax_representative.name=T; tax_representative.vat_id=FR1", NULL},
    {PARTIES, FIRES, "seller.vat_id=-", "$.invoice.seller.vat_id"},
    {PARTIES, FIRES, "seller.vat_id=-; tax_representative.name=T; seller.legal_id.id=HRB1", NULL},
};
static const struct numbered seller_and_buyer_rows[] = {
    {PARTIES, HOLDS, "", NULL},
    {PARTIES, HOLDS, "seller.vat_id=-; seller.tax_id=201/113", NULL},
    {PARTIES, HOLDS, "buyer.vat_id=-; buyer.legal_id.id=HRB1", NULL},
    {PARTIES, FIRES, "seller.vat_id=-", "$.invoice.seller.vat_id"},
    {PARTIES, FIRES, "buyer.vat_id=-", "$.invoice.buyer.vat_id"},
};
static const struct numbered vat_seller_rows[] = {
    {PARTIES, HOLDS, "buyer.vat_id=-", NULL},
    {PARTIES, HOLDS, "seller.vat_id=-; tax_representative.name=T; tax_representative.vat_id=FR1", NULL},
    {PARTIES, FIRES, "seller.vat_id=-", "$.invoice.seller.vat_id"},
    {PARTIES, FIRES, "seller.vat_id=-; seller.tax_id=201/113", NULL},
};
static const struct numbered vat_both_rows[] = {
    {PARTIES, HOLDS, "", NULL},
    {PARTIES, HOLDS, "seller.vat_id=-; tax_representative.name=T; tax_representative.vat_id=FR1", NULL},
    {PARTIES, FIRES, "seller.vat_id=-; seller.tax_id=201/113", "$.invoice.seller.vat_id"},
    {PARTIES, FIRES, "buyer.vat_id=-; buyer.legal_id.id=HRB1", "$.invoice.buyer.vat_id"},
};
static const struct numbered nobody_rows[] = {
    {PARTIES, HOLDS, "seller.vat_id=-; seller.tax_id=201/113; buyer.vat_id=-; buyer.legal_id.id=HRB1", NULL},
    {PARTIES, FIRES, "buyer.vat_id=-", "$.invoice.seller.vat_id"},
    {PARTIES, FIRES, "seller.vat_id=-", "$.invoice.buyer.vat_id"},
    {PARTIES, FIRES, "seller.vat_id=-; buyer.vat_id=-; tax_representative.name=T; tax_representative.vat_id=FR1",
     "$.invoice.tax_representative.vat_id"},
};

static const struct family {
    const char *symbol, *code, *rate, *base;
    struct rows tables[4]; /* amounts, rates, reason, parties */
} families[] = {
    {"AE", "AE", "0", SOLO NO_TAX REASON, {ROWS(untaxed_rows), ROWS(zero_rows), ROWS(required_rows), ROWS(seller_and_buyer_rows)}},
    {"AF", "L", "7", SOLO TAX, {ROWS(taxed_rows), ROWS(not_negative_rows), ROWS(forbidden_rows), ROWS(seller_rows)}},
    {"AG", "M", "7", SOLO TAX, {ROWS(taxed_rows), ROWS(not_negative_rows), ROWS(forbidden_rows), ROWS(seller_rows)}},
    {"E", "E", "0", SOLO NO_TAX REASON, {ROWS(untaxed_rows), ROWS(zero_rows), ROWS(required_rows), ROWS(seller_rows)}},
    {"G", "G", "0", SOLO NO_TAX REASON, {ROWS(untaxed_rows), ROWS(zero_rows), ROWS(required_rows), ROWS(vat_seller_rows)}},
    {"IC", "K", "0", SOLO NO_TAX REASON, {ROWS(untaxed_rows), ROWS(zero_rows), ROWS(required_rows), ROWS(vat_both_rows)}},
    {"O", "O", "-", SOLO NO_TAX REASON, {ROWS(untaxed_rows), ROWS(no_rate_rows), ROWS(required_rows), ROWS(nobody_rows)}},
    {"S", "S", "7", SOLO TAX, {ROWS(taxed_rows), ROWS(positive_rows), ROWS(forbidden_rows), ROWS(seller_rows)}},
    {"Z", "Z", "0", SOLO NO_TAX, {ROWS(untaxed_rows), ROWS(zero_rows), ROWS(forbidden_rows), ROWS(seller_rows)}},
};

static void spell_edits(const struct family *family, const char *edits, char out[EDITS_BYTES])
{
    size_t len = 0;
    for (int part = 0; part < 2; part++)
        for (const char *c = part == 0 ? family->base : edits; *c; c++) {
            const char one[2] = {*c, '\0'};
            const char *text = *c == '@' ? family->code : *c == '%' ? family->rate : one;
            len += (size_t)snprintf(out + len, EDITS_BYTES - len, "%s", text);
        }
    if (len >= 2 && strcmp(out + len - 2, "; ") == 0)
        out[len - 2] = '\0';
}

struct tally {
    size_t fires, others;
};

static bool judge_row(struct tf_arena *arena, const struct family *family, const struct numbered *row, unsigned number, struct tally *tally)
{
    char edits[EDITS_BYTES], id[16];
    spell_edits(family, row->edits, edits);
    snprintf(id, sizeof id, "BR-%s-%02u", family->symbol, number);
    const struct rule_case one = {.rule = id, .outcome = row->outcome, .edits = edits, .path = row->path};
    tf_arena_rewind(arena);
    const struct tf_tax_verdict *verdict = edited_judge(arena, edits, (struct tf_tax_options){.profiles = 1u << TF_TAX_EN16931});
    *(row->outcome == FIRES ? &tally->fires : &tally->others) += 1;
    if (rule_case_passes(&one, verdict))
        return true;
    rule_case_report(&one, verdict);
    return false;
}

static size_t judge_table(struct tf_arena *arena, const struct family *family, const struct rows *table, struct tally tallies[11])
{
    size_t failures = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct numbered *row = &table->rows[i];
        const unsigned last = row->number == PARTIES ? 4 : row->number;
        for (unsigned number = row->number; number <= last; number++)
            failures += !judge_row(arena, family, row, number, &tallies[number]);
    }
    return failures;
}

static void test_every_rule_of_every_family(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    size_t failures = 0;
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
        struct tally tallies[11] = {{0, 0}};
        for (size_t t = 0; t < 4; t++)
            failures += judge_table(arena, &families[f], &families[f].tables[t], tallies);
        for (unsigned number = 1; number <= 10; number++)
            assert_true(tallies[number].fires >= 2 && tallies[number].others >= 1);
    }
    tf_arena_destroy(arena);
    assert_int_equal(failures, 0);
}

/* But for what O forbids, and the places of which L and M are, an invoice of nothing but the category is valid in both modes. */
static void test_the_category_alone_is_valid(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
        for (int strict = 0; strict <= 1; strict++) {
            char edits[EDITS_BYTES];
            const bool o = strcmp(families[f].symbol, "O") == 0, spain = strncmp(families[f].symbol, "A", 1) == 0;
            spell_edits(&families[f], o       ? "seller.vat_id=-; seller.legal_id.id=HRB1; buyer.vat_id=-"
                                      : spain ? "delivery.address.country=ES"
                                              : "", edits);
            tf_arena_rewind(arena);
            const struct tf_tax_verdict *verdict = edited_judge(arena, edits, (struct tf_tax_options){.strict = strict});
            if (verdict->findings_total > 0)
                fail_msg("%s: %s", families[f].symbol, verdict->findings[0].rule->id);
        }
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule_of_every_family),
        cmocka_unit_test(test_the_category_alone_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
