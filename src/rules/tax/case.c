#include "case.h"

enum { FINDINGS_CAP_FIRST = 8, AMOUNT_DECIMALS = 2 };

static bool make_room(struct tf_case *c)
{
    struct tf_tax_verdict *verdict = c->verdict;
    if (verdict->findings_count < c->findings_cap)
        return true;
    const uint32_t cap = c->findings_cap == 0 ? FINDINGS_CAP_FIRST : 2 * c->findings_cap;
    struct tf_tax_finding *grown = TF_ARENA_ARRAY(c->arena, struct tf_tax_finding, cap);
    if (!grown)
        return false;
    if (verdict->findings_count > 0)
        memcpy(grown, verdict->findings, verdict->findings_count * sizeof(*grown));
    verdict->findings = grown;
    c->findings_cap = cap;
    return true;
}

static struct tf_str spell_path(struct tf_arena *arena, struct tf_spot spot)
{
    struct tf_str path = TF_STR("$.invoice");
    if (spot.list)
        path = tf_arena_printf(arena, "$.invoice.%s[%zu]", spot.list, spot.index);
    if (spot.sublist)
        path = tf_arena_printf(arena, "%.*s.%s[%zu]", TF_STR_ARGS(path), spot.sublist, spot.subindex);
    if (spot.term)
        path = tf_arena_printf(arena, "%.*s.%s", TF_STR_ARGS(path), spot.term);
    return path;
}

static struct tf_str spell_amount(struct tf_case *c, struct tf_figure figure)
{
    if (!figure.known)
        return TF_STR_NONE;
    char text[TF_MONEY_TEXT_BYTES];
    struct tf_str spelt = tf_arena_dup(c->arena, tf_money_format(figure.value, AMOUNT_DECIMALS, text));
    c->out_of_memory |= !tf_str_present(spelt);
    return spelt;
}

void tf_case_find_amounts(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_figure observed,
                          struct tf_figure expected)
{
    struct tf_tax_verdict *verdict = c->verdict;
    const struct tf_tax_rule *row = tf_tax_rules(NULL) + rule;
    verdict->hit[rule / 64] |= UINT64_C(1) << (rule % 64);
    verdict->valid &= row->severity != TF_TAX_FATAL;
    verdict->findings_total++;
    if (verdict->findings_count == TF_TAX_FINDINGS_MAX || c->out_of_memory)
        return;
    if (!make_room(c)) {
        c->out_of_memory = true;
        return;
    }
    struct tf_tax_finding finding = {
        .rule = row,
        .severity = row->severity,
        .path = spell_path(c->arena, spot),
        .bt = tf_str_of(spot.bt),
        .observed = spell_amount(c, observed),
        .expected = spell_amount(c, expected),
    };
    c->out_of_memory |= !tf_str_present(finding.path);
    verdict->findings[verdict->findings_count++] = finding;
}

void tf_case_find(struct tf_case *c, enum tf_rule rule, struct tf_spot spot)
{
    const struct tf_figure none = {.known = false};
    tf_case_find_amounts(c, rule, spot, none, none);
}
