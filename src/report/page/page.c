#include "page.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"

enum { PARTIES_IN_MEMORY = 1 << 15, CARD_BYTES_MAX = 64 << 10 };

enum tf_err tf_report_page_create(const struct tf_report_page_options *options, struct tf_report_page **ret_page, struct tf_fault *fault)
{
    struct tf_report_page *page = calloc(1, sizeof *page);
    if (!page)
        return tf_fault_set(fault, TF_E_MEMORY, "report.html: memory ran out");
    page->options = *options;
    page->first_ms = INT64_MAX;
    page->last_ms = INT64_MIN;
    page->parties = tf_party_sums_create(PARTIES_IN_MEMORY);
    page->files_count = tf_files_given(options->files);
    page->files = calloc(page->files_count ? page->files_count : 1, sizeof *page->files);
    tf_buf_init(&page->scratch, CARD_BYTES_MAX);
    if (!page->parties || !page->files) {
        tf_report_page_destroy(page);
        return tf_fault_set(fault, TF_E_MEMORY, "report.html: memory ran out");
    }
    *ret_page = page;
    return TF_OK;
}

struct tf_report_page *tf_report_page_destroy(struct tf_report_page *page)
{
    if (!page)
        return NULL;
    for (size_t g = 0; g < page->groups_count; g++)
        free(page->groups[g].json);
    tf_party_sums_destroy(page->parties);
    tf_amounts_finish(&page->amounts);
    tf_top_finish(&page->top);
    tf_buf_finish(&page->scratch);
    free(page->files);
    free(page);
    return NULL;
}

/* ---- Taking records in ---- */

static void keep_words(char out[TF_PAGE_WORDS_BYTES], struct tf_str text)
{
    size_t len = text.len < TF_PAGE_WORDS_BYTES - 1 ? text.len : TF_PAGE_WORDS_BYTES - 1;
    memcpy(out, text.ptr ? text.ptr : "", len);
    out[len] = '\0';
}

static void add_reason(struct tf_report_page *page, enum tf_page_judge judge, const struct tf_item *item, const struct tf_problem *problem)
{
    struct tf_page_reason *reason = &page->reasons[judge][problem->err < TF_ERR_COUNT ? problem->err : TF_OK];
    if (reason->records++ > 0)
        return;
    reason->file = item->position.partition;
    reason->line = item->position.offset;
    keep_words(reason->path, problem->path);
    keep_words(reason->detail, problem->detail);
}

static void add_company(struct tf_report_page *page, struct tf_str company)
{
    struct tf_party_sum name;
    tf_party_sum_name(&name, tf_str_trim(company));
    for (size_t c = 0; c < page->companies_count; c++)
        if (page->companies[c].len == name.name_len && memcmp(page->companies[c].name, name.name, name.name_len) == 0) {
            page->companies[c].records++;
            return;
        }
    if (name.name_len == 0)
        return;
    page->more_companies = page->companies_count == TF_PAGE_COMPANIES_MAX;
    if (page->more_companies)
        return;
    memcpy(page->companies[page->companies_count].name, name.name, name.name_len);
    page->companies[page->companies_count].len = name.name_len;
    page->companies[page->companies_count++].records = 1;
}

static void add_file(struct tf_report_page *page, const struct tf_item *item, bool finds)
{
    if (item->position.partition >= page->files_count)
        return;
    struct tf_page_file *file = &page->files[item->position.partition];
    file->received++;
    file->accepted += item->outcome == TF_OUTCOME_PROCESS;
    file->duplicates += item->outcome == TF_OUTCOME_DUPLICATE;
    file->dead += item->outcome == TF_OUTCOME_DEAD;
    file->with_findings += finds;
}

static void keep_failure(struct tf_report_page *page, enum tf_err err)
{
    if (page->failure == TF_OK)
        page->failure = err;
}

static void add_amounts(struct tf_report_page *page, const struct tf_fraud_facts *facts, const struct tf_fraud_verdict *verdict)
{
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(page->options.ruleset, &count);
    struct tf_currency_amounts *currency = tf_amounts_of(&page->amounts, facts->currency);
    if (!currency) {
        page->amounts.left_out++;
        return;
    }
    const enum tf_fraud_decision decision = verdict ? verdict->decision : TF_FRAUD_APPROVE;
    currency->records[decision]++;
    currency->at_risk_minor[decision] += verdict ? verdict->amount_at_risk_minor : 0;
    for (uint32_t h = 0; verdict && h < verdict->hits_count; h++) {
        const size_t rule = (size_t)(verdict->hits[h].rule - rules);
        if (rule < count)
            currency->rules_minor[rule] += verdict->hits[h].amount_at_risk_minor;
    }
}

