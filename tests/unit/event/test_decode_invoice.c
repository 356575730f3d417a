#include "reading.h"

#include "decode_invoice.h"

enum { PATH_BYTES = 128, LINE_BYTES = 1024 };

/* A record that has every business term, with its own path as its value where it is a text. */
static const char full[] =
    "{'kind':'invoice','company':'A','invoice':{'number':'N1','issue_date':'2026-11-01','type_code':'380','currency':'EUR',"
    "'vat_currency':'SEK','tax_point_date':'2026-11-02','tax_point_code':'35','due_date':'2026-12-01','buyer_reference':'br','project_ref':'pr',"
    "'contract_ref':'cr','purchase_order_ref':'po','sales_order_ref':'so','receiving_advice_ref':'ra','despatch_advice_ref':'da','tender_ref':'tr',"
    "'object_id':{'id':'oi','scheme':'os'},'buyer_accounting_ref':'ba','payment_terms':'pt','notes':[{'subject_code':'AAI','text':'nt'}],"
    "'process':{'business_process':'bp','specification':'sp'},'preceding':[{'number':'N0','issue_date':'2026-10-01'}],"
    "'seller':{'name':'sn','trading_name':'st','ids':[{'id':'si','scheme':'ss'},'plain'],'legal_id':'sl','vat_id':'sv','tax_id':'sx',"
    "'legal_info':'sf','endpoint':{'id':'se','scheme':'sc'},'address':{'line1':'1','line2':'2','line3':'3','city':'c','postcode':'p',"
    "'subdivision':'s','country':'DE'},'contact':{'name':'n','phone':'t','email':'e'}},"
    "'buyer':{'name':'bn','vat_id':'bv','address':{}},'payee':{'name':'yn','id':'yi','legal_id':'yl'},"
    "'tax_representative':{'name':'rn','vat_id':'rv','address':{'country':'FR'}},"
    "'delivery':{'party_name':'dp','location_id':'dl','date':'2026-11-03','address':{'country':'IT'}},"
    "'period':{'start':'2026-10-01','end':'2026-10-31'},"
    "'payment':{'means_code':'58','means_text':'mt','remittance':'rm','transfers':[{'account':'ac','name':'an','bic':'bc'}],"
    "'card':{'pan':'1234','holder':'h'},'direct_debit':{'mandate':'m','creditor_id':'ci','account':'da'}},"
    "'allowances':[{'amount':'1.00','base':'10','percent':'10','vat_category':'S','vat_rate':'19','reason':'r','reason_code':'95'}],"
    "'charges':[{'amount':2}],'totals':{'line_net':'100','allowances':'1','charges':'2','net':'101','vat':'19.19','vat_accounting':'200',"
    "'gross':'120.19','prepaid':'0','rounding':'0.00','due':'120.19'},"
    "'vat_breakdown':[{'taxable':'101','tax':'19.19','category':'S','rate':'19','exemption_reason':'er','exemption_code':'ec'}],"
    "'attachments':[{'ref':'a1','description':'ad','uri':'au','file':{'mime':'text/csv','name':'f','sha256':'00','bytes':5}}],"
    "'lines':[{'id':'1','note':'ln','object_id':{'id':'lo','scheme':'ls'},'quantity':'2','unit':'C62','net':'100','order_line_ref':'lr',"
    "'accounting_ref':'la','period':{'start':'2026-10-01','end':''},'allowances':[{'amount':'3','base':'4','percent':'5','reason':'a','reason_code':'b'}],"
    "'charges':[],'price':{'net':'50','discount':'0','gross':'50','base_quantity':'1','base_unit':'C62'},'vat':{'category':'S','rate':'19'},"
    "'item':{'name':'in','description':'id','seller_id':'is','buyer_id':'ib','standard_id':{'id':'st','scheme':'0160'},"
    "'class_ids':[{'id':'c1','list':'STI','version':'1'},'c2'],'origin_country':'CN','attributes':[{'name':'colour','value':'red'}]}}]}}";

