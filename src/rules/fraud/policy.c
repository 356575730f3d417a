#include "policy.h"

#include <inttypes.h>
#include <stdlib.h>

enum { REVIEW_FROM = 50, BLOCK_FROM = 90, SCORE_MAX = 100, DUPLICATES_MAX = 80, SHARE_PERMILLE = 100, OVER = 20000, MINIMUM = 2000, OVER_MAX = 10000000, COMPANY_BYTES_MAX = TF_EVENT_ID_BYTES_MAX };

void tf_policy_init(struct tf_policy *policy)
{
    *policy = (struct tf_policy){
        .limits = {REVIEW_FROM, BLOCK_FROM}, .cap = SCORE_MAX, .breaker = {SHARE_PERMILLE, OVER, MINIMUM}, .families = {{"DUP", DUPLICATES_MAX}}, .families_count = 1};
}

/* True when the member was one of the two. */
static enum tf_err read_limit(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy_limits *limits, bool *ret_known)
{
    const char *name = config_setting_name(at);
    uint32_t *limit = strcmp(name, "review") == 0 ? &limits->review : strcmp(name, "block") == 0 ? &limits->block : NULL;
    int64_t value = 0;
    *ret_known = limit != NULL;
    if (!limit)
        return TF_OK;
    TF_TRY(tf_reading_whole(reading, at, 1, TF_POLICY_POINTS_MAX, &value));
    *limit = (uint32_t)value;
    return TF_OK;
}

static enum tf_err check_limits(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy_limits limits)
{
    if (limits.review <= limits.block)
        return TF_OK;
    return tf_reading_wrong(reading, at, "review from %" PRIu32 " points on lies above block from %" PRIu32 "; lower review or raise block", limits.review,
                            limits.block);
}

static bool is_family(const char *name)
{
    size_t letters = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    return letters > 0 && name[letters] == '\0' && letters < TF_POLICY_FAMILY_BYTES;
}

static enum tf_err read_family(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    const char *name = config_setting_name(at);
    uint32_t cap = 0;
    size_t i = 0;
    if (!is_family(name))
        return tf_reading_wrong(reading, at, "\"%s\" is no family; write the letters that the ids of its rules begin with: DUP", name);
    TF_TRY(tf_reading_points(reading, at, TF_POLICY_POINTS_MAX, &cap));
    while (i < policy->families_count && strcmp(policy->families[i].family, name) != 0)
        i++;
    if (i == TF_POLICY_FAMILIES_MAX)
        return tf_reading_wrong(reading, at, "more than %d families", TF_POLICY_FAMILIES_MAX);
    if (i == policy->families_count)
        policy->families_count++;
    memcpy(policy->families[i].family, name, strlen(name) + 1);
    policy->families[i].cap = cap;
    return TF_OK;
}

static enum tf_err read_families(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return tf_reading_wrong(reading, at, "family_caps must be a group: { DUP = 80; }");
    for (int i = 0; i < config_setting_length(at); i++)
        TF_TRY(read_family(reading, config_setting_get_elem(at, (unsigned)i), policy));
    return TF_OK;
}

static enum tf_err read_company(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    struct tf_policy_company read = {TF_STR_NONE, policy->limits};
    const config_setting_t *name = config_setting_type(at) == CONFIG_TYPE_GROUP ? config_setting_get_member(at, "company") : NULL;
    if (!name)
        return tf_reading_wrong(reading, at, "a company is a group: { company = \"ACME-DE\"; review = 60; block = 95; }");
    TF_TRY(tf_reading_text(reading, name, COMPANY_BYTES_MAX, &read.name));
    size_t i = 0;
    while (i < policy->companies_count && !tf_str_eq(policy->companies[i].name, read.name))
        i++;
    if (i < policy->companies_count)
        read.limits = policy->companies[i].limits;
    for (int m = 0; m < config_setting_length(at); m++) {
        const config_setting_t *member = config_setting_get_elem(at, (unsigned)m);
        struct tf_guess guess = {.word = tf_str_of(config_setting_name(member)), .distance = SIZE_MAX};
        bool known = false;
        TF_TRY(read_limit(reading, member, &read.limits, &known));
        tf_guess_try(&guess, "review");
        tf_guess_try(&guess, "block");
        tf_guess_try(&guess, "company");
        if (!known && member != name)
            return tf_reading_unknown(reading, member, "setting", &guess);
    }
    TF_TRY(check_limits(reading, at, read.limits));
    if (i == policy->companies_count)
        policy->companies_count++;
    policy->companies[i] = read;
    return TF_OK;
}