static void add_party(struct tf_report_page *page, const struct tf_event *event, const struct tf_fraud_facts *facts, const struct tf_fraud_verdict *verdict)
{
    struct tf_str name = tf_str_trim(tf_about(event).counterparty);
    const struct tf_str parts[] = {facts->company, {"", 1}, facts->supplier};
    struct tf_party_sum sum = {.records = 1};
    if (name.len == 0 && event->kind != TF_KIND_JOURNAL) /* whose party is its own id then */
        name = facts->supplier;
    if (name.len == 0)
        return;
    sum.party = tf_hash_sha256(parts, sizeof parts / sizeof parts[0]);
    memcpy(sum.currency, facts->currency, sizeof sum.currency);
    tf_party_sum_name(&sum, name);
    sum.block = verdict && verdict->decision == TF_FRAUD_BLOCK;
    sum.review = verdict && verdict->decision == TF_FRAUD_REVIEW;
    sum.at_risk_minor = sum.block || sum.review ? verdict->amount_at_risk_minor : 0;
    keep_failure(page, tf_party_sums_add(page->parties, &sum));
}

static void add_findings(struct tf_report_page *page, const struct tf_item *item)
{
    const struct tf_tax_verdict *tax = item->verdict[0];
    const struct tf_fraud_verdict *fraud = item->verdict[1];
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&item->event);
    page->with_findings++;
    page->findings += (tax ? tax->findings_count : 0) + (fraud ? fraud->hits_count : 0);
    for (uint32_t f = 0; tax && f < tax->findings_count; f++)
        page->form_findings += !tax->findings[f].rule;
    add_amounts(page, &facts, fraud);
    add_party(page, &item->event, &facts, fraud);
    tf_months_add(&page->months, facts.has_time, facts.time_ms, fraud ? fraud->decision : TF_FRAUD_APPROVE);
    keep_failure(page, tf_page_card_put(page, item, &facts));
}

static bool has_findings(const struct tf_item *item)
{
    const struct tf_tax_verdict *tax = item->verdict[0];
    const struct tf_fraud_verdict *fraud = item->verdict[1];
    return (tax && tax->findings_count > 0) || (fraud && (fraud->hits_count > 0 || fraud->decision != TF_FRAUD_APPROVE));
}

static void add_accepted(struct tf_report_page *page, const struct tf_item *item)
{
    add_company(page, item->event.company);
    if (item->event.event_time_present) {
        page->first_ms = item->event.event_time_ms < page->first_ms ? item->event.event_time_ms : page->first_ms;
        page->last_ms = item->event.event_time_ms > page->last_ms ? item->event.event_time_ms : page->last_ms;
    }
    for (size_t j = 0; j < 2; j++)
        if (!item->verdict[j])
            add_reason(page, j == 0 ? TF_PAGE_TAX : TF_PAGE_FRAUD, item, &item->verdict_problem[j]);
    if (has_findings(item))
        add_findings(page, item);
}

void tf_report_page_add(struct tf_report_page *page, const struct tf_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        add_file(page, item, item->outcome == TF_OUTCOME_PROCESS && has_findings(item));
        if (item->outcome == TF_OUTCOME_DEAD)
            add_reason(page, TF_PAGE_NOBODY, item, &item->problem);
        else if (item->outcome == TF_OUTCOME_PROCESS)
            add_accepted(page, item);
    }
}

static int by_records(const void *a, const void *b)
{
    const struct tf_page_company *x = a, *y = b;
    if (x->records != y->records)
        return x->records > y->records ? -1 : 1;
    return tf_str_cmp((struct tf_str){x->name, x->len}, (struct tf_str){y->name, y->len});
}

/* ---- Groups ---- */

static const char *member(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));
    return text ? text : "";
}

static struct tf_page_group *group_place(struct tf_report_page *page, const char *key)
{
    for (size_t g = 0; g < page->groups_count; g++)
        if (strcmp(page->groups[g].key, key) == 0)
            return &page->groups[g];
    if (page->groups_count == TF_PAGE_GROUPS_MAX) {
        page->groups_left_out++;
        return NULL;
    }
    struct tf_page_group *made = &page->groups[page->groups_count++];
    memcpy(made->key, key, strlen(key) + 1);
    return made;
}

