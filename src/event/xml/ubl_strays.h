/* What a UBL document says where the model has no place, and a rule looks all the same: strays.def. */
#ifndef TAXFLOW_EVENT_XML_UBL_STRAYS_H
#define TAXFLOW_EVENT_XML_UBL_STRAYS_H

#include "ubl_hooks.h"

tf_xml_hook tf_ubl_strays_end_tax, tf_ubl_strays_end_category, tf_ubl_strays_end_line_category;
tf_xml_hook tf_ubl_strays_end_charge, tf_ubl_strays_end_price_charge;
tf_xml_hook tf_ubl_strays_end_country, tf_ubl_strays_end_origin;
tf_xml_hook tf_ubl_strays_end_party_scheme, tf_ubl_strays_end_legal_scheme, tf_ubl_strays_end_endpoint_scheme;
tf_xml_hook tf_ubl_strays_end_location_scheme, tf_ubl_strays_end_item_scheme, tf_ubl_strays_end_class_list;
tf_xml_hook tf_ubl_strays_end_unit, tf_ubl_strays_end_mime, tf_ubl_strays_end_tax_point_code, tf_ubl_strays_end_vat_currency;
tf_xml_hook tf_ubl_strays_end_additional_reference, tf_ubl_strays_end_reference, tf_ubl_strays_end_delivery_address, tf_ubl_strays_end_item_property;
tf_xml_hook tf_ubl_strays_end_date;
tf_xml_hook tf_ubl_strays_end_line, tf_ubl_strays_end_sub_line, tf_ubl_strays_end_sub_line_net, tf_ubl_strays_end_sub_line_item;
tf_xml_watch_hook tf_ubl_strays_see_currency;

/** The category that was read as a stray of that kind, and an exemption code beside it. */
enum tf_err tf_ubl_strays_category(struct tf_xml_walk *walk, enum tf_stray_kind kind) TF_MUST_CHECK;

#endif
