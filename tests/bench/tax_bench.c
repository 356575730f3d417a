/*
 * The tax engine alone: from a document's bytes to its verdict on one core, without Kafka, files and output.
 *
 *   bench_tax speed FOLDER SECONDS     one line: documents judged, seconds, documents refused
 *   bench_tax findings FOLDER          a line a document: its name, a tab, the rules that fire, or "refused"
 *   bench_tax records FOLDER SECONDS   as speed, of the records that the collector makes of the documents
 *   bench_tax rules FOLDER             microseconds of the rules alone, a document: median, 99th of 100, most
 *   bench_tax lines COUNT              one invoice of that many lines: bytes, milliseconds (median of 5), bytes of memory beyond the document's
 *   bench_tax taxids FILE              nanoseconds a number of lines COUNTRY TAB KIND TAB NUMBER
 *
 * Seconds are those of the processor. The first two are what peers/ do as well; tax.py runs them side by side.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "taxflow/reader_xml.h"
#include "taxflow/roles.h"
#include "taxflow/tax.h"
#include "taxflow/taxid.h"

enum { ARENA_BYTES_MAX = 1 << 30, RECORD_BYTES_MAX = 1 << 30, LINES_ROUNDS = 5, RULES_ROUNDS = 5, RULES_TIMES = 10, NAME_BYTES_MAX = 512 };

struct bench {
    struct tf_reader *reader;
    struct tf_arena *arena;
    struct tf_tax_setup rules;
    struct document { char name[NAME_BYTES_MAX]; struct tf_str text; } *documents;
    size_t count;
};

/* Of the processor, so that others on the machine count as little as can be. */
static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_tax: %s\n", what);
    exit(EXIT_FAILURE);
}

static struct tf_str read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    must(file && fseek(file, 0, SEEK_END) == 0, path);
    size_t len = (size_t)ftell(file);
    char *text = malloc(len + 64);
    rewind(file);
    must(text && fread(text, 1, len, file) == len, path);
    fclose(file);
    return (struct tf_str){text, len};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct document *)a)->name, ((const struct document *)b)->name);
}

static void read_folder(struct bench *bench, const char *folder)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, NULL, NULL);
    must(found >= 0, folder);
    bench->documents = calloc((size_t)found + 1, sizeof *bench->documents);
    must(bench->documents, "out of memory");
    for (int i = 0; i < found; i++) {
        char path[4096];
        if (entries[i]->d_name[0] != '.') {
            struct document *document = &bench->documents[bench->count++];
            snprintf(document->name, sizeof document->name, "%s", entries[i]->d_name);
            snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
            document->text = read_file(path);
        }
        free(entries[i]);
    }
    free(entries);
    qsort(bench->documents, bench->count, sizeof *bench->documents, by_name);
    must(bench->count > 0, "no documents");
}

/* As `taxflow validate` reads a file of any length. */
static enum tf_err read_xml(struct bench *bench, struct tf_str text, struct tf_event *ret_event)
{
    struct tf_problem problem = {0};
    TF_TRY(tf_reader_xml_begin(bench->reader, text.len, bench->arena, &problem));
    TF_TRY(tf_reader_xml_feed(bench->reader, text, &problem));
    return tf_reader_xml_end(bench->reader, ret_event, &problem);
}

/* The event of a document or record, in the arena; false where the reader refuses it. */
static bool read_event(struct bench *bench, struct tf_str text, struct tf_event *ret_event)
{
    struct tf_problem problem = {0};
    tf_arena_rewind(bench->arena);
    enum tf_err err = text.ptr[0] == '{' ? tf_reader_decode(bench->reader, text, bench->arena, ret_event, &problem)
                                         : read_xml(bench, text, ret_event);
    must(err == TF_OK || tf_err_class(err) == TF_CLASS_DROP, tf_err_reason(err));
    return err == TF_OK;
}

static struct tf_tax_verdict *judge_event(struct bench *bench, const struct tf_event *event)
{
    struct tf_tax_verdict *verdict = NULL;
    must(tf_tax_judge(&bench->rules.options, event, bench->arena, &verdict) == TF_OK, "a verdict does not fit");
    return verdict;
}

static void measure_speed(struct bench *bench, double seconds)
{
    uint64_t judged = 0, refused = 0;
    double begun = now_s();
    while (now_s() - begun < seconds) {
        for (size_t d = 0; d < bench->count; d++) {
            struct tf_event event = {0};
            bool read = read_event(bench, bench->documents[d].text, &event);
            if (read)
                judge_event(bench, &event);
            refused += !read;
            judged++;
        }
    }
    printf("%llu %.6f %llu\n", (unsigned long long)judged, now_s() - begun, (unsigned long long)refused);
}

static void print_findings(struct bench *bench)
{
    for (size_t d = 0; d < bench->count; d++) {
        struct tf_event event = {0};
        printf("%s\t", bench->documents[d].name);
        if (!read_event(bench, bench->documents[d].text, &event)) {
            puts("refused");
            continue;
        }
        const struct tf_tax_verdict *verdict = judge_event(bench, &event);
        for (uint32_t f = 0; f < verdict->findings_count; f++) {
            const struct tf_tax_finding *finding = &verdict->findings[f];
            struct tf_str id = finding->rule ? tf_str_of(finding->rule->id) : finding->format->rule;
            printf("%.*s ", TF_STR_ARGS(id));
        }
        putchar('\n');
    }
}

