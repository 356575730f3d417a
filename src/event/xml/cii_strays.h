/* What CII says at places that no business term has, for the rules that look at it all the same (strays.def). */
#ifndef TAXFLOW_EVENT_XML_CII_STRAYS_H
#define TAXFLOW_EVENT_XML_CII_STRAYS_H

#include "cii_hooks.h"

tf_xml_hook tf_cii_strays_end_number, tf_cii_strays_end_category, tf_cii_strays_end_line_category;
tf_xml_hook tf_cii_strays_end_country, tf_cii_strays_end_exemption, tf_cii_strays_end_subject, tf_cii_strays_end_object_scheme;
tf_xml_hook tf_cii_strays_end_tax_point_code, tf_cii_strays_end_unit, tf_cii_strays_end_mime, tf_cii_strays_end_parent_line;
tf_xml_hook tf_cii_strays_end_endpoint, tf_cii_strays_end_id, tf_cii_strays_end_global_id, tf_cii_strays_end_party_id;
tf_xml_hook tf_cii_strays_end_reference, tf_cii_strays_end_price_charge, tf_cii_strays_end_date, tf_cii_strays_end_debtor_bank, tf_cii_strays_end_creditor_bank;
tf_xml_watch_hook tf_cii_strays_see_id, tf_cii_strays_see_vat_total;

/** A stray with that text; nothing where the text is absent. */
enum tf_err tf_cii_strays_text(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_str text) TF_MUST_CHECK;
/** The category that was read as a stray of that kind, and an exemption code beside it. */
enum tf_err tf_cii_strays_category(struct tf_xml_walk *walk, enum tf_stray_kind kind) TF_MUST_CHECK;
/** An additional document without its number: BR-52 asks all of them. */
enum tf_err tf_cii_strays_reference(struct tf_xml_walk *walk, struct tf_str id) TF_MUST_CHECK;

#endif
