/* The events that measurements read: small ones, payments of some 410 bytes, and large ones, invoices of some 4 KB. Event n is always the same. */
#ifndef TAXFLOW_BENCH_EVENTS_H
#define TAXFLOW_BENCH_EVENTS_H

#include <stdint.h>
#include <stdio.h>

enum { BENCH_EVENT_BYTES_MAX = 8192, BENCH_INVOICE_LINES = 20, BENCH_SUPPLIERS = 3001 };

struct bench_event {
    unsigned number, supplier, user, amount_minor; /* an invoice's amount is always the same */
    char date[32];
};

/* Spreads numbers over 64 bits, each its own (the finaliser of MurmurHash3). */
static inline uint64_t bench_mix(uint64_t value)
{
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

/* Event n as most measurements have it: all of one day, of few users. */
static inline struct bench_event bench_event_of(unsigned n)
{
    return (struct bench_event){n, n % BENCH_SUPPLIERS, n % 20, (1000 + n % 5000) * 100 + n % 100, "2024-01-01"};
}

enum { BENCH_MONTHS = 12, BENCH_MONTH_DAYS = 28, BENCH_DAYS = BENCH_MONTHS * BENCH_MONTH_DAYS, BENCH_USER_DAY = 5, BENCH_MANY_SUPPLIERS = 50021 };
enum { BENCH_SMALL_MINOR = 50000, BENCH_LARGE_MINOR = 2000000, BENCH_LARGE_EVERY = 200 };

/* Event n of count as a company's export has them: over a year, from many suppliers, of users who pay some five times a day, mostly small. */
static inline struct bench_event bench_event_of_year(unsigned n, unsigned count)
{
    unsigned day = (unsigned)((uint64_t)n * BENCH_DAYS / count);
    uint64_t drawn = bench_mix(n);
    struct bench_event event = {
        .number = n,
        .supplier = (unsigned)(drawn % BENCH_MANY_SUPPLIERS),
        .user = (unsigned)((drawn >> 20) % (count / (BENCH_DAYS * BENCH_USER_DAY) + 1)),
        .amount_minor = 100 + (unsigned)((drawn >> 32) % (n % BENCH_LARGE_EVERY ? BENCH_SMALL_MINOR : BENCH_LARGE_MINOR)),
    };
    snprintf(event.date, sizeof event.date, "2024-%02u-%02u", day / BENCH_MONTH_DAYS + 1, day % BENCH_MONTH_DAYS + 1);
    return event;
}

/* Each writes the record's JSON and returns its length. */
static inline int bench_write_payment(char *out, size_t size, const struct bench_event *it)
{
    return snprintf(out, size,
                    "{\"approver\":\"a%u\",\"company\":\"ACME-DE\",\"direction\":\"purchase\",\"kind\":\"payment\",\"note\":"
                    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\",\"payment\":{\"account\":\"DE%020u\",\"amount\":\"%u.%02u\","
                    "\"currency\":\"EUR\",\"date\":\"%s\",\"end_to_end_id\":\"E2E-%010u\",\"invoices\":[{\"number\":\"R-%u\"}],"
                    "\"supplier\":\"S%05u\"},\"recorded_at\":\"%sT08:00:00Z\",\"user\":\"u%u\"}",
                    it->number % 7, it->supplier, it->amount_minor / 100, it->amount_minor % 100, it->date, it->number, it->number, it->supplier, it->date,
                    it->user);
}

static inline int bench_payment(char *out, size_t size, unsigned n)
{
    struct bench_event payment = bench_event_of(n);
    return bench_write_payment(out, size, &payment);
}

static inline int bench_lines(char *out, size_t size)
{
    int used = 0;
    for (unsigned line = 1; line <= BENCH_INVOICE_LINES; line++)
        used += snprintf(out + used, size - (size_t)used,
                         "%s{\"id\":\"%u\",\"item\":{\"name\":\"Part number %u of a machine\"},\"net\":\"100.00\",\"price\":{\"net\":\"50.00\"},\"quantity\":\"2\","
                         "\"unit\":\"C62\",\"vat\":{\"category\":\"S\",\"rate\":\"19\"}}", line > 1 ? "," : "", line, line);
    return used;
}

static inline int bench_write_invoice(char *out, size_t size, const struct bench_event *it)
{
    char lines[BENCH_EVENT_BYTES_MAX];
    bench_lines(lines, sizeof lines);
    return snprintf(out, size,
                    "{\"company\":\"ACME-DE\",\"direction\":\"purchase\",\"invoice\":{\"buyer\":{\"address\":{\"country\":\"DE\"},\"name\":\"ACME\",\"vat_id\":"
                    "\"DE900000006\"},\"currency\":\"EUR\",\"issue_date\":\"%s\",\"lines\":[%s],\"number\":\"R-%u\",\"process\":{\"specification\":"
                    "\"urn:cen.eu:en16931:2017\"},\"seller\":{\"address\":{\"city\":\"Ort\",\"country\":\"DE\"},\"legal_id\":{\"id\":\"S%05u\"},"
                    "\"name\":\"Supplier\",\"tax_id\":\"27/%05u\"},"
                    "\"totals\":{\"due\":\"2380.00\",\"gross\":\"2380.00\",\"line_net\":\"2000.00\",\"net\":\"2000.00\",\"vat\":\"380.00\"},\"type_code\":\"380\","
                    "\"vat_breakdown\":[{\"category\":\"S\",\"rate\":\"19\",\"tax\":\"380.00\",\"taxable\":\"2000.00\"}]},\"kind\":\"invoice\",\"user\":\"u%u\"}",
                    it->date, lines, it->number, it->supplier, it->supplier, it->user);
}

static inline int bench_invoice(char *out, size_t size, unsigned n)
{
    struct bench_event invoice = bench_event_of(n);
    invoice.user = 3; /* one clerk for all */
    return bench_write_invoice(out, size, &invoice);
}

#endif
