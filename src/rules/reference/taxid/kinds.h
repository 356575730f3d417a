/* The kinds whose structure is more than a pattern and a sum. Each takes a number as read (separators and prefix gone) and may change it. */
#ifndef TAXFLOW_RULES_REFERENCE_TAXID_KINDS_H
#define TAXFLOW_RULES_REFERENCE_TAXID_KINDS_H

#include "number.h"

/* Named tf_taxid_<country>_<kind>, as the rows of taxid_kinds.def call them; their facts stand at their definitions. Any thread, no allocation. */
enum tf_taxid tf_taxid_al_nipt(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ar_cuit(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_at_tin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_au_abn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_au_tfn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_az_voen(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_be_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_bg_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_br_number(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_by_unp(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ca_bn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ca_sin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ch_uid(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ch_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_cl_rut(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_cn_uscc(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_co_nit(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_cr_cpj(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_cy_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_cz_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_de_idnr(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_de_stnr(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_do_rnc(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ec_ruc(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_eg_tn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_es_nif(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_eu_oss(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_eu_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_fr_siret(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_fr_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_gb_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_gr_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_gt_nit(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_id_npwp(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ie_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_il_hp(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_in_gstin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_in_pan(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_it_codicefiscale(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_it_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_kr_brn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_li_peid(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_lt_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_lu_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_lv_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ma_ice(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_mt_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_mx_curp(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_mx_rfc(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_nl_bsn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_nl_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_no_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_nz_ird(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_pe_ruc(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_pl_regon(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_py_ruc(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ro_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ru_inn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_se_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_sg_uen(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_sk_vat(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_th_tin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_tn_mf(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_tr_tckimlik(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_tr_vkn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_tw_ubn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ua_edrpou(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_us_ein(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_us_itin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_us_ssn(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_us_tin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_uy_rut(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_ve_rif(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_vn_mst(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_za_tin(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_zz_bic(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_zz_gs1_ean(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_zz_iban(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_zz_iso11649(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_zz_lei(struct tf_taxid_number *n);
enum tf_taxid tf_taxid_zz_luhn(struct tf_taxid_number *n);

/** The Czech and Slovak birth number, 9 or 10 digits: also what persons' VAT numbers of both are. */
enum tf_taxid tf_taxid_cz_birth_number(const struct tf_taxid_number *n);

/** TF_TAXID_VALID where holds, else TF_TAXID_CHECKSUM. */
static inline enum tf_taxid tf_taxid_checksum_if_not(bool holds) { return holds ? TF_TAXID_VALID : TF_TAXID_CHECKSUM; }

#endif