static void test_header_terms_are_read(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, full)->as.invoice;
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {v->number, "N1"}, {v->issue_date.text, "2026-11-01"}, {v->type_code, "380"}, {v->currency, "EUR"}, {v->vat_currency, "SEK"},
        {v->tax_point_date.text, "2026-11-02"}, {v->tax_point_code, "35"}, {v->due_date.text, "2026-12-01"}, {v->buyer_reference, "br"},
        {v->project_ref, "pr"}, {v->contract_ref, "cr"}, {v->purchase_order_ref, "po"}, {v->sales_order_ref, "so"},
        {v->receiving_advice_ref, "ra"}, {v->despatch_advice_ref, "da"}, {v->tender_ref, "tr"}, {v->object_id.id, "oi"},
        {v->object_id.scheme, "os"}, {v->buyer_accounting_ref, "ba"}, {v->payment_terms, "pt"}, {v->notes.items[0].subject_code, "AAI"},
        {v->notes.items[0].text, "nt"}, {v->process.business_process, "bp"}, {v->process.specification, "sp"},
        {v->preceding.items[0].number, "N0"}, {v->preceding.items[0].issue_date.text, "2026-10-01"}, {v->period.start.text, "2026-10-01"},
        {v->period.end.text, "2026-10-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_true(v->process.present && v->period.present);
}

static void test_parties_are_read(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, full)->as.invoice;
    const struct tf_trader *s = &v->seller;
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {s->name, "sn"}, {s->trading_name, "st"}, {s->ids.items[0].id, "si"}, {s->ids.items[0].scheme, "ss"}, {s->ids.items[1].id, "plain"},
        {s->legal_id.id, "sl"}, {s->vat_id, "sv"}, {s->tax_id, "sx"}, {s->legal_info, "sf"}, {s->endpoint.id, "se"},
        {s->endpoint.scheme, "sc"}, {s->address.line1, "1"}, {s->address.line2, "2"}, {s->address.line3, "3"}, {s->address.city, "c"},
        {s->address.postcode, "p"}, {s->address.subdivision, "s"}, {s->address.country, "DE"}, {s->contact.name, "n"},
        {s->contact.phone, "t"}, {s->contact.email, "e"}, {v->buyer.name, "bn"}, {v->buyer.vat_id, "bv"}, {v->payee.name, "yn"},
        {v->payee.id.id, "yi"}, {v->payee.legal_id.id, "yl"}, {v->tax_representative.name, "rn"}, {v->tax_representative.vat_id, "rv"},
        {v->tax_representative.address.country, "FR"}, {v->delivery.party_name, "dp"}, {v->delivery.location_id.id, "dl"},
        {v->delivery.date.text, "2026-11-03"}, {v->delivery.address.country, "IT"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_true(s->present && s->address.present && s->contact.present && v->payee.present && v->tax_representative.present);
    assert_true(v->delivery.present && v->buyer.address.present); /* {} is an empty group … */
    assert_false(v->buyer.contact.present);                       /* … and no member is none */
    assert_false(tf_str_present(v->buyer.address.country));
}

