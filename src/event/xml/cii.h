/* The Cross Industry Invoice of UN/CEFACT, D16B and D22B, as CEN/TS 16931-3-3 binds it to the model. */
#ifndef TAXFLOW_EVENT_XML_CII_H
#define TAXFLOW_EVENT_XML_CII_H

#include "dialect.h"

extern const struct tf_xml_dialect tf_cii_dialect;

#endif