/* Of one group and rule the newest month stands for all: its window covers those before. */
static enum tf_err take_group(struct tf_report_page *page, const char *line, size_t len)
{
    json_t *row = json_loadb(line, len, 0, NULL);
    char key[sizeof page->groups[0].key];
    snprintf(key, sizeof key, "%s %s", member(row, "rule"), member(row, "group"));
    struct tf_page_group *group = row ? group_place(page, key) : NULL;
    enum tf_err err = TF_OK;
    if (group && strcmp(member(row, "period"), group->period) >= 0) {
        char *copy = strndup(line, len);
        err = copy ? TF_OK : TF_E_MEMORY;
        if (copy) {
            free(group->json);
            group->json = copy;
            snprintf(group->period, sizeof group->period, "%s", member(row, "period"));
        }
    }
    json_decref(row);
    return err;
}

enum tf_err tf_report_page_read_groups(struct tf_report_page *page, const char *path, struct tf_fault *fault)
{
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum tf_err err = TF_OK;
    if (!in)
        return errno == ENOENT ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    while (err == TF_OK && (len = getline(&line, &cap, in)) > 0)
        err = take_group(page, line, (size_t)len);
    free(line);
    fclose(in);
    return err;
}

/* ---- Writing ---- */

struct tf_str tf_page_currency(const char code[4]) { return code[0] ? tf_str_of(code) : TF_STR("without currency"); }

const char *tf_page_decision(enum tf_fraud_decision decision)
{
    static const char *const words[] = {[TF_FRAUD_APPROVE] = "approve", [TF_FRAUD_REVIEW] = "review", [TF_FRAUD_BLOCK] = "block"};
    return words[decision];
}

void tf_page_section(struct tf_html *html, const char *id, const char *title)
{
    tf_html_rawf(html, "<section id=\"%s\" aria-labelledby=\"%s-h\"><h2 id=\"%s-h\">", id, id, id);
    tf_html_words(html, tf_str_of(title));
    tf_html_raw(html, "</h2>\n");
}

void tf_page_section_end(struct tf_html *html) { tf_html_raw(html, "</section>\n"); }

static void write_foreign(struct tf_page_writing *writing, bool early)
{
    for (size_t s = 0; s < writing->sections_count; s++) {
        const struct tf_report_section *section = &writing->sections[s];
        if (!section->write || section->early != early)
            continue;
        tf_page_section(&writing->html, section->id, section->title);
        section->write(section->self, &writing->html);
        tf_page_section_end(&writing->html);
    }
}

static enum tf_err write_parts(struct tf_page_writing *writing, struct tf_fault *fault)
{
    tf_page_head(writing);
    tf_page_summary(writing);
    write_foreign(writing, true);
    tf_page_amounts(writing);
    TF_TRY(tf_page_suppliers(writing));
    tf_page_rules_hit(writing);
    TF_TRY(tf_page_findings(writing, fault));
    tf_page_groups(writing);
    write_foreign(writing, false);
    tf_page_files(writing);
    tf_page_inputs(writing);
    tf_page_coverage(writing);
    tf_page_notes(writing);
    return TF_OK;
}

static enum tf_err save(const struct tf_buf *out, const char *path, struct tf_fault *fault)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be written: %s; choose another --out folder", path, strerror(errno));
    bool ok = fwrite(out->ptr, 1, out->len, file) == out->len;
    ok = fclose(file) == 0 && ok;
    return ok ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: could not be written whole: %s; free some room and run again", path, strerror(errno));
}

enum tf_err tf_report_page_write(struct tf_report_page *page, const struct tf_report *report, int64_t made_ms, const struct tf_report_section *sections,
                                 size_t sections_count, const char *path, struct tf_fault *fault)
{
    struct tf_buf out;
    struct tf_page_writing writing = {
        .page = page, .report = report, .made_ms = made_ms, .sections = sections, .sections_count = sections_count, .html = {&out}};
    if (page->failure != TF_OK)
        return tf_fault_set(fault, page->failure, "report.html: its sums could not be kept: %s; set TMPDIR to a folder with room", tf_err_text(page->failure));
    tf_amounts_sort(&page->amounts);
    qsort(page->companies, page->companies_count, sizeof page->companies[0], by_records);
    tf_buf_init(&out, TF_PAGE_BYTES_MAX);
    enum tf_err err = write_parts(&writing, fault);
    if (err == TF_OK && out.failed)
        err = tf_fault_set(fault, TF_E_LIMIT, "%s: the page would be longer than %d bytes", path, TF_PAGE_BYTES_MAX);
    if (err == TF_OK)
        err = save(&out, path, fault);
    tf_buf_finish(&out);
    return err;
}
