/*
 * How fast is a SAF-T read, and in how much memory?  One thread, from a file to records and findings; nothing is judged.
 *
 *     bench_saft [MEGABYTES [FILE]]
 *
 * A file of Norway's 1.30 is written first (2,000 MB, $TMPDIR/taxflow-saft-bench.xml; removed afterwards unless FILE is named): an export as programs write
 * it, with indents, three lines a transaction, tax, parties and references that lead somewhere. What it holds is counted while it is written, and what
 * is read must be the same to the cent: status 1 where it is not. Time is this process's own (user and system): other work on the machine does not count.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "taxflow/import.h"

enum { ACCOUNTS = 400, PARTIES = 20000, PATH_BYTES = 4096, RECORD_BYTES_MAX = 4000000, FILE_BUFFER_BYTES = 1 << 20 };

struct written {
    uint64_t transactions, lines, bytes;
    int64_t cents;
};
struct counted {
    uint64_t records, unreadable, findings;
    char summary[2048];
};

static uint64_t dice(uint64_t *state, uint64_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state >> 33) % below;
}

/* ---- Writing ---- */

static void write_head(FILE *out, uint64_t transactions, int64_t cents)
{
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n1:AuditFile xmlns:n1=\"urn:StandardAuditFile-Taxation-Financial:NO\">\n\t<n1:Header>\n"
            "\t\t<n1:AuditFileVersion>1.30</n1:AuditFileVersion>\n\t\t<n1:Company>\n\t\t\t<n1:RegistrationNumber>888888888</n1:RegistrationNumber>\n"
            "\t\t\t<n1:Name>Benk AS</n1:Name>\n\t\t</n1:Company>\n\t\t<n1:DefaultCurrencyCode>NOK</n1:DefaultCurrencyCode>\n\t</n1:Header>\n"
            "\t<n1:MasterFiles>\n\t\t<n1:GeneralLedgerAccounts>\n");
    for (int i = 0; i < ACCOUNTS; i++)
        fprintf(out,
                "\t\t\t<n1:Account>\n\t\t\t\t<n1:AccountID>%d</n1:AccountID>\n\t\t\t\t<n1:AccountDescription>Konto %d</n1:AccountDescription>\n"
                "\t\t\t\t<n1:GroupingCategory>RF-1167</n1:GroupingCategory>\n\t\t\t\t<n1:GroupingCode>%d</"
                "n1:GroupingCode>\n\t\t\t\t<n1:AccountType>GL</n1:AccountType>\n"
                "\t\t\t</n1:Account>\n",
                3000 + i, i, 3000 + i);
    fprintf(out, "\t\t</n1:GeneralLedgerAccounts>\n\t\t<n1:Customers>\n");
    for (int i = 0; i < PARTIES; i++)
        fprintf(out,
                "\t\t\t<n1:Customer>\n\t\t\t\t<n1:Name>Kunde %d AS</n1:Name>\n\t\t\t\t<n1:CustomerID>K%d</n1:CustomerID>\n\t\t\t</n1:Customer>\n", i,
                i);
    fprintf(out,
            "\t\t</n1:Customers>\n\t\t<n1:TaxTable>\n\t\t\t<n1:TaxTableEntry>\n\t\t\t\t<n1:TaxType>MVA</n1:TaxType>\n\t\t\t\t<n1:TaxCodeDetails>\n"
            "\t\t\t\t\t<n1:TaxCode>3</n1:TaxCode>\n\t\t\t\t\t<n1:TaxPercentage>25</n1:TaxPercentage>\n\t\t\t\t</n1:TaxCodeDetails>\n\t\t\t</"
            "n1:TaxTableEntry>\n\t\t</n1:TaxTable>\n"
            "\t</n1:MasterFiles>\n\t<n1:GeneralLedgerEntries>\n\t\t<n1:NumberOfEntries>%020" PRIu64
            "</n1:NumberOfEntries>\n\t\t<n1:TotalDebit>%018" PRId64 ".%02d</n1:TotalDebit>\n"
            "\t\t<n1:TotalCredit>%018" PRId64
            ".%02d</n1:TotalCredit>\n\t\t<n1:Journal>\n\t\t\t<n1:JournalID>GL</n1:JournalID>\n\t\t\t<n1:Description>Alt</n1:Description>\n"
            "\t\t\t<n1:Type>GL</n1:Type>\n",
            transactions, cents / 100, (int)(cents % 100), cents / 100, (int)(cents % 100));
}