static void test_money_terms_are_read(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, full)->as.invoice;
    const struct tf_payment_means *p = &v->payments.items[0];
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {p->means_code, "58"}, {p->means_text, "mt"}, {p->remittance, "rm"}, {p->transfers.items[0].account, "ac"},
        {p->transfers.items[0].name, "an"}, {p->transfers.items[0].bic, "bc"}, {p->card.pan, "1234"}, {p->card.holder, "h"},
        {p->direct_debit.mandate, "m"}, {p->direct_debit.creditor_id, "ci"}, {p->direct_debit.account, "da"},
        {v->allowances.items[0].amount.text, "1.00"}, {v->allowances.items[0].base.text, "10"}, {v->allowances.items[0].percent.text, "10"},
        {v->allowances.items[0].vat_category, "S"}, {v->allowances.items[0].vat_rate.text, "19"}, {v->allowances.items[0].reason, "r"},
        {v->allowances.items[0].reason_code, "95"}, {v->charges.items[0].amount.text, "2"}, {v->totals.line_net.text, "100"},
        {v->totals.allowances.text, "1"}, {v->totals.charges.text, "2"}, {v->totals.net.text, "101"}, {v->totals.vat.text, "19.19"},
        {v->totals.vat_accounting.text, "200"}, {v->totals.gross.text, "120.19"}, {v->totals.prepaid.text, "0"},
        {v->totals.rounding.text, "0.00"}, {v->totals.due.text, "120.19"}, {v->vat_breakdown.items[0].taxable.text, "101"},
        {v->vat_breakdown.items[0].tax.text, "19.19"}, {v->vat_breakdown.items[0].category, "S"}, {v->vat_breakdown.items[0].rate.text, "19"},
        {v->vat_breakdown.items[0].exemption_reason, "er"}, {v->vat_breakdown.items[0].exemption_code, "ec"},
        {v->attachments.items[0].ref, "a1"}, {v->attachments.items[0].description, "ad"}, {v->attachments.items[0].uri, "au"},
        {v->attachments.items[0].file.mime, "text/csv"}, {v->attachments.items[0].file.name, "f"}, {v->attachments.items[0].file.sha256, "00"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_int_equal(v->attachments.items[0].file.bytes, 5);
    assert_true(p->present && p->card.present && p->direct_debit.present && v->totals.present);
    assert_int_equal(tf_money_cmp(v->totals.vat.value, tf_money_of(1919, 2)), 0);
    assert_false(tf_amount_present(v->charges.items[0].base));
}

