#include "families.h"

#include "taxflow/arena.h"

static const struct tf_tax_rule rules[TF_RULE_COUNT] = {
#define TAX_RULE(symbol, id_, terms_, class, severity_, text_, source_) \
    [TF_RULE_##symbol] = {                                             \
        .id = id_,                                                     \
        .terms = terms_,                                               \
        .class_ = TF_TAX_##class,                                      \
        .severity = TF_TAX_##severity_,                                \
        .text = text_,                                                 \
        .source = source_,                                             \
    },
#include "tax_rules.def"
#undef TAX_RULE
};

const struct tf_tax_rule *tf_tax_rules(size_t *ret_count)
{
    if (ret_count)
        *ret_count = TF_RULE_COUNT;
    return rules;
}

const char *tf_tax_ruleset(void)
{
    return "en16931-1.3.16";
}

static void judge_invoice(struct tf_case *c)
{
    struct tf_sums sums;
    if (!tf_sums_init(&sums, c->invoice, c->arena)) {
        c->out_of_memory = true;
        return;
    }
    tf_own_judge(c);
    tf_br_judge(c);
    for (size_t i = 0; i < c->invoice->lines.count; i++) {
        tf_br_judge_line(c, i);
        tf_br_vat_judge_line(c, &sums, i);
    }
    tf_br_vat_judge_allowances(c, &sums);
    tf_br_vat_judge(c, &sums);
    tf_br_co_judge(c, &sums);
}

enum tf_err tf_tax_judge(const struct tf_tax_options *options, const struct tf_event *event, struct tf_arena *arena,
                         struct tf_tax_verdict **ret_verdict)
{
    struct tf_tax_verdict *verdict = TF_ARENA_NEW(arena, struct tf_tax_verdict);
    if (!verdict)
        return TF_E_LIMIT;
    verdict->valid = true;
    verdict->applicable = event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE;
    *ret_verdict = verdict;
    if (!verdict->applicable)
        return TF_OK;
    struct tf_case c = {
        .event = event,
        .invoice = event->as.invoice,
        .arena = arena,
        .verdict = verdict,
        .strict = options->strict,
        .companies_configured = options->companies_configured,
    };
    judge_invoice(&c);
    return c.out_of_memory ? TF_E_LIMIT : TF_OK;
}
