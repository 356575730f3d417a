/* run.json: on what an audit was done, with what, and that it adds up. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>

#include "taxflow/audit_totals.h"
#include "taxflow/clock.h"
#include "taxflow/code_lists.h"
#include "taxflow/rates.h"
#include "taxflow/tax.h"

enum { JSON_BYTES_MAX = 1 << 30, BLOCK_BYTES = 1 << 16, DIGEST_BYTES = 32, HEX_BYTES = 2 * DIGEST_BYTES + 1 };

static void put_digest(struct tf_json *json, const uint8_t *digest)
{
    char hex[HEX_BYTES];
    tf_hash_hex(digest, DIGEST_BYTES, hex);
    tf_json_ktext(json, "sha256", hex);
}

/* A file that was read beside the records; one that cannot be read any more has no digest. */
static void put_file_digest(struct tf_json *json, const char *path)
{
    struct tf_hash_stream stream;
    uint8_t digest[DIGEST_BYTES];
    char block[BLOCK_BYTES];
    size_t len;
    FILE *in = fopen(path, "re");
    tf_hash_stream_init(&stream);
    while (in && (len = fread(block, 1, sizeof block, in)) > 0)
        tf_hash_stream_add(&stream, (struct tf_str){block, len});
    tf_hash_stream_end(&stream, digest);
    if (in && !ferror(in))
        put_digest(json, digest);
    if (in)
        fclose(in);
}

static void put_named_file(struct tf_json *json, const char *path)
{
    if (!path || !*path)
        return;
    tf_json_object(json);
    tf_json_ktext(json, "file", path);
    put_file_digest(json, path);
    tf_json_object_end(json);
}

/* ---- What was read, and what became of it ---- */

static void put_sums(const struct tf_book *book, struct tf_json *json)
{
    char text[TF_SUM_TEXT_BYTES];
    tf_json_key(json, "sums");
    tf_json_object(json);
    for (uint32_t i = 0; i < book->count; i++) {
        tf_json_key(json, book->currencies[i].currency);
        tf_json_object(json);
        for (size_t a = 0; a < TF_BOOK_AMOUNT_COUNT; a++)
            if (book->currencies[i].present[a])
                tf_json_kstr(json, tf_book_amount_name((enum tf_book_amount)a), tf_sum_format(&book->currencies[i].sums[a], text));
        tf_json_object_end(json);
    }
    tf_json_object_end(json);
}

static void put_book(const char *name, const struct tf_book *book, struct tf_json *json)
{
    tf_json_key(json, name);
    tf_json_object(json);
    tf_json_ku64(json, "rows", book->records + book->unreadable);
    tf_json_ku64(json, "unreadable", book->unreadable);
    tf_json_key(json, "kinds");
    tf_json_object(json);
    for (size_t k = 0; k < TF_KIND_COUNT; k++)
        if (book->kinds[k])
            tf_json_ku64(json, tf_event_kind_name((enum tf_kind)k), book->kinds[k]);
    tf_json_object_end(json);
    put_sums(book, json);
    tf_json_object_end(json);
}

static void put_place(const char *name, const struct tf_book_place *place, const int32_t *day, struct tf_json *json)
{
    char date[11];
    tf_json_key(json, name);
    tf_json_object(json);
    if (place->line > 0) {
        tf_json_ktext(json, "number", place->number);
        tf_json_ku64(json, "line", place->line);
    }
    if (day) {
        tf_clock_format_date(*day, date);
        tf_json_ktext(json, "date", date);
    }
    tf_json_object_end(json);
}

static void put_books(const struct tf_file_books *books, struct tf_json *json)
{
    put_place("first", &books->first, books->dated ? &books->first_day : NULL, json);
    put_place("last", &books->last, books->dated ? &books->last_day : NULL, json);
    put_book("read", &books->read, json);
    for (size_t f = 0; f < TF_FATE_COUNT; f++)
        put_book(tf_fate_name((enum tf_fate)f), &books->judged[f], json);
}

