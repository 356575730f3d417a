/* What the rows of a shape say of a struct, whatever it is: which members are there, and one struct filled up from another. */
#ifndef TAXFLOW_EVENT_SHAPE_H
#define TAXFLOW_EVENT_SHAPE_H

#include "decode.h"

/** Whether the member of a row is there, in the struct at source. A group without a presence of its own is, when a member of it is. */
bool tf_shape_has(const struct tf_decode_row *row, const void *source);
/** Give target the members that it has not and source has; what lists hold is shared. Both are structs of that shape. */
void tf_shape_fill(const struct tf_decode_shape *shape, void *target, const void *source);

#endif
