/* UBL 2.1 Invoice and CreditNote (OASIS, ISO/IEC 19845) as EN 16931-3-2 binds them to the model. */
#ifndef TAXFLOW_EVENT_XML_UBL_H
#define TAXFLOW_EVENT_XML_UBL_H

#include "dialect.h"

extern const struct tf_xml_dialect tf_ubl_dialect;

#endif
