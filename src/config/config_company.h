/* `companies = ( { id = "…"; vat_ids = […]; ibans = […]; registers = […]; }, … )`: who "we" are. */
#ifndef TAXFLOW_CONFIG_COMPANY_H
#define TAXFLOW_CONFIG_COMPANY_H

#include <libconfig.h>

#include "config_source.h"

enum { TF_CONFIG_COMPANIES_MAX = 10000 };

/** Set the companies from the file's setting, or collect errors; texts never quote the numbers, which are personal data. */
void tf_config_company_load(struct tf_config_source *source, const config_setting_t *setting);

#endif