static void test_line_terms_are_read(void **state)
{
    struct reading *r = *state;
    const struct tf_line *l = &reading_decode(r, full)->as.invoice->lines.items[0];
    const struct { struct tf_str got; const char *expected; } rows[] = {
        {l->id, "1"}, {l->note, "ln"}, {l->object_id.id, "lo"}, {l->object_id.scheme, "ls"}, {l->quantity.text, "2"}, {l->unit, "C62"},
        {l->net.text, "100"}, {l->order_line_ref, "lr"}, {l->accounting_ref, "la"}, {l->period.start.text, "2026-10-01"},
        {l->period.end.text, ""}, {l->allowances.items[0].amount.text, "3"}, {l->allowances.items[0].base.text, "4"},
        {l->allowances.items[0].percent.text, "5"}, {l->allowances.items[0].reason, "a"}, {l->allowances.items[0].reason_code, "b"},
        {l->price.net.text, "50"}, {l->price.discount.text, "0"}, {l->price.gross.text, "50"}, {l->price.base_quantity.text, "1"},
        {l->price.base_unit, "C62"}, {l->vat.category, "S"}, {l->vat.rate.text, "19"}, {l->item.name, "in"}, {l->item.description, "id"},
        {l->item.seller_id, "is"}, {l->item.buyer_id, "ib"}, {l->item.standard_id.id, "st"}, {l->item.standard_id.scheme, "0160"},
        {l->item.class_ids.items[0].id, "c1"}, {l->item.class_ids.items[0].list, "STI"}, {l->item.class_ids.items[0].version, "1"},
        {l->item.class_ids.items[1].id, "c2"}, {l->item.origin_country, "CN"}, {l->item.attributes.items[0].name, "colour"},
        {l->item.attributes.items[0].value, "red"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_str(rows[i].got, rows[i].expected);
    assert_true(l->charges.present && l->charges.count == 0);
    assert_true(l->price.present && l->vat.present && l->item.present && l->period.present);
}

static void test_nothing_is_required_of_an_invoice(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *v = reading_decode(r, "{'kind':'credit_note','company':'A','invoice':{}}")->as.invoice;
    assert_int_equal(r->event.kind, TF_KIND_CREDIT_NOTE);
    assert_false(tf_str_present(v->number) || v->seller.present || v->lines.present || v->totals.present || v->payments.present);
}

static void test_wrong_types_name_their_path(void **state)
{
    struct reading *r = *state;
    static const struct { const char *members; enum tf_err err; const char *path; } rows[] = {
        {"'number':7", TF_E_TYPE, "$.invoice.number"},
        {"'issue_date':'1.11.2026'", TF_E_DATE, "$.invoice.issue_date"},
        {"'process':[]", TF_E_TYPE, "$.invoice.process"},
        {"'seller':{'address':{'country':49}}", TF_E_TYPE, "$.invoice.seller.address.country"},
        {"'payment':{'card':'1234'}", TF_E_TYPE, "$.invoice.payment.card"},
        {"'payment':{'transfers':[{'account':{}}]}", TF_E_TYPE, "$.invoice.payment.transfers[0].account"},
        {"'totals':{'due':'1.0.0'}", TF_E_NUMBER, "$.invoice.totals.due"},
        {"'allowances':[{},{'percent':'10%'}]", TF_E_NUMBER, "$.invoice.allowances[1].percent"},
        {"'lines':[{'price':{'net':''}}]", TF_E_NUMBER, "$.invoice.lines[0].price.net"},
        {"'lines':[{'item':{'class_ids':[7]}}]", TF_E_TYPE, "$.invoice.lines[0].item.class_ids[0]"},
        {"'lines':[{'item':{'attributes':[{'name':[]}]}}]", TF_E_TYPE, "$.invoice.lines[0].item.attributes[0].name"},
        {"'lines':[{'period':{'end':'x'}}]", TF_E_DATE, "$.invoice.lines[0].period.end"},
        {"'vat_breakdown':[{'rate':true}]", TF_E_TYPE, "$.invoice.vat_breakdown[0].rate"},
        {"'vat_totals':[{'breakdown':[{'tax':'x'}]}]", TF_E_NUMBER, "$.invoice.vat_totals[0].breakdown[0].tax"},
        {"'delivery':{'location_id':true}", TF_E_TYPE, "$.invoice.delivery.location_id"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_refused(r, reading_printf("{'kind':'invoice','company':'A','invoice':{%s}}", rows[i].members), rows[i].err, rows[i].path);
}

/* What a path of the map means in the tables: the row, with the list's "[]" taken off its name. */
static const struct tf_decode_row *find_row(const struct tf_decode_shape *shape, const char *path, bool *ret_element)
{
    size_t len = strcspn(path, ".");
    *ret_element = len > 2 && path[len - 1] == ']';
    struct tf_str name = {path, *ret_element ? len - 2 : len};
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        if (!tf_str_eq(row->name, name))
            continue;
        if (*ret_element != (row->type == TF_DECODE_LIST && !row->single))
            return NULL;
        return path[len] == '.' ? (row->shape != NULL ? find_row(row->shape, path + len + 1, ret_element) : NULL) : row;
    }
    return NULL;
}

static bool type_fits(const struct tf_decode_row *row, const char *type)
{
    static const struct { const char *type; enum tf_decode_type decode; bool plain; } rows[] = {
        {"text", TF_DECODE_TEXT, false},          {"id", TF_DECODE_TEXT, false},         {"code", TF_DECODE_TEXT, false},
        {"ref", TF_DECODE_TEXT, false},           {"date", TF_DECODE_DATE, false},       {"amount", TF_DECODE_DECIMAL, false},
        {"unit_price", TF_DECODE_DECIMAL, false}, {"quantity", TF_DECODE_DECIMAL, false}, {"percent", TF_DECODE_DECIMAL, false},
        {"id+scheme", TF_DECODE_GROUP, true},     {"id+scheme", TF_DECODE_LIST, true},   {"id+list", TF_DECODE_LIST, true},
        {"binary{mime,name,content|sha256}", TF_DECODE_GROUP, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].type, type) == 0 && rows[i].decode == row->type && (!rows[i].plain || row->shape->plain))
            return true;
    return false;
}

/* Whether the map knows a path of our tables, as itself or as the head of a longer one. */
static bool is_mapped(FILE *map, const char *path)
{
    char line[LINE_BYTES], bt[16], json[PATH_BYTES];
    rewind(map);
    while (fgets(line, sizeof line, map) != NULL)
        if (sscanf(line, "%15[^\t]\t%127[^\t]", bt, json) == 2 && strncmp(json, path, strlen(path)) == 0 &&
            (json[strlen(path)] == '\0' || json[strlen(path)] == '.' || json[strlen(path)] == '['))
            return true;
    return false;
}

/*
 * Rows that are no business term: what UBL repeats, the parts of a file, what only the seller of the two traders has, categories of
 * other taxes than VAT, and the VAT that documents give where no term is and rules look all the same.
 */
static bool is_own(const char *path)
{
    static const char *const own[] = {"vat_totals", "third_party_payments", "allowances[].vat_scheme", "charges[].vat_scheme",
                                      "vat_breakdown[].scheme", "lines[].vat.scheme", "lines[].vat_", "lines[].allowances[].vat_",
                                      "lines[].charges[].vat_", "attachments[].file.bytes", "attachments[].file.mime", "attachments[].file.name",
                                      "attachments[].file.sha256", "buyer.legal_info", "buyer.tax_id"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strncmp(path, own[i], strlen(own[i])) == 0)
            return true;
    return false;
}

static void check_table(FILE *map, const struct tf_decode_shape *shape, const char *prefix)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s%.*s%s", prefix, TF_STR_ARGS(row->name), row->type == TF_DECODE_LIST && !row->single ? "[]" : "");
        if (is_own(path))
            continue;
        if (!is_mapped(map, path))
            fail_msg("row %s is no business term", path);
        if (row->shape == NULL || row->shape->plain)
            continue;
        strncat(path, ".", sizeof path - strlen(path) - 1);
        check_table(map, row->shape, path);
    }
}

