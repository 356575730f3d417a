/* Digits of the amounts on standard input, one a line: what benford.py compares with published values. */
#include <stdio.h>
#include <string.h>

#include "benford.h"
#include "digits.h"

static void print(const char *what, const struct tf_benford *benford)
{
    double most = 0;
    unsigned at = 0;
    for (size_t i = 0; i < benford->cells; i++) {
        double z = tf_benford_z(benford, i);
        if (z > most || -z > most) {
            most = z > 0 ? z : -z;
            at = benford->first + (unsigned)i;
        }
    }
    printf("%s n=%lld mad=%.10f chi2=%.4f z=%.2f at=%u\n", what, (long long)benford->n, tf_benford_mad(benford), tf_benford_chi_square(benford), most, at);
}

int main(void)
{
    struct tf_benford first, first_two, last_two;
    char line[256];
    unsigned long long bad = 0;
    tf_benford_first(&first);
    tf_benford_first_two(&first_two);
    tf_benford_last_two(&last_two);
    while (fgets(line, sizeof line, stdin)) {
        struct tf_decimal amount;
        struct tf_digits digits;
        unsigned last;
        if (tf_money_parse(tf_str_of(line), &amount) != TF_OK) {
            bad++;
            continue;
        }
        if (tf_money_sign(amount) <= 0 || !tf_digits_first(amount, &digits))
            continue;
        tf_benford_add(&first, digits.first_two / 10, 1);
        tf_benford_add(&first_two, digits.first_two, 1);
        if (tf_money_cmp(amount, tf_money_of(10, 0)) >= 0 && tf_digits_last_two(amount, 2, &last))
            tf_benford_add(&last_two, last, 1);
    }
    print("F1", &first);
    print("F2", &first_two);
    print("L2", &last_two);
    printf("bad=%llu\n", bad);
    return 0;
}
