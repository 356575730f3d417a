/* Fatal rules of EN 16931-1 (artefact 1.3.16) that this build does not judge yet: named, so that silence is never taken for "valid". */
#include "taxflow/tax.h"

static const char *const not_checked[] = {
    "BR-17", "BR-18", "BR-19", "BR-20", "BR-27", "BR-28", "BR-29", "BR-30", "BR-31", "BR-32", "BR-33", "BR-36",
    "BR-37", "BR-38", "BR-41", "BR-42", "BR-43", "BR-44", "BR-45", "BR-46", "BR-47", "BR-48", "BR-49", "BR-50",
    "BR-52", "BR-53", "BR-54", "BR-55", "BR-56", "BR-57", "BR-61", "BR-62", "BR-63", "BR-64", "BR-65", "BR-AE-01",
    "BR-AE-02", "BR-AE-03", "BR-AE-04", "BR-AE-05", "BR-AE-06", "BR-AE-07", "BR-AE-08", "BR-AE-09", "BR-AE-10",
    "BR-AF-01", "BR-AF-02", "BR-AF-03", "BR-AF-04", "BR-AF-05", "BR-AF-06", "BR-AF-07", "BR-AF-08", "BR-AF-09",
    "BR-AF-10", "BR-AG-01", "BR-AG-02", "BR-AG-03", "BR-AG-04", "BR-AG-05", "BR-AG-06", "BR-AG-07", "BR-AG-08",
    "BR-AG-09", "BR-AG-10", "BR-B-01", "BR-B-02", "BR-CL-01", "BR-CL-03", "BR-CL-04", "BR-CL-05", "BR-CL-06",
    "BR-CL-07", "BR-CL-08", "BR-CL-10", "BR-CL-11", "BR-CL-13", "BR-CL-14", "BR-CL-15", "BR-CL-16", "BR-CL-17",
    "BR-CL-18", "BR-CL-19", "BR-CL-20", "BR-CL-21", "BR-CL-22", "BR-CL-23", "BR-CL-24", "BR-CL-25", "BR-CL-26",
    "BR-CO-03", "BR-CO-04", "BR-CO-09", "BR-CO-19", "BR-CO-20", "BR-CO-21", "BR-CO-22", "BR-CO-23", "BR-CO-24",
    "BR-CO-26", "BR-DEC-01", "BR-DEC-02", "BR-DEC-05", "BR-DEC-06", "BR-DEC-09", "BR-DEC-10", "BR-DEC-11",
    "BR-DEC-12", "BR-DEC-13", "BR-DEC-14", "BR-DEC-15", "BR-DEC-16", "BR-DEC-17", "BR-DEC-18", "BR-DEC-19",
    "BR-DEC-20", "BR-DEC-23", "BR-DEC-24", "BR-DEC-25", "BR-DEC-27", "BR-DEC-28", "BR-G-01", "BR-G-02", "BR-G-03",
    "BR-G-04", "BR-G-05", "BR-G-06", "BR-G-07", "BR-G-08", "BR-G-09", "BR-G-10", "BR-IC-01", "BR-IC-02", "BR-IC-03",
    "BR-IC-04", "BR-IC-05", "BR-IC-06", "BR-IC-07", "BR-IC-08", "BR-IC-09", "BR-IC-10", "BR-IC-11", "BR-IC-12",
    "BR-O-01", "BR-O-02", "BR-O-03", "BR-O-04", "BR-O-05", "BR-O-06", "BR-O-07", "BR-O-08", "BR-O-09", "BR-O-10",
    "BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14",
};

const char *const *tf_tax_not_checked(size_t *ret_count)
{
    *ret_count = sizeof not_checked / sizeof not_checked[0];
    return not_checked;
}