static int by_figure(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The least of some rounds a document: what the rules take when nothing comes between. */
static void measure_rules(struct bench *bench)
{
    double *figures = calloc(bench->count, sizeof *figures);
    size_t count = 0;
    must(figures, "out of memory");
    for (size_t d = 0; d < bench->count; d++) {
        double least = 1e9;
        for (int round = 0; round < RULES_ROUNDS; round++) {
            struct tf_event event = {0};
            if (!read_event(bench, bench->documents[d].text, &event))
                break;
            double begun = now_s();
            for (int times = 0; times < RULES_TIMES; times++) /* the clock takes as long as a few rules */
                judge_event(bench, &event);
            double spent = (now_s() - begun) / RULES_TIMES;
            least = spent < least ? spent : least;
        }
        if (least < 1e9)
            figures[count++] = least * 1e6;
    }
    qsort(figures, count, sizeof *figures, by_figure);
    printf("%.3f %.3f %.3f\n", figures[count / 2], figures[count * 99 / 100], figures[count - 1]);
    free(figures);
}

/* Each document becomes the record that the collector makes of it. */
static void make_records(struct bench *bench)
{
    size_t count = 0;
    for (size_t d = 0; d < bench->count; d++) {
        struct tf_event event = {0};
        struct tf_problem problem = {0};
        struct tf_envelope envelope = {0}, attributes = {0};
        tf_arena_rewind(bench->arena);
        if (tf_reader_xml_read(bench->reader, &attributes, TF_STR("BENCH"), bench->documents[d].text, bench->arena, &envelope, &event, &problem) != TF_OK)
            continue;
        char *copy = malloc(envelope.body.len + 64);
        must(copy, "out of memory");
        memcpy(copy, envelope.body.ptr, envelope.body.len);
        bench->documents[count++].text = (struct tf_str){copy, envelope.body.len};
    }
    bench->count = count;
}

static const char invoice_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\""
    " xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\""
    " xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\n"
    "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>L-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>"
    "<cbc:DueDate>2026-04-01</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\n"
    "<cac:AccountingSupplierParty><cac:Party><cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country>"
    "</cac:PostalAddress><cac:PartyTaxScheme><cbc:CompanyID>DE136695976</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    "</cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>"
    "</cac:AccountingSupplierParty>\n<cac:AccountingCustomerParty><cac:Party><cac:PostalAddress><cac:Country>"
    "<cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress><cac:PartyLegalEntity>"
    "<cbc:RegistrationName>Buyer</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>\n";

static void write_totals(FILE *file, long lines)
{
    double net = (double)lines * 10, vat = net * 0.19; /* of text that nobody's tax hangs on */
    fprintf(file,
            "<cac:TaxTotal><cbc:TaxAmount currencyID=\"EUR\">%.2f</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID=\"EUR\">%.2f"
            "</cbc:TaxableAmount><cbc:TaxAmount currencyID=\"EUR\">%.2f</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>"
            "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>\n"
            "<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID=\"EUR\">%.2f</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID=\"EUR\">%.2f"
            "</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID=\"EUR\">%.2f</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID=\"EUR\">%.2f"
            "</cbc:PayableAmount></cac:LegalMonetaryTotal>\n",
            vat, net, vat, net, net, net + vat, net + vat);
}

/* Lies in a file that is mapped, so that writing it leaves no memory behind that the reader would then have for nothing. */
static struct tf_str invoice_of_lines(long lines)
{
    FILE *file = tmpfile();
    must(file, "no temporary file");
    fputs(invoice_head, file);
    write_totals(file, lines);
    for (long line = 1; line <= lines; line++)
        fprintf(file,
                "<cac:InvoiceLine><cbc:ID>%ld</cbc:ID><cbc:Note>As ordered</cbc:Note><cbc:InvoicedQuantity unitCode=\"C62\">2</cbc:InvoicedQuantity>"
                "<cbc:LineExtensionAmount currencyID=\"EUR\">10.00</cbc:LineExtensionAmount><cac:OrderLineReference><cbc:LineID>%ld</cbc:LineID>"
                "</cac:OrderLineReference><cac:Item><cbc:Description>Part of a machine</cbc:Description><cbc:Name>Part number %ld</cbc:Name>"
                "<cac:SellersItemIdentification><cbc:ID>P-%ld</cbc:ID></cac:SellersItemIdentification><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>"
                "<cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item><cac:Price>"
                "<cbc:PriceAmount currencyID=\"EUR\">5.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>\n",
                line, line, line, line);
    fputs("</Invoice>\n", file);
    must(fflush(file) == 0, "the temporary file cannot be written");
    size_t len = (size_t)ftell(file);
    void *text = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fileno(file), 0);
    must(text != MAP_FAILED, "the temporary file cannot be mapped");
    fclose(file);
    return (struct tf_str){text, len};
}

