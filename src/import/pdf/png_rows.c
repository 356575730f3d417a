#include "pdf/png_rows.h"

#include <stdlib.h>

enum predictor { NONE, SUB, UP, AVERAGE, PAETH };

static int paeth(int left, int above, int corner)
{
    int guess = left + above - corner;
    int to_left = abs(guess - left), to_above = abs(guess - above), to_corner = abs(guess - corner);
    if (to_left <= to_above && to_left <= to_corner)
        return left;
    return to_above <= to_corner ? above : corner;
}

static int predicted(enum predictor by, int left, int above, int corner)
{
    switch (by) {
    case SUB:
        return left;
    case UP:
        return above;
    case AVERAGE:
        return (left + above) / 2;
    case PAETH:
        return paeth(left, above, corner);
    default:
        return 0;
    }
}

bool tf_png_row_restore(unsigned char *row, size_t len, const unsigned char *before, size_t pixel_bytes)
{
    if (row[0] > PAETH)
        return false;
    unsigned char *pixels = row + 1;
    for (size_t i = 0; i < len; i++) {
        int left = i >= pixel_bytes ? pixels[i - pixel_bytes] : 0, corner = i >= pixel_bytes ? before[i - pixel_bytes] : 0;
        pixels[i] = (unsigned char)(pixels[i] + predicted((enum predictor)row[0], left, before[i], corner));
    }
    return true;
}
