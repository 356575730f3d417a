#include "population.h"

enum { SLOTS_MIN = 64 };

void tf_populations_finish(struct tf_populations *populations, struct tf_budget *budget)
{
    for (size_t i = 0; i < populations->count; i++) {
        struct tf_population *population = populations->items[i];
        tf_budget_give(budget, (char *)(uintptr_t)population->company.ptr, population->company.len + 1);
        tf_budget_give(budget, population, sizeof *population);
    }
    tf_budget_give(budget, populations->items, populations->cap * sizeof(struct tf_population *));
    tf_budget_give(budget, populations->slots, populations->slots_count * sizeof *populations->slots);
    *populations = (struct tf_populations){.items = NULL};
}

static size_t slot_of(const struct tf_populations *populations, struct tf_hash16 group)
{
    size_t mask = populations->slots_count - 1, i = tf_hash16_u64(group) & mask;
    while (populations->slots[i] != 0 && !tf_hash16_eq(populations->items[populations->slots[i] - 1]->group, group))
        i = (i + 1) & mask;
    return i;
}

static bool widen(struct tf_populations *populations, struct tf_budget *budget)
{
    if ((populations->count + 1) * 4 <= populations->slots_count * 3)
        return true;
    size_t wider = populations->slots_count ? populations->slots_count * 2 : SLOTS_MIN;
    uint32_t *slots = tf_budget_take(budget, wider * sizeof *slots);
    struct tf_population **items =
        slots ? tf_budget_resize(budget, populations->items, populations->cap * sizeof(struct tf_population *), wider * sizeof(struct tf_population *)) : NULL;
    if (!items) {
        tf_budget_give(budget, slots, wider * sizeof *slots);
        return false;
    }
    memset(slots, 0, wider * sizeof *slots);
    tf_budget_give(budget, populations->slots, populations->slots_count * sizeof *slots);
    populations->items = items;
    populations->cap = populations->slots_count = wider;
    populations->slots = slots;
    for (size_t i = 0; i < populations->count; i++)
        slots[slot_of(populations, items[i]->group)] = (uint32_t)i + 1;
    return true;
}

static struct tf_population *create(struct tf_budget *budget, struct tf_hash16 group, struct tf_str company)
{
    struct tf_population *population = tf_budget_take(budget, sizeof *population);
    char *text = population ? tf_budget_take(budget, company.len + 1) : NULL;
    if (!text) {
        tf_budget_give(budget, population, sizeof *population);
        return NULL;
    }
    if (company.len > 0)
        memcpy(text, company.ptr, company.len);
    text[company.len] = '\0';
    *population = (struct tf_population){.group = group, .changed_first = TF_FRAUD_MONTH_NONE, .looked_month = TF_FRAUD_MONTH_NONE,
                                         .company = {text, company.len}};
    return population;
}

static struct tf_population *obtain(struct tf_populations *populations, struct tf_budget *budget, struct tf_hash16 group, struct tf_str company)
{
    if (!widen(populations, budget))
        return NULL;
    size_t slot = slot_of(populations, group);
    if (populations->slots[slot] != 0)
        return populations->items[populations->slots[slot] - 1];
    struct tf_population *population = create(budget, group, company);
    if (!population)
        return NULL;
    populations->items[populations->count++] = population;
    populations->slots[slot] = (uint32_t)populations->count;
    return population;
}

/* place: of the rule among those that are asked. */
static struct tf_population *obtain_asked(struct tf_populations *populations, struct tf_budget *budget, const struct tf_state_question *question,
                                          size_t place, size_t tally)
{
    size_t rules_count;
    struct tf_population *population = obtain(populations, budget, question->tallies[tally].group, question->facts.company);
    if (population && population->name[0] == '\0')
        tf_fraud_ruleset_rules(question->ruleset, &rules_count)[question->rules[place]].group->name(&question->facts, tally - question->tallies_first[place],
                                                                                                    population->name);
    return population;
}

static void judged_by(struct tf_population *population, uint16_t rule)
{
    uint32_t i = 0;
    while (i < population->rules_count && population->rules[i].rule != rule)
        i++;
    if (i < population->rules_count || i == TF_FRAUD_GROUP_RULES_MAX)
        return;
    population->rules[i].rule = rule;
    population->rules[i].said = population->rules[i].before = (struct tf_population_said){TF_FRAUD_MONTH_NONE, TF_FRAUD_GRADE_NONE};
    population->rules_count++;
}

void tf_population_changed(struct tf_population *population, int32_t month, int64_t more)
{
    bool fresh = population->changed_first == TF_FRAUD_MONTH_NONE;
    if (fresh || month < population->changed_first)
        population->changed_first = month;
    if (fresh || month > population->changed_last)
        population->changed_last = month;
    population->added += more > 0 ? more : 0;
}

bool tf_populations_note(struct tf_populations *populations, struct tf_budget *budget, const struct tf_state_question *question)
{
    size_t rules_count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    for (size_t i = 0; i < question->rules_count; i++) {
        if (!rules[question->rules[i]].group)
            continue;
        for (size_t t = question->tallies_first[i]; t < question->tallies_first[i + 1]; t++) {
            struct tf_population *population = obtain_asked(populations, budget, question, i, t);
            if (!population)
                return false;
            judged_by(population, question->rules[i]);
            tf_population_changed(population, question->month, 1);
        }
    }
    return true;
}

struct tf_population *tf_populations_find(const struct tf_populations *populations, struct tf_hash16 group)
{
    const size_t slot = populations->slots_count > 0 ? slot_of(populations, group) : 0;
    return populations->slots_count > 0 && populations->slots[slot] != 0 ? populations->items[populations->slots[slot] - 1] : NULL;
}

bool tf_populations_learn(struct tf_populations *populations, struct tf_budget *budget, const struct tf_population_told *told)
{
    struct tf_population *population = obtain(populations, budget, told->group, told->company);
    if (!population)
        return false;
    if (population->name[0] == '\0')
        memcpy(population->name, told->name.ptr, told->name.len); /* the rest is zero */
    for (size_t i = 0; i < told->rules_count; i++)
        judged_by(population, told->rules[i]);
    return true;
}

void tf_populations_commit(struct tf_populations *populations)
{
    for (size_t i = 0; i < populations->count; i++) {
        struct tf_population *population = populations->items[i];
        for (uint32_t r = 0; population->staged && r < population->rules_count; r++)
            population->rules[r].before = population->rules[r].said;
        population->staged = 0;
    }
}

void tf_populations_abort(struct tf_populations *populations)
{
    for (size_t i = 0; i < populations->count; i++) {
        struct tf_population *population = populations->items[i];
        for (uint32_t r = 0; population->staged && r < population->rules_count; r++)
            population->rules[r].said = population->rules[r].before;
        if (population->staged && population->looked_month != TF_FRAUD_MONTH_NONE)
            tf_population_changed(population, population->looked_month, 1);
        if (population->staged)
            population->looked_month = TF_FRAUD_MONTH_NONE;
        population->staged = 0;
    }
}
