/* How SAP stores amounts: with two decimals whatever the currency, so that 1,000 yen are 10.00 and 1.234 dinars are 12.34. */
#ifndef TAXFLOW_IMPORT_LEDGERS_SAP_AMOUNTS_H
#define TAXFLOW_IMPORT_LEDGERS_SAP_AMOUNTS_H

#include "../table/row.h"

enum { TF_SAP_CURRENCIES_MAX = 512, TF_SAP_CODE_BYTES = 6 };

struct tf_sap_amounts {
    struct { char code[TF_SAP_CODE_BYTES]; uint8_t decimals; } own[TF_SAP_CURRENCIES_MAX]; /* of a TCURX that was given; none: the one that SAP delivers */
    size_t own_count;
    enum tf_map_scale scale;   /* as the user says */
    bool two, one, none;       /* how many decimals amounts were seen with */
    bool asked;                /* an amount can be read in two ways, and nobody said which */
    char asked_code[TF_SAP_CODE_BYTES];
};

/** One row of TCURX. False when it is none, or there are too many. */
bool tf_sap_amounts_take(struct tf_sap_amounts *amounts, struct tf_str code, struct tf_str decimals);
/** Learn from an amount as tf_cell_amount wrote it. */
void tf_sap_amounts_see(struct tf_sap_amounts *amounts, struct tf_str amount);
/**
 * Scale an amount of a currency, in place: the value points into the room.
 * Returns false when it is open whether it is stored or shown (asked is set), or has more digits than amounts have.
 */
bool tf_sap_amounts_scale(struct tf_sap_amounts *amounts, struct tf_str currency, char room[TF_CELL_BYTES]);

#endif
