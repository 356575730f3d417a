/*
 * Writes records to standard output, a line each, as somebody's export has them: a year of payments, every fiftieth an invoice, from many
 * suppliers and of users who pay some five times a day. The same ones each time.
 *
 *   records COUNT > FILE
 */
#include <stdio.h>
#include <stdlib.h>

#include "events.h"

enum { INVOICE_EVERY = 50, MONTHS = 12, MONTH_DAYS = 28, DAYS = MONTHS * MONTH_DAYS, SUPPLIERS = 50021, USER_DAY = 5, BUFFER_BYTES = 1 << 20 };
enum { SMALL_MINOR = 50000, LARGE_MINOR = 2000000, LARGE_EVERY = 200 };

static int write_record(char *out, size_t size, unsigned number, unsigned count)
{
    char date[32];
    unsigned day = (unsigned)((uint64_t)number * DAYS / count);
    uint64_t drawn = bench_mix(number);
    snprintf(date, sizeof date, "2024-%02u-%02u", day / MONTH_DAYS + 1, day % MONTH_DAYS + 1);
    struct bench_event event = {
        .number = number,
        .supplier = (unsigned)(drawn % SUPPLIERS),
        .user = (unsigned)((drawn >> 20) % (count / (DAYS * USER_DAY) + 1)),
        .amount_minor = 100 + (unsigned)((drawn >> 32) % (number % LARGE_EVERY ? SMALL_MINOR : LARGE_MINOR)),
        .date = date,
    };
    if (number % INVOICE_EVERY == INVOICE_EVERY - 1)
        return bench_write_invoice(out, size, &event);
    return bench_write_payment(out, size, &event);
}

int main(int argc, char **argv)
{
    char record[2 * BENCH_EVENT_BYTES_MAX];
    unsigned count = argc == 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    if (count == 0) {
        fputs("usage: records COUNT > FILE\n", stderr);
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IOFBF, BUFFER_BYTES);
    for (unsigned i = 0; i < count; i++) {
        write_record(record, sizeof record, i, count);
        puts(record);
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