/* Room for those there and those to come, in one piece. */
static enum tf_err read_companies(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    int count = config_setting_length(at);
    if (config_setting_type(at) != CONFIG_TYPE_LIST)
        return tf_reading_wrong(reading, at, "companies must be a list: ( { company = \"ACME-DE\"; review = 60; } )");
    if (policy->companies_count + (size_t)count > TF_POLICY_COMPANIES_MAX)
        return tf_reading_wrong(reading, at, "more than %d companies", TF_POLICY_COMPANIES_MAX);
    struct tf_policy_company *companies = TF_ARENA_ARRAY(reading->arena, struct tf_policy_company, policy->companies_count + (size_t)count + 1);
    if (!companies)
        return tf_reading_wrong(reading, at, "the rule files hold more than there is room for");
    if (policy->companies_count > 0)
        memcpy(companies, policy->companies, policy->companies_count * sizeof *companies);
    policy->companies = companies;
    for (int i = 0; i < count; i++)
        TF_TRY(read_company(reading, config_setting_get_elem(at, (unsigned)i), policy));
    return TF_OK;
}

static enum tf_err read_member(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    static const char *const names[] = {"review", "block", "cap", "family_caps", "companies"};
    const char *name = config_setting_name(at);
    struct tf_guess guess = {.word = tf_str_of(name), .distance = SIZE_MAX};
    bool known = false;
    TF_TRY(read_limit(reading, at, &policy->limits, &known));
    if (known)
        return TF_OK;
    if (strcmp(name, "cap") == 0)
        return tf_reading_points(reading, at, TF_POLICY_POINTS_MAX, &policy->cap);
    if (strcmp(name, "family_caps") == 0)
        return read_families(reading, at, policy);
    if (strcmp(name, "companies") == 0)
        return TF_OK; /* once the limits that they start from are known */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        tf_guess_try(&guess, names[i]);
    return tf_reading_unknown(reading, at, "setting", &guess);
}

enum tf_err tf_policy_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return tf_reading_wrong(reading, at, "decision must be a group: { review = 50; block = 90; }");
    for (int i = 0; i < config_setting_length(at); i++)
        TF_TRY(read_member(reading, config_setting_get_elem(at, (unsigned)i), policy));
    TF_TRY(check_limits(reading, at, policy->limits));
    const config_setting_t *companies = config_setting_get_member(at, "companies");
    return companies ? read_companies(reading, companies, policy) : TF_OK;
}

enum tf_err tf_policy_read_breaker(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy)
{
    const struct { const char *name; uint32_t *value; int64_t min, max; } members[] = {{"share_permille", &policy->breaker.share_permille, 1, 1000},
                                                                                       {"over", &policy->breaker.over, 2, OVER_MAX},
                                                                                       {"minimum", &policy->breaker.minimum, 1, OVER_MAX}};
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return tf_reading_wrong(reading, at, "breaker must be a group: { share_permille = 100; over = 20000; minimum = 2000; }");
    for (int i = 0; i < config_setting_length(at); i++) {
        const config_setting_t *member = config_setting_get_elem(at, (unsigned)i);
        struct tf_guess guess = {.word = tf_str_of(config_setting_name(member)), .distance = SIZE_MAX};
        int64_t value = 0;
        size_t m = 0;
        while (m < sizeof members / sizeof members[0] && strcmp(members[m].name, config_setting_name(member)) != 0)
            tf_guess_try(&guess, members[m++].name);
        if (m == sizeof members / sizeof members[0])
            return tf_reading_unknown(reading, member, "setting", &guess);
        TF_TRY(tf_reading_whole(reading, member, members[m].min, members[m].max, &value));
        *members[m].value = (uint32_t)value;
    }
    return policy->breaker.minimum <= policy->breaker.over / 2
               ? TF_OK
               : tf_reading_wrong(reading, at, "minimum must be at most half of over: so many records are always counted");
}

struct tf_policy_limits tf_policy_limits_of(const struct tf_policy *policy, struct tf_str company)
{
    for (size_t i = 0; i < policy->companies_count; i++)
        if (tf_str_eq(policy->companies[i].name, company))
            return policy->companies[i].limits;
    return policy->limits;
}

void tf_policy_describe(const struct tf_policy *policy, struct tf_buf *out)
{
    tf_buf_printf(out, "decision review=%" PRIu32 " block=%" PRIu32 " cap=%" PRIu32, policy->limits.review, policy->limits.block, policy->cap);
    for (size_t i = 0; i < policy->families_count; i++)
        tf_buf_printf(out, " %s=%" PRIu32, policy->families[i].family, policy->families[i].cap);
    for (size_t i = 0; i < policy->companies_count; i++)
        tf_buf_printf(out, " \"%.*s\"=%" PRIu32 ",%" PRIu32, TF_STR_ARGS(policy->companies[i].name), policy->companies[i].limits.review,
                      policy->companies[i].limits.block);
    tf_buf_printf(out, " breaker=%" PRIu32 ",%" PRIu32 ",%" PRIu32 "\n", policy->breaker.share_permille, policy->breaker.over, policy->breaker.minimum);
}
