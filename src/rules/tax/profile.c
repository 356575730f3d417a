#include "profile.h"

static const struct tf_tax_profile_row profiles[TF_TAX_PROFILE_COUNT] = {
#define TAX_PROFILE(symbol, name_, ruleset_) [TF_TAX_##symbol] = {.name = name_, .ruleset = ruleset_},
#include "profiles.def"
#undef TAX_PROFILE
};

static const struct {
    struct tf_str begins;
    enum tf_tax_profile profile;
    enum tf_coverage coverage;
} specifications[] = {
#define SPECIFICATION(begins_, profile_, coverage_) {{begins_, sizeof(begins_) - 1}, TF_TAX_##profile_, TF_COVERAGE_##coverage_},
#include "specifications.def"
#undef SPECIFICATION
};

const struct tf_tax_profile_row *tf_tax_profiles(void)
{
    return profiles;
}

const char *tf_tax_ruleset(void)
{
    return profiles[TF_TAX_EN16931].ruleset;
}

enum tf_err tf_tax_profiles_parse(struct tf_string_list names, unsigned *ret_profiles, struct tf_fault *fault)
{
    unsigned bits = 0;
    for (size_t i = 0; i < names.count; i++) {
        int profile = 0;
        if (strcmp(names.items[i], "auto") == 0)
            continue;
        while (profile < TF_TAX_OWN_RULES && strcmp(names.items[i], profiles[profile].name) != 0)
            profile++;
        if (profile == TF_TAX_OWN_RULES)
            return tf_fault_set(fault, TF_E_CONFIG, "tax.profiles: there is no profile \"%s\"; write \"auto\" to go by BT-24, or some of %s, %s, %s",
                                names.items[i], profiles[TF_TAX_EN16931].name, profiles[TF_TAX_PEPPOL].name, profiles[TF_TAX_XRECHNUNG].name);
        bits |= tf_profile_bit((enum tf_tax_profile)profile);
    }
    *ret_profiles = bits;
    return TF_OK;
}

static struct tf_profiles forced_profiles(unsigned forced)
{
    struct tf_profiles made = {.asked = forced | tf_profile_bit(TF_TAX_EN16931) | tf_profile_bit(TF_TAX_OWN_RULES)};
    for (int profile = 0; profile < TF_TAX_OWN_RULES; profile++)
        if (made.asked & tf_profile_bit((enum tf_tax_profile)profile))
            made.named = (enum tf_tax_profile)profile;
    return made;
}

/* A beginning ends where a part of the name does, and not within one: …:2017 is no beginning of …:20171. */
static bool begins_with(struct tf_str specification, struct tf_str begins)
{
    if (!tf_str_starts(specification, begins))
        return false;
    const char last = begins.len > 0 ? begins.ptr[begins.len - 1] : '#';
    return last == '#' || last == ':' || specification.len == begins.len || specification.ptr[begins.len] == '#';
}

struct tf_profiles tf_profiles_of(struct tf_str specification, unsigned forced)
{
    specification = tf_str_trim(specification);
    if (forced != 0 || specification.len == 0)
        return forced_profiles(forced);
    size_t i = 0;
    while (!begins_with(specification, specifications[i].begins)) /* the last row fits all */
        i++;
    struct tf_profiles made = forced_profiles(tf_profile_bit(specifications[i].profile));
    made.coverage = specifications[i].coverage;
    if (made.coverage == TF_COVERAGE_NONE || made.coverage == TF_COVERAGE_LESS)
        made.asked = 0;
    return made;
}