/* Of this program alone: getrusage would tell the peak of whoever started it, where that was higher. */
static size_t peak_bytes(void)
{
    char line[128];
    size_t kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    must(status, "no procfs");
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoul(line + 6, NULL, 10);
    fclose(status);
    return kib << 10;
}

static void measure_lines(struct bench *bench, long lines)
{
    struct tf_str text = invoice_of_lines(lines);
    double figures[LINES_ROUNDS];
    size_t before = peak_bytes(), beyond = 0;
    for (int round = 0; round < LINES_ROUNDS; round++) {
        struct tf_event event = {0};
        double begun = now_s();
        must(read_event(bench, text, &event) && event.as.invoice->lines.count == (size_t)lines, "the invoice was not read as it is");
        must(judge_event(bench, &event)->valid, "the invoice is not valid");
        figures[round] = (now_s() - begun) * 1e3;
        beyond = round == 0 ? peak_bytes() - before : beyond; /* what one document takes; those after it find another arena */
    }
    qsort(figures, LINES_ROUNDS, sizeof *figures, by_figure);
    printf("%zu %.4f %zu\n", text.len, figures[LINES_ROUNDS / 2], beyond);
}

struct taxid { struct tf_str country, kind, number; };

static struct tf_str next_field(char **rest)
{
    char *field = strsep(rest, "\t");
    return tf_str_of(field ? field : "");
}

static double ns_each(const struct taxid *ids, size_t count)
{
    uint64_t rounds = 0;
    unsigned valid = 0;
    double begun = now_s();
    for (; now_s() - begun < 0.02; rounds++) {
        for (size_t i = 0; i < count; i++)
            valid += tf_taxid_check(ids[i].country, ids[i].kind, ids[i].number) == TF_TAXID_VALID;
    }
    must(valid <= rounds * count, "more valid than asked"); /* so that the calls are not left out */
    return (now_s() - begun) * 1e9 / (double)(rounds * count);
}

static void measure_taxids(const char *path)
{
    struct tf_str text = read_file(path);
    char *rest = (char *)(uintptr_t)text.ptr;
    rest[text.len] = '\0';
    size_t count = 0, cap = 0;
    struct taxid *ids = NULL;
    while (rest && *rest) {
        if (count == cap) {
            cap = cap ? cap * 2 : 1024;
            ids = realloc(ids, cap * sizeof *ids);
            must(ids, "out of memory");
        }
        char *line = strsep(&rest, "\n");
        ids[count].country = next_field(&line);
        ids[count].kind = next_field(&line);
        ids[count++].number = next_field(&line);
    }
    double most = 0;
    struct taxid slowest = ids[0];
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && tf_str_eq(ids[to].kind, ids[from].kind) && tf_str_eq(ids[to].country, ids[from].country);)
            to++;
        double figure = ns_each(ids + from, to - from);
        if (figure > most) {
            most = figure;
            slowest = ids[from];
        }
    }
    printf("%.1f %.1f %.*s %.*s\n", ns_each(ids, count), most, TF_STR_ARGS(slowest.country), TF_STR_ARGS(slowest.kind));
    free(ids);
}

/* As the program has it without a file of settings. */
static void load_rules(struct bench *bench)
{
    struct tf_config_source *source = NULL;
    struct tf_config_error errors[4];
    struct tf_fault fault = {0};
    size_t found = 0;
    const struct tf_config_request request = {.file = "/dev/null"};
    must(tf_config_load(&request, &source, errors, 4, &found) == TF_OK, "no configuration");
    must(tf_tax_setup_load(tf_config_get(source), &bench->rules, &fault) == TF_OK, fault.text);
    tf_config_destroy(source);
}

static int usage(void)
{
    fputs("usage: bench_tax speed|records FOLDER SECONDS, findings|rules FOLDER, lines COUNT, taxids FILE\n", stderr);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return usage();
    struct bench bench = {.reader = tf_reader_create(NULL, 0, RECORD_BYTES_MAX), .arena = tf_arena_create(ARENA_BYTES_MAX)};
    must(bench.reader && bench.arena, "out of memory");
    load_rules(&bench);
    const char *mode = argv[1], *what = argv[2];
    double seconds = argc > 3 ? strtod(argv[3], NULL) : 1;
    if (strcmp(mode, "lines") == 0) {
        measure_lines(&bench, strtol(what, NULL, 10));
    } else if (strcmp(mode, "taxids") == 0) {
        measure_taxids(what);
    } else {
        read_folder(&bench, what);
        if (strcmp(mode, "records") == 0)
            make_records(&bench);
        if (strcmp(mode, "findings") == 0)
            print_findings(&bench);
        else if (strcmp(mode, "rules") == 0)
            measure_rules(&bench);
        else
            measure_speed(&bench, seconds);
    }
    tf_tax_setup_finish(&bench.rules);
    tf_reader_destroy(bench.reader);
    tf_arena_destroy(bench.arena);
    return EXIT_SUCCESS;
}
