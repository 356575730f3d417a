/* The VAT of an invoice in one row of a register: a column of rates, or columns of net and tax for each rate. */
#ifndef TAXFLOW_IMPORT_TABLE_RATES_H
#define TAXFLOW_IMPORT_TABLE_RATES_H

#include "row.h"

/**
 * Find columns that are one rate's net or tax: "Netto 19 %", "USt 7%", "Net (20%)". names_of: the names of nets and of taxes, each between bars.
 * arena   for the rates' texts.   Columns that have a meaning already are passed over, and rates beyond TF_MAP_RATES_MAX.
 */
void tf_rates_of_header(struct tf_map *map, const struct tf_str *names, size_t count, const char *net_names, const char *tax_names, struct tf_arena *arena);
/** Before a map is sorted: add what the elements of a breakdown lack, to be filled by tf_rates_settle. False past TF_MAP_COLUMNS_MAX. */
bool tf_rates_complete(struct tf_map *map);
/** Once it is sorted: find their places. */
void tf_rates_bind(struct tf_map *map);
/**
 * Make the breakdown of a row: a rate alone has the row's net and tax; a rate without amounts, or one of several whose amounts are zero, is left out; a tax
 * above zero is of category S; totals that no column has are the sums of the elements.   Pure; sums that pass 38 digits are left out.
 */
void tf_rates_settle(struct tf_row *row);

#endif
