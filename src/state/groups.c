#include "taxflow/state_groups.h"

#include "stage_tally.h"
#include "state_internal.h"

enum { GROWTH = 16, DAYS_PER_YEAR = 365, MONTHS_PER_YEAR = 12 };

/* A window of a year is twelve months, whatever their days. */
static int32_t months_of(int64_t window_ms)
{
    int32_t months = (int32_t)((tf_question_days(window_ms) * MONTHS_PER_YEAR + DAYS_PER_YEAR / 2) / DAYS_PER_YEAR);
    return months > 0 ? months : 1;
}

static struct tf_fraud_tally_view view_of(const struct tf_state *state, const struct tf_population *population, const struct tf_fraud_setting *setting,
                                          int32_t month)
{
    int32_t first = month - months_of(setting->window_ms) + 1, oldest = tf_stage_tally_first(&state->stage, tf_question_days(setting->window_ms));
    return tf_tally_view(&state->stage.tallies, tf_tally_find(&state->stage.tallies, population->group), first > oldest ? first : oldest, month);
}

/* Once a month, unless the grade changes: then also that it is well again. */
static bool is_news(const struct tf_population_said *said, int32_t month, enum tf_fraud_grade grade)
{
    bool again = said->month == month;
    if (grade == TF_FRAUD_GRADE_NONE)
        return false;
    return again ? grade != said->grade : grade == TF_FRAUD_GRADE_NONCONFORMITY;
}

static enum tf_err judge_month(const struct tf_state *state, const struct tf_fraud_ruleset *ruleset, struct tf_population *population, int32_t month,
                               const struct tf_state_look *look)
{
    size_t rules_count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &rules_count);
    for (uint32_t i = 0; i < population->rules_count; i++) {
        uint16_t r = population->rules[i].rule;
        const struct tf_fraud_setting *setting = r < rules_count ? tf_fraud_ruleset_setting(ruleset, r) : NULL;
        struct tf_fraud_group_finding finding;
        if (!setting || !rules[r].group || setting->mode == TF_FRAUD_OFF)
            continue;
        const struct tf_fraud_tally_view view = view_of(state, population, setting, month);
        rules[r].group->judge(setting, &view, &finding);
        population->looked_n = finding.n > population->looked_n ? finding.n : population->looked_n;
        if (!is_news(&population->rules[i].said, month, finding.grade))
            continue;
        TF_TRY(look->tell(look->self, &(struct tf_state_group_report){&rules[r], setting, population->group, population->company,
                                                                      tf_str_of(population->name), (unsigned)month,
                                                                      (unsigned)months_of(setting->window_ms), &finding}));
        population->rules[i].said = (struct tf_population_said){month, finding.grade};
        population->staged |= 1u << i;
    }
    return TF_OK;
}

static bool holds(const struct tf_state *state, const struct tf_population *population, int32_t month)
{
    return tf_tally_view(&state->stage.tallies, tf_tally_find(&state->stage.tallies, population->group), month, month).count > 0;
}

/* Months that are over, in their order. */
static enum tf_err look_back(const struct tf_state *state, const struct tf_fraud_ruleset *ruleset, struct tf_population *population,
                             const struct tf_state_look *look)
{
    int32_t month = population->changed_first;
    for (; month < look->before_month && month <= population->changed_last; month++)
        if (holds(state, population, month))
            TF_TRY(judge_month(state, ruleset, population, month, look));
    population->changed_first = month <= population->changed_last ? month : TF_FRAUD_MONTH_NONE;
    return TF_OK;
}

/* The month that is going on, when the group has grown enough to be another one. */
static enum tf_err look_now(const struct tf_state *state, const struct tf_fraud_ruleset *ruleset, struct tf_population *population,
                            const struct tf_state_look *look)
{
    int32_t month = population->changed_last;
    if (month == population->looked_month && population->added * GROWTH < population->looked_n)
        return TF_OK;
    population->looked_month = month;
    population->added = population->looked_n = 0;
    population->changed_first = TF_FRAUD_MONTH_NONE;
    return judge_month(state, ruleset, population, month, look);
}

enum tf_err tf_state_look_at_groups(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, const struct tf_state_look *look)
{
    for (size_t i = 0; i < state->populations.count; i++) {
        struct tf_population *population = state->populations.items[i];
        if (population->changed_first == TF_FRAUD_MONTH_NONE || (look->ours && !look->ours(look->owner, population->group)))
            continue;
        bool back = look->final || look->before_month != INT32_MAX;
        TF_TRY(back ? look_back(state, ruleset, population, look) : look_now(state, ruleset, population, look));
    }
    return TF_OK;
}
