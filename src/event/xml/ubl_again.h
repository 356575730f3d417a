/*
 * Parties and deliveries that stand twice, against the schema. The artefact asks each of them what it asks of one: so a second one is
 * read by itself, what either lacks and their codes become strays, and only then it fills up what the first has not.
 */
#ifndef TAXFLOW_EVENT_XML_UBL_AGAIN_H
#define TAXFLOW_EVENT_XML_UBL_AGAIN_H

#include "ubl_hooks.h"

tf_xml_watch_hook tf_ubl_again_see;
tf_xml_hook tf_ubl_again_end;

#endif
