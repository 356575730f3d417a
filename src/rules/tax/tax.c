#include "families.h"

#include "taxflow/arena.h"

static const struct tf_tax_rule rules[TF_RULE_COUNT] = {
#define TAX_RULE(symbol, id_, terms_, class, severity_, text_, formula_, hint_, source_) \
    [TF_RULE_##symbol] = {                                                              \
        .id = id_,                                                                      \
        .terms = terms_,                                                                \
        .class_ = TF_TAX_##class,                                                       \
        .severity = TF_TAX_##severity_,                                                 \
        .profile = TAX_RULE_PROFILE,                                                    \
        .text = text_,                                                                  \
        .formula = formula_,                                                            \
        .hint = hint_,                                                                  \
        .source = source_,                                                              \
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

/* Who judges the rules of a profile. EN 16931 comes first: it fills the sums that others read. */
static const struct {
    enum tf_tax_profile profile;
    void (*judge)(struct tf_case *c, struct tf_sums *sums);
} judges[] = {
    {TF_TAX_EN16931, tf_en16931_judge},
    {TF_TAX_PEPPOL, tf_peppol_judge},
    {TF_TAX_XRECHNUNG, tf_xrechnung_judge},
    {TF_TAX_OWN_RULES, tf_own_judge},
};

static void judge_profiles(struct tf_case *c)
{
    struct tf_sums sums;
    if (!tf_sums_init(&sums, c->invoice, c->arena)) {
        c->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
        if (tf_case_asks(c, judges[i].profile))
            judges[i].judge(c, &sums);
}

/* A data set without lines or totals of its own is told so, and nothing else: it has no rules to break. */
static void find_less_than_an_invoice(struct tf_case *c)
{
    tf_case_saw(c, TF_RULE_NO_INVOICE);
    tf_case_find_text(c, TF_RULE_NO_INVOICE, (struct tf_spot){.term = "process.specification", .bt = "BT-24"},
                      c->invoice->process.specification, TF_STR("urn:cen.eu:en16931:2017"));
}

static void judge_invoice(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const enum tf_coverage coverage = c->profiles.coverage;
    if (coverage == TF_COVERAGE_LESS)
        find_less_than_an_invoice(c);
    if (coverage != TF_COVERAGE_WHOLE && coverage != TF_COVERAGE_LESS)
        tf_case_not_checked(c, tf_str_trim(invoice->process.specification));
    if (c->profiles.asked == 0)
        return;
    for (size_t i = 0; i < invoice->format_findings.count; i++)
        tf_case_take_format(c, &invoice->format_findings.items[i]);
    judge_profiles(c);
}

/* What was found counts where it was asked for; "valid" needs all of it besides. */
static void decide(struct tf_case *c)
{
    struct tf_tax_verdict *verdict = c->verdict;
    const enum tf_coverage coverage = c->profiles.coverage;
    if (coverage == TF_COVERAGE_OTHER || coverage == TF_COVERAGE_NONE)
        verdict->decided = false;
    else
        verdict->decided = !verdict->valid || verdict->not_checked_count == 0;
    if (c->profiles.asked == 0)
        return;
    verdict->profile = tf_tax_profiles()[c->profiles.named].name;
    verdict->ruleset = tf_tax_profiles()[c->profiles.named].ruleset;
}

enum tf_err tf_tax_judge(const struct tf_tax_options *options, const struct tf_event *event, struct tf_arena *arena,
                         struct tf_tax_verdict **ret_verdict)
{
    struct tf_tax_verdict *verdict = TF_ARENA_NEW(arena, struct tf_tax_verdict);
    if (!verdict)
        return TF_E_LIMIT;
    verdict->valid = true;
    verdict->applicable = (event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE) && !event->voided;
    *ret_verdict = verdict;
    if (!verdict->applicable)
        return TF_OK;
    struct tf_case c = {
        .event = event,
        .invoice = event->as.invoice,
        .arena = arena,
        .verdict = verdict,
        .lists = options->code_lists,
        .rates = options->rates ? options->rates : tf_rates_builtin(),
        .severities = options->severities,
        .day = event->as.invoice->issue_date.days,
        .profiles = tf_profiles_of(event->as.invoice->process.specification, options->profiles),
        .strict = options->strict,
        .companies_configured = options->companies_configured,
    };
    judge_invoice(&c);
    decide(&c);
    return c.out_of_memory ? TF_E_LIMIT : TF_OK;
}
