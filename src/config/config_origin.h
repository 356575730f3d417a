/* Where a value was said. */
#ifndef TAXFLOW_CONFIG_ORIGIN_H
#define TAXFLOW_CONFIG_ORIGIN_H

#include <stddef.h>

enum tf_config_origin_kind { TF_ORIGIN_DEFAULT, TF_ORIGIN_FILE, TF_ORIGIN_ENVIRONMENT, TF_ORIGIN_SET, TF_ORIGIN_ROLE };

struct tf_config_origin {
    enum tf_config_origin_kind kind;
    const char *name; /* FILE: its path; ENVIRONMENT: the variable; SET: the option as written; otherwise NULL */
    unsigned line;    /* FILE: 1… ; 0 = the file as a whole */
};

/** The place as errors show it: "file:line", "--set kafka.partitions", "TAXFLOW_KAFKA__PARTITIONS"; long paths lose their head. */
void tf_config_origin_where(struct tf_config_origin origin, char *out, size_t size);
/** The place as `taxflow config` shows it: "default", "file:line", "environment TAXFLOW_…", "--set", "--role". */
void tf_config_origin_describe(struct tf_config_origin origin, char *out, size_t size);

#endif
