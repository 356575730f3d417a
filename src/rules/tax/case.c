#include "case.h"

#include "severities.h"

enum { FINDINGS_CAP_FIRST = 8, AMOUNT_DECIMALS = 2, PATH_BYTES = 160 };

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

/* A path as it is spelt: our own names, so it never comes near the end. */
struct path {
    char text[PATH_BYTES];
    size_t len;
};

static void put(struct path *path, const char *text)
{
    const size_t len = strlen(text), room = sizeof(path->text) - path->len;
    memcpy(path->text + path->len, text, len < room ? len : room);
    path->len += len < room ? len : room;
}

static void put_element(struct path *path, const char *list, size_t index)
{
    char digits[TF_STR_NUMBER_BYTES + 1] = {0};
    put(path, ".");
    put(path, list);
    if (index == TF_SPOT_NO_INDEX)
        return;
    const struct tf_str number = tf_str_of_u64(index, digits);
    put(path, "[");
    put(path, number.ptr); /* it ends where the digits do */
    put(path, "]");
}

static struct tf_str spell_path(struct tf_arena *arena, struct tf_spot spot)
{
    struct path path;
    path.len = 0;
    put(&path, "$.invoice");
    if (spot.list)
        put_element(&path, spot.list, spot.index);
    if (spot.sublist)
        put_element(&path, spot.sublist, spot.subindex);
    if (spot.term) {
        put(&path, ".");
        put(&path, spot.term);
    }
    return tf_arena_dup(arena, (struct tf_str){path.text, path.len});
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

void tf_case_not_checked(struct tf_case *c, struct tf_str what)
{
    struct tf_tax_verdict *verdict = c->verdict;
    if (verdict->not_checked_count < TF_TAX_NOT_CHECKED_MAX)
        verdict->not_checked[verdict->not_checked_count++] = what;
}

/* Count a finding and make room for it; NULL where it is counted only, or the arena is full. */
static struct tf_tax_finding *add_finding(struct tf_case *c, struct tf_str rule, enum tf_tax_severity severity)
{
    struct tf_tax_verdict *verdict = c->verdict;
    severity = tf_tax_severities_of(c->severities, c->event->company, rule, severity);
    verdict->valid &= severity != TF_TAX_FATAL;
    verdict->findings_total++;
    if (verdict->findings_count == TF_TAX_FINDINGS_MAX || c->out_of_memory)
        return NULL;
    if (!make_room(c)) {
        c->out_of_memory = true;
        return NULL;
    }
    struct tf_tax_finding *finding = &verdict->findings[verdict->findings_count++];
    finding->severity = severity;
    return finding;
}

/* Of an XML document; 0 of a record. */
static uint64_t line_of(const struct tf_invoice *invoice, struct tf_spot spot)
{
    const struct tf_mark_place place = {.list = spot.list, .sublist = spot.sublist, .term = spot.term};
    const uint32_t index = spot.index == TF_SPOT_NO_INDEX ? 0 : (uint32_t)spot.index;
    if (spot.line > 0 || invoice->marks.count == 0)
        return spot.line;
    return tf_mark_line(invoice->marks.items, invoice->marks.count, &place, index, (uint32_t)spot.subindex);
}

/*
 * The artefact for UBL warns of a card number that is not shortened; that for CII refuses it. Peppol refuses a line that does not add
 * up; XRechnung, which asks the same rule, warns of it.
 */
static enum tf_tax_severity severity_of(const struct tf_case *c, enum tf_rule rule)
{
    const bool refuses = rule == TF_RULE_BR_51 && c->invoice->syntax == TF_SYNTAX_CII;
    const bool warns = rule == TF_RULE_PEPPOL_R120 && !tf_case_asks(c, TF_TAX_PEPPOL);
    return refuses ? TF_TAX_FATAL : warns ? TF_TAX_WARNING : tf_tax_rules(NULL)[rule].severity;
}

static struct tf_tax_finding *add_of_rule(struct tf_case *c, enum tf_rule rule, struct tf_spot spot)
{
    const struct tf_tax_rule *row = tf_tax_rules(NULL) + rule;
    if (c->overruled && c->overruled[rule])
        return NULL;
    c->verdict->hit[rule / 64] |= UINT64_C(1) << (rule % 64);
    struct tf_tax_finding *finding = add_finding(c, tf_str_of(row->id), severity_of(c, rule));
    if (!finding)
        return NULL;
    finding->rule = row;
    finding->path = spell_path(c->arena, spot);
    finding->line = line_of(c->invoice, spot);
    finding->bt = tf_str_of(spot.bt);
    c->out_of_memory |= !tf_str_present(finding->path);
    return finding;
}

void tf_case_take_format(struct tf_case *c, const struct tf_format_finding *format)
{
    struct tf_tax_finding *finding = add_finding(c, format->rule, format->warning ? TF_TAX_WARNING : TF_TAX_FATAL);
    if (!finding)
        return;
    finding->format = format;
    finding->path = format->path;
    finding->line = format->line;
    finding->observed = format->observed;
    finding->expected = format->expected;
}

void tf_case_find_amounts(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_figure observed,
                          struct tf_figure expected)
{
    struct tf_tax_finding *finding = add_of_rule(c, rule, spot);
    if (!finding)
        return;
    finding->observed = spell_amount(c, observed);
    finding->expected = spell_amount(c, expected);
    finding->difference = spell_amount(c, tf_figure_sub(observed, expected));
}

void tf_case_find_text(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_str observed, struct tf_str expected)
{
    struct tf_tax_finding *finding = add_of_rule(c, rule, spot);
    if (!finding)
        return;
    finding->observed = observed;
    finding->expected = expected;
}

void tf_case_find(struct tf_case *c, enum tf_rule rule, struct tf_spot spot)
{
    tf_case_find_text(c, rule, spot, TF_STR_NONE, TF_STR_NONE);
}
