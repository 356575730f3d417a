/* The events that measurements read: small ones, payments of some 410 bytes, and large ones, invoices of some 4 KB. Event n is always the same. */
#ifndef TAXFLOW_BENCH_EVENTS_H
#define TAXFLOW_BENCH_EVENTS_H

#include <stdio.h>

enum { BENCH_EVENT_BYTES_MAX = 8192, BENCH_INVOICE_LINES = 20, BENCH_SUPPLIERS = 3001 };

/* Each writes the record's JSON and returns its length. */
static inline int bench_payment_to(char *out, size_t size, unsigned n, unsigned supplier)
{
    return snprintf(out, size,
                    "{\"approver\":\"a%u\",\"company\":\"ACME-DE\",\"direction\":\"purchase\",\"kind\":\"payment\",\"note\":"
                    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\",\"payment\":{\"account\":\"DE%020u\",\"amount\":\"%u.%02u\","
                    "\"currency\":\"EUR\",\"date\":\"2024-01-01\",\"end_to_end_id\":\"E2E-%010u\",\"invoices\":[{\"number\":\"R-%u\"}],"
                    "\"supplier\":\"S%05u\"},\"recorded_at\":\"2024-01-01T08:00:00Z\",\"user\":\"u%u\"}",
                    n % 7, supplier, 1000 + n % 5000, n % 100, n, n, supplier, n % 20);
}

static inline int bench_payment(char *out, size_t size, unsigned n)
{
    return bench_payment_to(out, size, n, n % BENCH_SUPPLIERS);
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

static inline int bench_invoice(char *out, size_t size, unsigned n)
{
    char lines[BENCH_EVENT_BYTES_MAX];
    bench_lines(lines, sizeof lines);
    return snprintf(out, size,
                    "{\"company\":\"ACME-DE\",\"direction\":\"purchase\",\"invoice\":{\"buyer\":{\"address\":{\"country\":\"DE\"},\"name\":\"ACME\",\"vat_id\":"
                    "\"DE900000001\"},\"currency\":\"EUR\",\"issue_date\":\"2024-01-01\",\"lines\":[%s],\"number\":\"R-%u\",\"process\":{\"specification\":"
                    "\"urn:cen.eu:en16931:2017\"},\"seller\":{\"address\":{\"city\":\"Ort\",\"country\":\"DE\"},\"name\":\"Supplier\",\"vat_id\":\"S%05u\"},"
                    "\"totals\":{\"due\":\"2380.00\",\"gross\":\"2380.00\",\"line_net\":\"2000.00\",\"net\":\"2000.00\",\"vat\":\"380.00\"},\"type_code\":\"380\","
                    "\"vat_breakdown\":[{\"category\":\"S\",\"rate\":\"19\",\"tax\":\"380.00\",\"taxable\":\"2000.00\"}]},\"kind\":\"invoice\",\"user\":\"u3\"}",
                    lines, n, n % BENCH_SUPPLIERS);
}

#endif
