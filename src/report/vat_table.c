/* VAT totals as a spreadsheet, as JSON and as a short table. */
#include <errno.h>
#include <stdlib.h>

#include "taxflow/audit_totals.h"
#include "taxflow/findings_csv.h"

enum { ROW_BYTES_MAX = 1 << 16, PRINTED_MAX = 12, COMPANY_COLUMN = 24 };

static const char header[] = TF_CSV_MARK "company,period,direction,country,tax,category,rate,currency,part,documents,net,vat";
static const char run_header[] = ",documents of this run,net of this run,vat of this run"; /* where there may be earlier ones */

static void put_run(const struct tf_vat_cells *cells, struct tf_buf *row)
{
    char documents[24];
    snprintf(documents, sizeof documents, "%lld", (long long)cells->run_documents);
    tf_findings_csv_cell(row, tf_str_of(documents), false);
    tf_findings_csv_cell(row, tf_str_of(cells->run_net), false);
    tf_findings_csv_cell(row, tf_str_of(cells->run_vat), false);
}

static void put_row(const struct tf_vat_group *group, bool goes_on, struct tf_buf *row)
{
    struct tf_vat_cells cells;
    char documents[TF_STR_NUMBER_BYTES];
    tf_vat_cells_of(group, &cells);
    const struct tf_str texts[] = {tf_str_of(cells.company),  tf_str_of(cells.period),   tf_str_of(cells.direction), tf_str_of(cells.country),
                                   tf_str_of(cells.tax),      tf_str_of(cells.category), tf_str_of(cells.rate),      tf_str_of(cells.currency),
                                   tf_str_of(cells.part),     tf_str_of_u64(cells.documents, documents),             tf_str_of(cells.net),
                                   tf_str_of(cells.vat)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        tf_findings_csv_cell(row, texts[i], i == 0);
    if (goes_on)
        put_run(&cells, row);
    tf_buf_puts(row, TF_CSV_END);
}

static bool write_rows(const struct tf_vat_group *const *groups, size_t count, bool goes_on, FILE *out)
{
    struct tf_buf row;
    bool ok = fprintf(out, "%s%s" TF_CSV_END, header, goes_on ? run_header : "") >= 0;
    tf_buf_init(&row, ROW_BYTES_MAX);
    for (size_t i = 0; ok && i < count; i++) {
        tf_buf_reset(&row);
        put_row(groups[i], goes_on, &row);
        ok = !row.failed && fwrite(row.ptr, 1, row.len, out) == row.len;
    }
    tf_buf_finish(&row);
    return ok;
}

enum tf_err tf_vat_csv_write(const struct tf_vat_sums *sums, const char *path, struct tf_fault *fault)
{
    size_t count;
    const struct tf_vat_group **groups = tf_vat_sums_sorted(sums, &count);
    if (!groups)
        return TF_E_MEMORY;
    FILE *out = fopen(path, "we");
    bool ok = out && write_rows(groups, count, tf_vat_sums_goes_on(sums), out);
    ok = out && fclose(out) == 0 && ok;
    free(groups);
    return ok ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: could not be written: %s; free some room and run again", path, strerror(errno));
}

static void json_row(const struct tf_vat_group *group, bool goes_on, struct tf_json *json)
{
    struct tf_vat_cells cells;
    tf_vat_cells_of(group, &cells);
    tf_json_object(json);
    tf_json_ktext(json, "company", cells.company);
    tf_json_ktext(json, "period", cells.period);
    tf_json_ktext(json, "direction", cells.direction);
    tf_json_ktext(json, "country", cells.country);
    tf_json_ktext(json, "tax", cells.tax);
    tf_json_ktext(json, "category", cells.category);
    tf_json_ktext(json, "rate", cells.rate);
    tf_json_ktext(json, "currency", cells.currency);
    tf_json_ktext(json, "part", cells.part);
    tf_json_ku64(json, "documents", cells.documents);
    tf_json_ktext(json, "net", cells.net);
    tf_json_ktext(json, "vat", cells.vat);
    if (goes_on) {
        tf_json_ki64(json, "run_documents", cells.run_documents);
        tf_json_ktext(json, "run_net", cells.run_net);
        tf_json_ktext(json, "run_vat", cells.run_vat);
    }
    tf_json_object_end(json);
}

void tf_vat_json(const struct tf_vat_sums *sums, struct tf_json *json)
{
    size_t count;
    const struct tf_vat_group **groups = tf_vat_sums_sorted(sums, &count);
    json->out->failed |= !groups;
    tf_json_key(json, "vat");
    tf_json_array(json);
    for (size_t i = 0; groups && i < count; i++)
        json_row(groups[i], tf_vat_sums_goes_on(sums), json);
    tf_json_array_end(json);
    free(groups);
}

/* ---- For people ---- */

/* Rows of one company, direction and currency together; accounting amounts apart. */
struct line {
    const char *company;
    enum tf_direction direction;
    const char *currency;
    bool accounting;
    struct tf_sum net, vat;
};

static bool belongs(const struct line *line, const struct tf_vat_group *group)
{
    return strcmp(line->company, group->company) == 0 && line->direction == group->direction && strcmp(line->currency, group->currency) == 0
           && line->accounting == (group->part == TF_VAT_ACCOUNTING);
}

/* Lines of the first PRINTED_MAX; returns how many there would be. Sorted by company, so that a company's lines are near each other. */
static size_t gather(const struct tf_vat_group *const *groups, size_t count, struct line *lines)
{
    size_t used = 0, beyond = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < used && !belongs(&lines[at], groups[i]))
            at++;
        if (at == PRINTED_MAX) {
            beyond++;
            continue;
        }
        if (at == used)
            lines[used++] = (struct line){.company = groups[i]->company, .direction = groups[i]->direction, .currency = groups[i]->currency,
                                          .accounting = groups[i]->part == TF_VAT_ACCOUNTING};
        if (!tf_sum_join(&lines[at].net, &groups[i]->net) || !tf_sum_join(&lines[at].vat, &groups[i]->vat))
            beyond++;
    }
    return used + (beyond > 0);
}

