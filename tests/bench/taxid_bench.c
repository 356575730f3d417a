/*
 * How long does the check of a tax number take?  Prints ns a check over all numbers of a file, and the slowest kinds.
 *
 *   bench_taxid FILE     lines COUNTRY TAB KIND TAB NUMBER, as `taxflow taxid` reads them
 *   bench_taxid          numbers made here: digits and letters of every kind's usual length, most of them wrong
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "taxflow/taxid.h"

enum { NUMBERS_MAX = 100000, TEXT_BYTES = 128, ROUNDS = 200, SHOWN = 5 };

struct line {
    char text[TEXT_BYTES];
    struct tf_str fields[3];
};

static struct line lines[NUMBERS_MAX];
static size_t lines_count;

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void take(struct line *line)
{
    char *rest = line->text, *field;
    for (size_t f = 0; f < 3; f++) {
        field = strsep(&rest, f < 2 ? "\t" : "\n");
        line->fields[f] = tf_str_of(field ? field : "");
    }
    lines_count++;
}

static void read_lines(const char *path)
{
    FILE *in = fopen(path, "re");
    if (!in) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    while (lines_count < NUMBERS_MAX && fgets(lines[lines_count].text, TEXT_BYTES, in))
        take(&lines[lines_count]);
    fclose(in);
}

static void make_lines(void)
{
    static const char *const numbers[] = {"123456789", "DE136695976", "ATU13585627", "12345678901234", "RSSMRA85T10A562S", "GB29NWBK60161331926819"};
    size_t count = 0;
    const struct tf_taxid_name *names = tf_taxid_names(&count);
    for (size_t k = 0; k < count; k++)
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++) {
            snprintf(lines[lines_count].text, TEXT_BYTES, "%s\t%s\t%s\n", names[k].country, names[k].kind, numbers[n]);
            take(&lines[lines_count]);
        }
}

static double measure(size_t first, size_t count, size_t rounds, size_t *ret_valid)
{
    double begun = now_ns();
    for (size_t r = 0; r < rounds; r++)
        for (size_t i = first; i < first + count; i++)
            *ret_valid += tf_taxid_check(lines[i].fields[0], lines[i].fields[1], lines[i].fields[2]) == TF_TAXID_VALID;
    return (now_ns() - begun) / (double)(rounds * count);
}

static bool same_kind(size_t a, size_t b)
{
    return tf_str_eq(lines[a].fields[0], lines[b].fields[0]) && tf_str_eq(lines[a].fields[1], lines[b].fields[1]);
}

struct slow {
    size_t line;
    double ns;
};

static int slower_first(const void *a, const void *b)
{
    double x = ((const struct slow *)a)->ns, y = ((const struct slow *)b)->ns;
    return (x < y) - (x > y);
}

static void print_slowest(void)
{
    static struct slow kinds[NUMBERS_MAX];
    size_t kinds_count = 0, valid = 0;
    for (size_t first = 0, next; first < lines_count; first = next) {
        for (next = first; next < lines_count && same_kind(first, next); next++)
            continue;
        kinds[kinds_count++] = (struct slow){first, measure(first, next - first, ROUNDS, &valid)};
    }
    qsort(kinds, kinds_count, sizeof kinds[0], slower_first);
    for (size_t k = 0; k < kinds_count && k < SHOWN; k++)
        printf("  %.*s %-14.*s %6.1f ns\n", TF_STR_ARGS(lines[kinds[k].line].fields[0]), TF_STR_ARGS(lines[kinds[k].line].fields[1]), kinds[k].ns);
}

int main(int argc, char **argv)
{
    size_t valid = 0;
    argc > 1 ? read_lines(argv[1]) : make_lines();
    if (lines_count == 0)
        return EXIT_FAILURE;
    measure(0, lines_count, ROUNDS / 10, &valid);
    valid = 0;
    double ns = measure(0, lines_count, ROUNDS, &valid);
    printf("tax numbers: %zu, %zu valid, %.1f ns a check; slowest kinds:\n", lines_count, valid / ROUNDS, ns);
    print_slowest();
    return EXIT_SUCCESS;
}
