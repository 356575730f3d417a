#include "difference.h"

#include <stdlib.h>

enum tf_err tf_rejudge_totals_init(struct tf_rejudge_totals *totals)
{
    *totals = (struct tf_rejudge_totals){
        .rules = calloc(TF_REJUDGE_RULES_MAX, sizeof *totals->rules),
        .against = calloc(TF_REJUDGE_SETS_MAX, sizeof *totals->against),
    };
    return totals->rules && totals->against ? TF_OK : TF_E_MEMORY;
}

void tf_rejudge_totals_finish(struct tf_rejudge_totals *totals)
{
    free(totals->rules);
    free(totals->against);
    totals->rules = NULL;
    totals->against = NULL;
}

static bool has(const struct tf_opinion *opinion, uint16_t rule)
{
    for (uint32_t i = 0; i < opinion->hits_count; i++)
        if (opinion->hits[i].rule == rule)
            return true;
    return false;
}

/* Of more currencies than there is room for, the last place holds all. */
static struct tf_rejudge_amount *amount_of(struct tf_rejudge_rule *rule, const char currency[4])
{
    size_t a = 0;
    while (a < rule->amounts_count && memcmp(rule->amounts[a].currency, currency, 4) != 0)
        a++;
    if (a == TF_REJUDGE_CURRENCIES_MAX) {
        memset(rule->amounts[a - 1].currency, 0, 4);
        return &rule->amounts[a - 1];
    }
    if (a == rule->amounts_count) {
        struct tf_rejudge_amount *amount = &rule->amounts[rule->amounts_count++];
        *amount = (struct tf_rejudge_amount){.newly = tf_money_of(0, 2), .gone = tf_money_of(0, 2)};
        memcpy(amount->currency, currency, 4);
    }
    return &rule->amounts[a];
}

/* A sum that no decimal holds stays what it was: 38 digits are no amounts. */
static void add(struct tf_decimal *sum, int64_t minor)
{
    struct tf_decimal next;
    if (tf_money_add(*sum, tf_money_of(minor, 2), &next))
        *sum = next;
}

bool tf_difference_add(struct tf_rejudge_totals *totals, const struct tf_opinion *before, const struct tf_opinion *now, const char currency[4],
                       struct tf_difference_room *room, struct tf_rejudge_change *ret_change)
{
    *ret_change = (struct tf_rejudge_change){.before = before->decision, .now = now->decision, .newly = room->newly, .gone = room->gone};
    for (uint32_t i = 0; i < now->hits_count; i++) {
        struct tf_rejudge_rule *rule = &totals->rules[now->hits[i].rule];
        rule->now++;
        if (has(before, now->hits[i].rule))
            continue;
        rule->newly++;
        add(&amount_of(rule, currency)->newly, now->hits[i].minor);
        room->newly[ret_change->newly_count++] = now->hits[i].rule;
    }
    for (uint32_t i = 0; i < before->hits_count; i++) {
        struct tf_rejudge_rule *rule = &totals->rules[before->hits[i].rule];
        rule->before++;
        if (has(now, before->hits[i].rule))
            continue;
        rule->gone++;
        add(&amount_of(rule, currency)->gone, before->hits[i].minor);
        room->gone[ret_change->gone_count++] = before->hits[i].rule;
    }
    totals->judged++;
    totals->identical += before->digest == now->digest;
    totals->decisions[before->decision][now->decision]++;
    return before->decision != now->decision || ret_change->newly_count + ret_change->gone_count > 0;
}

static void encode_amounts(const struct tf_rejudge_rule *rule, struct tf_json *json)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_key(json, "amounts");
    tf_json_array(json);
    for (size_t a = 0; a < rule->amounts_count; a++) {
        const struct tf_rejudge_amount *amount = &rule->amounts[a];
        tf_json_object(json);
        tf_json_ktext(json, "currency", amount->currency);
        tf_json_kstr(json, "newly_hit", tf_money_format(amount->newly, 2, text));
        tf_json_kstr(json, "no_longer_hit", tf_money_format(amount->gone, 2, text));
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
}

static void encode_rules(const struct tf_rejudge_totals *totals, const char *name, bool shadow, struct tf_json *json)
{
    tf_json_key(json, name);
    tf_json_array(json);
    for (size_t r = 0; r < totals->rules_count; r++) {
        const struct tf_rejudge_rule *rule = &totals->rules[r];
        if (rule->shadow != shadow || rule->before + rule->now == 0)
            continue;
        tf_json_object(json);
        tf_json_ktext(json, "rule", rule->id);
        tf_json_ku64(json, "before", rule->before);
        tf_json_ku64(json, "now", rule->now);
        tf_json_ku64(json, "newly_hit", rule->newly);
        tf_json_ku64(json, "no_longer_hit", rule->gone);
        encode_amounts(rule, json);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
}

static void encode_decisions(const struct tf_rejudge_totals *totals, struct tf_json *json)
{
    static const char *const words[] = {[TF_FRAUD_APPROVE] = "approve", [TF_FRAUD_REVIEW] = "review", [TF_FRAUD_BLOCK] = "block"};
    tf_json_key(json, "decisions");
    tf_json_object(json);
    for (int before = 0; before < 3; before++) {
        tf_json_key(json, words[before]);
        tf_json_object(json);
        for (int now = 0; now < 3; now++)
            tf_json_ku64(json, words[now], totals->decisions[before][now]);
        tf_json_object_end(json);
    }
    tf_json_object_end(json);
}

void tf_rejudge_json(const struct tf_rejudge_totals *totals, struct tf_json *json)
{
    const struct { const char *name; uint64_t value; } counts[] = {
        {"judged", totals->judged},   {"identical", totals->identical},   {"warmed", totals->warmed},       {"skipped", totals->skipped},
        {"dead", totals->dead},       {"unreadable", totals->unreadable}, {"published", totals->published}, {"standing", totals->standing},
    };
    tf_json_object(json);
    tf_json_ktext(json, "ruleset", totals->ruleset);
    tf_json_key(json, "against");
    tf_json_array(json);
    for (size_t n = 0; n < totals->against_count; n++)
        tf_json_text(json, totals->against[n]);
    tf_json_array_end(json);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        tf_json_ku64(json, counts[i].name, counts[i].value);
    encode_decisions(totals, json);
    encode_rules(totals, "rules", false, json);
    encode_rules(totals, "shadow", true, json);
    tf_json_object_end(json);
}