static void print_line(const struct line *line, FILE *out)
{
    char net[TF_SUM_TEXT_BYTES] = "", vat[TF_SUM_TEXT_BYTES];
    if (!line->accounting)
        tf_sum_format(&line->net, net);
    tf_sum_format(&line->vat, vat);
    fprintf(out, "  %-*.*s %-12s %-4s %18s %18s%s\n", COMPANY_COLUMN, COMPANY_COLUMN, line->company, tf_event_direction_name(line->direction), line->currency,
            net, vat, line->accounting ? "  accounting currency (BT-111)" : "");
}

/* A document counts in each of its groups: told of are its rows. */
static void print_earlier(const struct tf_vat_group *const *groups, size_t count, FILE *out)
{
    size_t before = 0, changed = 0;
    for (size_t i = 0; i < count; i++) {
        const bool there = groups[i]->earlier.documents > 0;
        before += there;
        changed += there && !(groups[i]->earlier.documents == groups[i]->documents && tf_sum_eq(&groups[i]->earlier.net, &groups[i]->net)
                              && tf_sum_eq(&groups[i]->earlier.vat, &groups[i]->vat));
    }
    fprintf(out, "  with all earlier runs of --state: of %zu rows of vat.csv, %zu are new and %zu have changed; it says what is of this run\n", count, count - before,
            changed);
}

void tf_vat_print(const struct tf_vat_sums *sums, FILE *out)
{
    struct line lines[PRINTED_MAX];
    size_t count;
    const struct tf_vat_group **groups = tf_vat_sums_sorted(sums, &count);
    const size_t found = groups ? gather(groups, count, lines) : 0;
    if (found > 0)
        fprintf(out, "\n  %-*s %-12s %-4s %18s %18s\n", COMPANY_COLUMN, "VAT of company", "direction", "", "net", "VAT");
    for (size_t i = 0; i < found && i < PRINTED_MAX; i++)
        print_line(&lines[i], out);
    if (found > PRINTED_MAX)
        fputs("  … and more: --out writes vat.csv, by period, country, category and rate\n", out);
    if (found > 0 && tf_vat_sums_goes_on(sums))
        print_earlier(groups, count, out);
    free(groups);
}
