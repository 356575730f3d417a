/* Files that make sense only with others: tables that are joined, indexes of packages. */
#include <string.h>

#include "import_internal.h"

bool tf_import_joins(const struct tf_import_format *format) { return format && format->read == tf_sap_read; }