static void write_line(FILE *out, int number, int account, const char *side, int64_t cents, const char *more)
{
    fprintf(out,
            "\t\t\t\t<n1:Line>\n\t\t\t\t\t<n1:RecordID>%d</n1:RecordID>\n\t\t\t\t\t<n1:AccountID>%d</"
            "n1:AccountID>\n\t\t\t\t\t<n1:ValueDate>2025-06-30</n1:ValueDate>\n"
            "\t\t\t\t\t<n1:SourceDocumentID>1234</n1:SourceDocumentID>\n%s\t\t\t\t\t<n1:Description>Salg av "
            "varer</n1:Description>\n\t\t\t\t\t<n1:%sAmount>\n"
            "\t\t\t\t\t\t<n1:Amount>%" PRId64 ".%02d</n1:Amount>\n\t\t\t\t\t</n1:%sAmount>\n",
            number, account, more, side, cents / 100, (int)(cents % 100), side);
}

static void write_transaction(FILE *out, uint64_t number, uint64_t *state, struct written *written)
{
    int64_t net = 4 * (int64_t)(100 + dice(state, 1000000)), tax = net / 4;
    int day = 1 + (int)dice(state, 28), month = 1 + (int)dice(state, 12);
    char customer[96];
    snprintf(customer, sizeof customer, "\t\t\t\t\t<n1:CustomerID>K%" PRIu64 "</n1:CustomerID>\n", dice(state, PARTIES));
    fprintf(out,
            "\t\t\t<n1:Transaction>\n\t\t\t\t<n1:TransactionID>%" PRIu64
            "</n1:TransactionID>\n\t\t\t\t<n1:Period>%d</n1:Period>\n\t\t\t\t<n1:PeriodYear>2025</n1:PeriodYear>\n"
            "\t\t\t\t<n1:TransactionDate>2025-%02d-%02d</n1:TransactionDate>\n\t\t\t\t<n1:SourceID>user%d</"
            "n1:SourceID>\n\t\t\t\t<n1:Description>Faktura %" PRIu64 "</n1:Description>\n"
            "\t\t\t\t<n1:SystemEntryDate>2025-%02d-%02d</n1:SystemEntryDate>\n\t\t\t\t<n1:GLPostingDate>2025-%02d-%02d</n1:GLPostingDate>\n",
            number, month, month, day, day, number, month, day, month, day);
    write_line(out, 1, 3000, "Debit", net + tax, customer);
    fprintf(out, "\t\t\t\t</n1:Line>\n");
    write_line(out, 2, 3001 + (int)dice(state, ACCOUNTS - 2), "Credit", net, "");
    fprintf(out,
            "\t\t\t\t\t<n1:TaxInformation>\n\t\t\t\t\t\t<n1:TaxType>MVA</n1:TaxType>\n\t\t\t\t\t\t<n1:TaxCode>3</"
            "n1:TaxCode>\n\t\t\t\t\t\t<n1:TaxPercentage>25</n1:TaxPercentage>\n"
            "\t\t\t\t\t\t<n1:TaxBase>%" PRId64 ".%02d</n1:TaxBase>\n\t\t\t\t\t\t<n1:CreditTaxAmount>\n\t\t\t\t\t\t\t<n1:Amount>%" PRId64
            ".%02d</n1:Amount>\n"
            "\t\t\t\t\t\t</n1:CreditTaxAmount>\n\t\t\t\t\t</n1:TaxInformation>\n\t\t\t\t</n1:Line>\n",
            net / 100, (int)(net % 100), tax / 100, (int)(tax % 100));
    write_line(out, 3, 3000 + ACCOUNTS - 1, "Credit", tax, "");
    fprintf(out, "\t\t\t\t</n1:Line>\n\t\t\t</n1:Transaction>\n");
    written->transactions++;
    written->lines += 3;
    written->cents += net + tax;
}

