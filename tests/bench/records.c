/*
 * Writes records to standard output, a line each, as somebody's export has them: a year of payments, every fiftieth an invoice. The same ones
 * each time.
 *
 *   records COUNT > FILE
 */
#include <stdio.h>
#include <stdlib.h>

#include "events.h"

enum { INVOICE_EVERY = 50, BUFFER_BYTES = 1 << 20 };

static int write_record(char *out, size_t size, unsigned number, unsigned count)
{
    struct bench_event event = bench_event_of_year(number, count);
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