static void check_map(FILE *map)
{
    char line[LINE_BYTES], bt[16], json[PATH_BYTES], type[64];
    size_t terms = 0;
    while (fgets(line, sizeof line, map) != NULL) {
        if (strncmp(line, "BT-", 3) != 0)
            continue;
        assert_int_equal(sscanf(line, "%15[^\t]\t%127[^\t]\t%63[^\t]", bt, json, type), 3);
        bool element = false;
        const struct tf_decode_row *row = find_row(&tf_decode_invoice_shape, json, &element);
        if (row == NULL || !type_fits(row, type))
            fail_msg("%s: no row reads %s as %s", bt, json, type);
        terms++;
    }
    assert_int_equal(terms, 164);
}

static void test_rows_are_those_of_the_map(void **state)
{
    (void)state;
    const char *folder = getenv("TAXFLOW_CONFORMANCE");
    if (folder == NULL) {
        print_message("skipped: TAXFLOW_CONFORMANCE names no folder with tax/bt_json_map.tsv\n");
        skip();
    }
    FILE *map = fopen(reading_printf("%s/tax/bt_json_map.tsv", folder), "r");
    assert_non_null(map);
    check_map(map);
    check_table(map, &tf_decode_invoice_shape, "");
    fclose(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_header_terms_are_read),
        READING_TEST(test_parties_are_read),
        READING_TEST(test_money_terms_are_read),
        READING_TEST(test_line_terms_are_read),
        READING_TEST(test_nothing_is_required_of_an_invoice),
        READING_TEST(test_wrong_types_name_their_path),
        cmocka_unit_test(test_rows_are_those_of_the_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