/* The head has the totals, which are known at the end: it is written a second time, as long as the first. */
static bool write_file(const char *path, uint64_t bytes, struct written *written)
{
    uint64_t state = 42;
    FILE *out = fopen(path, "we");
    if (!out)
        return false;
    setvbuf(out, NULL, _IOFBF, FILE_BUFFER_BYTES);
    *written = (struct written){.bytes = 0};
    write_head(out, 0, 0);
    while ((uint64_t)ftello(out) < bytes)
        for (int i = 0; i < 100; i++)
            write_transaction(out, written->transactions + 1, &state, written);
    fprintf(out, "\t\t</n1:Journal>\n\t</n1:GeneralLedgerEntries>\n</n1:AuditFile>\n");
    written->bytes = (uint64_t)ftello(out);
    rewind(out);
    write_head(out, written->transactions, written->cents);
    return fclose(out) == 0;
}

/* ---- Reading ---- */

static enum tf_err take_record(void *self, struct tf_str text, uint64_t line)
{
    struct counted *counted = self;
    (void)text, (void)line;
    counted->records++;
    return TF_OK;
}

static enum tf_err take_unreadable(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    struct counted *counted = self;
    (void)text, (void)line, (void)problem;
    counted->unreadable++;
    return TF_OK;
}

static enum tf_err take_finding(void *self, const struct tf_import_finding *finding)
{
    struct counted *counted = self;
    (void)finding;
    counted->findings++;
    return TF_OK;
}

static enum tf_err take_summary(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    struct counted *counted = self;
    (void)broken;
    (void)books;
    snprintf(counted->summary, sizeof counted->summary, "%.*s", TF_STR_ARGS(json));
    return TF_OK;
}

static double seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static bool as_written(const struct counted *counted, const struct written *written)
{
    char lines[64], transactions[64], debit[64];
    snprintf(lines, sizeof lines, "\"lines\":%" PRIu64 ",", written->lines);
    snprintf(transactions, sizeof transactions, "\"transactions\":%" PRIu64 ",", written->transactions);
    snprintf(debit, sizeof debit, "\"debit\":\"%" PRId64 ".%02d\"", written->cents / 100, (int)(written->cents % 100));
    return counted->unreadable == 0 && counted->findings == 0 && counted->records == ACCOUNTS + PARTIES + written->transactions &&
           strstr(counted->summary, lines) && strstr(counted->summary, transactions) && strstr(counted->summary, debit);
}

static int read_file(const char *path, const struct written *written)
{
    static struct counted counted;
    const struct tf_import_options options = {.company = "BENCH", .record_bytes_max = RECORD_BYTES_MAX};
    const struct tf_import_sink sink = {&counted, take_record, take_unreadable, take_finding, take_summary, NULL, NULL, NULL};
    const struct tf_import_format *format = NULL;
    struct tf_fault fault = {0};
    struct rusage usage;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    double begun = seconds();
    enum tf_err err = tf_import_sniff(fd, path, &options, &format, &fault);
    if (err == TF_OK && format)
        err = tf_import_read(format, fd, path, &options, &sink, &fault);
    double spent = seconds() - begun;
    close(fd);
    getrusage(RUSAGE_SELF, &usage);
    if (err != TF_OK || !as_written(&counted, written)) {
        fprintf(stderr, "what was read is not what was written: %s%s\n", fault.text, counted.summary);
        return 1;
    }
    printf("saft  %.0f MB, %" PRIu64 " transactions, %" PRIu64
           " lines: %.2f s of one core, %.0f MB/s, %.0f transactions/s, %ld MB resident at most\n",
           (double)written->bytes / 1e6, written->transactions, written->lines, spent, (double)written->bytes / 1e6 / spent,
           (double)written->transactions / spent, usage.ru_maxrss / 1024);
    return 0;
}

int main(int argc, char **argv)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_BYTES];
    struct written written;
    uint64_t megabytes = argc > 1 ? strtoull(argv[1], NULL, 10) : 2000;
    snprintf(path, sizeof path, "%s/taxflow-saft-bench.xml", folder && *folder ? folder : "/tmp");
    if (!write_file(argc > 2 ? argv[2] : path, megabytes * 1000000, &written)) {
        fprintf(stderr, "%s: cannot be written\n", argc > 2 ? argv[2] : path);
        return 1;
    }
    int status = read_file(argc > 2 ? argv[2] : path, &written);
    if (argc <= 2)
        unlink(path);
    return status;
}