static void put_files(const struct tf_audit_totals *totals, const struct tf_files *files, struct tf_json *json)
{
    static const struct tf_file_books empty;
    const struct tf_books *books = tf_audit_totals_books(totals);
    tf_json_key(json, "files");
    tf_json_array(json);
    for (size_t i = 0; i < tf_files_given(files); i++) {
        const struct tf_files_facts facts = tf_files_facts(files, (uint32_t)i);
        tf_json_object(json);
        tf_json_ktext(json, "file", facts.name);
        if (facts.sha256)
            put_digest(json, facts.sha256);
        tf_json_ku64(json, "bytes", facts.bytes);
        tf_json_ktext(json, "format", facts.format);
        put_books(i < tf_books_files(books) ? tf_books_file(books, i) : &empty, json);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
}

static enum tf_err join_all(const struct tf_books *books, struct tf_book *read, struct tf_book judged[TF_FATE_COUNT])
{
    for (size_t i = 0; i < tf_books_files(books); i++) {
        TF_TRY(tf_book_join(read, &tf_books_file(books, i)->read));
        for (size_t f = 0; f < TF_FATE_COUNT; f++)
            TF_TRY(tf_book_join(&judged[f], &tf_books_file(books, i)->judged[f]));
    }
    tf_book_sort(read);
    for (size_t f = 0; f < TF_FATE_COUNT; f++)
        tf_book_sort(&judged[f]);
    return TF_OK;
}

static enum tf_err put_all(const struct tf_audit_totals *totals, struct tf_json *json)
{
    struct tf_book read = {.count = 0}, judged[TF_FATE_COUNT] = {{.count = 0}};
    const enum tf_err err = join_all(tf_audit_totals_books(totals), &read, judged);
    tf_json_key(json, "all");
    tf_json_object(json);
    put_book("read", &read, json);
    tf_book_finish(&read);
    for (size_t f = 0; f < TF_FATE_COUNT; f++) {
        put_book(tf_fate_name((enum tf_fate)f), &judged[f], json);
        tf_book_finish(&judged[f]);
    }
    tf_json_kbool(json, "reconciled", true); /* else nothing is written */
    tf_json_object_end(json);
    return err;
}

/* ---- With what ---- */

static void put_program(const struct tf_run_facts *facts, struct tf_json *json)
{
    tf_json_key(json, "program");
    tf_json_object(json);
    tf_json_ktext(json, "name", "taxflow");
    tf_json_ktext(json, "version", TAXFLOW_VERSION);
    put_file_digest(json, "/proc/self/exe");
    tf_json_key(json, "arguments");
    tf_json_array(json);
    for (size_t i = 0; i < facts->arguments_count; i++)
        tf_json_text(json, facts->arguments[i]);
    tf_json_array_end(json);
    tf_json_object_end(json);
}

/* The effective configuration names files of secrets, and holds none. */
static void put_configuration(const struct tf_config_source *config, struct tf_json *json)
{
    char *text = NULL;
    size_t len = 0;
    uint8_t digest[DIGEST_BYTES];
    FILE *out = open_memstream(&text, &len);
    tf_json_key(json, "configuration");
    tf_json_object(json);
    if (tf_config_file(config)) {
        tf_json_ktext(json, "file", tf_config_file(config));
        put_file_digest(json, tf_config_file(config));
    }
    if (out)
        tf_config_print(config, out);
    if (out && fclose(out) == 0) {
        char hex[HEX_BYTES];
        tf_hash_sha256_full((struct tf_str){text, len}, digest);
        tf_hash_hex(digest, DIGEST_BYTES, hex);
        tf_json_ktext(json, "effective_sha256", hex);
    }
    free(text);
    tf_json_object_end(json);
}

static void put_rule_files(const struct tf_config *config, struct tf_json *json)
{
    tf_json_key(json, "rule_files");
    tf_json_array(json);
    for (size_t i = 0; i < config->fraud.rules.count; i++) {
        glob_t found = {0};
        if (glob(config->fraud.rules.items[i], 0, NULL, &found) == 0)
            for (size_t f = 0; f < found.gl_pathc; f++)
                put_named_file(json, found.gl_pathv[f]);
        globfree(&found);
    }
    tf_json_array_end(json);
}

static void put_builtin(const char *name, const char *path, struct tf_str builtin, const char *version, struct tf_json *json)
{
    tf_json_key(json, name);
    if (*path) {
        put_named_file(json, path);
        return;
    }
    tf_json_object(json);
    tf_json_kbool(json, "built_in", true);
    if (version)
        tf_json_ktext(json, "version", version);
    if (tf_str_present(builtin)) {
        uint8_t digest[DIGEST_BYTES];
        tf_hash_sha256_full(builtin, digest);
        put_digest(json, digest);
    }
    tf_json_object_end(json);
}

static void put_rules(const struct tf_run_facts *facts, struct tf_json *json)
{
    const struct tf_config *config = tf_config_get(facts->config);
    tf_json_key(json, "rules");
    tf_json_object(json);
    tf_json_ktext(json, "tax", facts->tax_ruleset);
    tf_json_ktext(json, "fraud", facts->fraud_ruleset);
    put_rule_files(config, json);
    put_builtin("code_lists", config->tax.code_lists, tf_code_lists_builtin_text(), NULL, json);
    put_builtin("rates", config->tax.rates, TF_STR_NONE, tf_rates_version(tf_rates_builtin()), json);
    tf_json_key(json, "other_files");
    tf_json_array(json);
    for (size_t i = 0; i < facts->others_count; i++)
        put_named_file(json, facts->others[i]);
    tf_json_array_end(json);
    tf_json_object_end(json);
}

/* What two runs differ in. */
static void put_run(const struct tf_run_facts *facts, struct tf_json *json)
{
    char started[25];
    tf_clock_format_time(facts->started_ms, started);
    tf_json_key(json, "run");
    tf_json_object(json);
    tf_json_ktext(json, "started", started);
    tf_json_key(json, "seconds");
    tf_json_double(json, (double)facts->seconds_milli / 1e3);
    tf_json_object_end(json);
}

static enum tf_err write_all(const struct tf_buf *text, const char *path, struct tf_fault *fault)
{
    FILE *out = fopen(path, "we");
    bool ok = out && fwrite(text->ptr, 1, text->len, out) == text->len;
    ok = out && fclose(out) == 0 && ok;
    return ok ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: could not be written: %s; free some room and run again", path, strerror(errno));
}

enum tf_err tf_run_json_write(const struct tf_audit_totals *totals, const struct tf_files *files, const struct tf_run_facts *facts, const char *path,
                              struct tf_fault *fault)
{
    struct tf_buf text;
    struct tf_json json;
    tf_buf_init(&text, JSON_BYTES_MAX);
    tf_json_init(&json, &text);
    tf_json_object(&json);
    put_program(facts, &json);
    put_configuration(facts->config, &json);
    put_rules(facts, &json);
    put_files(totals, files, &json);
    enum tf_err err = put_all(totals, &json);
    put_run(facts, &json);
    tf_json_object_end(&json);
    tf_buf_putc(&text, '\n');
    if (err == TF_OK)
        err = text.failed ? TF_E_MEMORY : write_all(&text, path, fault);
    tf_buf_finish(&text);
    return err;
}
