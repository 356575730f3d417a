/* The tax rules alone: one line a document, in the order of the input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli.h"
#include "file_opinion.h"
#include "paths.h"
#include "taxflow/import.h"
#include "taxflow/json.h"
#include "taxflow/reader_xml.h"

enum { EXIT_FINDINGS = 1, ARENA_BYTES_MAX = 1 << 30, LINE_BYTES_MAX = 64 << 20, HEAD_BYTES = 1024, CHUNK_BYTES = 256 << 10, MAP_BYTES = 4096 };

struct validation {
    const struct tf_cli *cli;
    const struct tf_config *config;
    struct tf_tax_setup setup;
    struct tf_reader *reader;
    struct tf_arena *arena;
    struct tf_buf out;
    struct tf_paths paths;
    bool all_valid;
    char chunk[CHUNK_BYTES];
};

/* 0: not known */
static size_t length_of(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && info.st_size > 0 ? (size_t)info.st_size : 0;
}

/* A regular file, opened; else -1: what cannot be read twice, or not at all. */
static int open_regular(const char *path)
{
    struct stat info;
    const int fd = strcmp(path, "-") == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)))
        return fd;
    close(fd);
    return -1;
}

static bool is_document(int fd)
{
    char head[HEAD_BYTES];
    const ssize_t got = pread(fd, head, sizeof head, 0);
    return got > 0 && tf_reader_xml_sniff((struct tf_str){head, (size_t)got});
}

/* For people: what it is, and the rules that say so. */
static void tell_verdict(struct validation *v, const struct tf_tax_verdict *verdict)
{
    if (!verdict->applicable)
        tf_buf_puts(&v->out, "no tax rules apply to this kind of record");
    else if (!verdict->decided)
        tf_buf_printf(&v->out, "not fully checked, %u findings", verdict->findings_total);
    else if (!verdict->valid)
        tf_buf_printf(&v->out, "invalid, %u findings", verdict->findings_total);
    else
        tf_buf_puts(&v->out, "valid");
    for (uint32_t i = 0; i < verdict->not_checked_count; i++)
        tf_buf_printf(&v->out, "; rules not checked: %.*s", TF_STR_ARGS(verdict->not_checked[i]));
    for (uint32_t f = 0; f < verdict->findings_count; f++) {
        const struct tf_tax_finding *finding = &verdict->findings[f];
        const struct tf_str rule = finding->rule ? tf_str_of(finding->rule->id) : finding->format->rule;
        const struct tf_str text = finding->rule ? tf_str_of(finding->rule->text) : finding->format->message;
        tf_buf_printf(&v->out, "; %.*s at %.*s: %.*s", TF_STR_ARGS(rule), TF_STR_ARGS(finding->path), TF_STR_ARGS(text));
        if (tf_str_present(finding->observed))
            tf_buf_printf(&v->out, " Found %.*s.", TF_STR_ARGS(finding->observed));
        if (tf_str_present(finding->expected))
            tf_buf_printf(&v->out, " Expected %.*s.", TF_STR_ARGS(finding->expected));
    }
}

static void tell_unreadable(struct validation *v, const struct tf_problem *problem)
{
    tf_buf_printf(&v->out, "unreadable; %s at %.*s: %.*s", tf_err_reason(problem->err), TF_STR_ARGS(problem->path), TF_STR_ARGS(problem->detail));
}

static void tell(struct validation *v, struct tf_str source, const struct tf_tax_opinion *opinion)
{
    struct tf_json json;
    tf_buf_reset(&v->out);
    if (v->cli->json) {
        tf_json_init(&json, &v->out);
        tf_tax_encode_opinion(opinion, source, &json);
        return;
    }
    tf_buf_printf(&v->out, "%.*s: ", TF_STR_ARGS(source));
    if (opinion->verdict)
        tell_verdict(v, opinion->verdict);
    else
        tell_unreadable(v, &opinion->problem);
}

static void print(struct validation *v, struct tf_str source, const struct tf_tax_opinion *opinion)
{
    tell(v, source, opinion);
    printf("%.*s\n", TF_STR_ARGS(tf_buf_view(&v->out)));
}

static void say(struct validation *v, struct tf_str source, const struct tf_tax_opinion *opinion)
{
    v->all_valid = v->all_valid && tf_tax_opinion_valid(opinion);
    print(v, source, opinion);
}

static enum tf_err judge_text(struct validation *v, struct tf_str source, struct tf_str text)
{
    struct tf_tax_opinion opinion;
    TF_TRY(tf_tax_validate(&v->setup.options, v->reader, text, v->arena, &opinion));
    say(v, source, &opinion);
    return TF_OK;
}

/* Silence must not be taken for "valid". */
static void say_empty(struct validation *v, const char *path)
{
    const struct tf_tax_opinion opinion = {
        .problem = {.err = TF_E_TYPE, .path = TF_STR("$"), .detail = TF_STR("there is no document: the file is empty or blank")}};
    say(v, tf_str_of(path), &opinion);
}

/* Piece by piece, so that attachments of any length are never held. */
static enum tf_err read_document(struct validation *v, int fd, struct tf_event *event, struct tf_problem *problem, bool *ret_broken)
{
    ssize_t got = 0;
    TF_TRY(tf_reader_xml_begin(v->reader, length_of(fd), v->arena, problem));
    while ((got = read(fd, v->chunk, sizeof v->chunk)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0)
            TF_TRY(tf_reader_xml_feed(v->reader, (struct tf_str){v->chunk, (size_t)got}, problem));
    *ret_broken = got < 0;
    return tf_reader_xml_end(v->reader, event, problem);
}

static enum tf_err judge_document(struct validation *v, const char *path, int fd, struct tf_fault *fault)
{
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    struct tf_tax_opinion opinion;
    bool broken = false;
    tf_arena_rewind(v->arena);
    const enum tf_err err = read_document(v, fd, &event, &problem, &broken);
    if (broken)
        return tf_fault_set(fault, TF_E_IO, "%s: reading failed: %s", path, strerror(errno));
    TF_TRY(tf_tax_opine(&v->setup.options, err, &event, &problem, v->arena, &opinion));
    say(v, tf_str_of(path), &opinion);
    return TF_OK;
}

/* What an import could not read, or a whole file of a format that is not read. */
static void say_problem(struct validation *v, struct tf_str source, const struct tf_problem *problem)
{
    const struct tf_tax_opinion opinion = {.problem = *problem};
    say(v, source, &opinion);
}

static struct tf_str name_line(struct validation *v, const char *path, uint64_t line)
{
    return tf_arena_printf(v->arena, "%s#%llu", path, (unsigned long long)line);
}

static enum tf_err judge_lines(struct validation *v, const char *path, struct tf_fault *fault)
{
    struct tf_files *files = NULL;
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    TF_TRY(tf_files_create(v->config, &path, 1, tf_process_cores(), NULL, NULL, &files, fault));
    tf_files_in_line_order(files);
    enum tf_err err = TF_OK;
    if (tf_files_count(files) == 0)
        say_empty(v, path);
    while (err == TF_OK && tf_files_next(files, &text, &file, &line)) {
        tf_arena_rewind(v->arena);
        const char *name = file == 0 ? path : tf_files_name(files, file); /* of a part of an archive */
        struct tf_str source = tf_files_is_one_document(files, file) ? tf_str_of(name) : name_line(v, name, line);
        const struct tf_problem *problem = tf_files_problem(files);
        if (problem)
            say_problem(v, source, problem);
        else
            err = judge_text(v, source, text);
    }
    if (err == TF_OK)
        err = tf_files_check(files, fault);
    tf_files_destroy(files);
    return err;
}

/* ---- Files of other programs ---- */

struct import {
    struct validation *v;
    const char *path;
    struct tf_str part; /* of an archive; absent: the file itself */
    struct tf_file_opinion whole;
    bool unruled; /* a record was met that has no tax rules, as entries of books have none */
};

static struct tf_str name_source(const struct import *import, uint64_t line)
{
    struct tf_arena *arena = import->v->arena;
    struct tf_str place = tf_str_of(import->path);
    if (tf_str_present(import->part))
        place = tf_arena_printf(arena, "%s/%.*s", import->path, TF_STR_ARGS(import->part));
    return line > 0 ? tf_arena_printf(arena, "%.*s#%llu", TF_STR_ARGS(place), (unsigned long long)line) : place;
}

static enum tf_err judge_record(void *self, struct tf_str text, uint64_t line)
{
    struct import *import = self;
    struct validation *v = import->v;
    struct tf_tax_opinion opinion;
    tf_arena_rewind(v->arena);
    TF_TRY(tf_tax_validate(&v->setup.options, v->reader, text, v->arena, &opinion));
    const bool unruled = opinion.verdict && !opinion.verdict->applicable;
    import->unruled = import->unruled || unruled;
    v->all_valid = v->all_valid && (unruled || tf_tax_opinion_valid(&opinion));
    print(v, name_source(import, line), &opinion);
    return TF_OK;
}

static enum tf_err say_unreadable(void *self, struct tf_str text, uint64_t line, const struct tf_problem *problem)
{
    const struct import *import = self;
    struct tf_problem of_file = *problem;
    (void)text;
    tf_arena_rewind(import->v->arena);
    of_file.line = 0; /* of a document; the source has the file's */
    say_problem(import->v, name_source(import, line), &of_file);
    return TF_OK;
}

static enum tf_err take_finding(void *self, const struct tf_import_finding *finding)
{
    struct import *import = self;
    tf_file_opinion_add(&import->whole, finding);
    return TF_OK;
}

/* The file answers for those of its records that have no rules of their own. */
static enum tf_err say_whole(void *self, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    bool valid;
    struct import *import = self;
    struct validation *v = import->v;
    (void)json;
    tf_arena_rewind(v->arena);
    tf_buf_reset(&v->out);
    TF_TRY(tf_file_opinion_end(&import->whole, name_source(import, 0), broken, books, &v->out, &valid));
    printf("%.*s\n", TF_STR_ARGS(tf_buf_view(&v->out)));
    v->all_valid = v->all_valid && valid;
    import->unruled = false;
    return TF_OK;
}

/* Of records without rules in a file that has none either, nobody can say that they are valid. */
static void end_part(struct import *import)
{
    import->v->all_valid = import->v->all_valid && !import->unruled;
    import->unruled = false;
}

static enum tf_err begin_part(void *self, const struct tf_import_part *part)
{
    struct import *import = self;
    end_part(import);
    tf_file_opinion_begin(&import->whole);
    import->part = part->name;
    return TF_OK;
}

static void begin_part_again(void *self, size_t number, struct tf_str name)
{
    struct import *import = self;
    (void)number;
    import->part = name;
}

static enum tf_err judge_import(struct validation *v, const char *path, int fd, const struct tf_import_format *format, struct tf_fault *fault)
{
    struct import import = {.v = v, .path = path};
    const struct tf_import_sink sink = {&import, judge_record, say_unreadable, take_finding, say_whole, begin_part, begin_part_again, NULL};
    struct tf_import_options options;
    tf_import_options_fill(&options, v->config);
    tf_file_opinion_init(&import.whole, v->cli->json);
    const enum tf_err err = tf_import_read(format, fd, path, &options, &sink, fault);
    end_part(&import);
    tf_file_opinion_finish(&import.whole);
    return err;
}

static enum tf_err judge_opened(struct validation *v, const char *path, int fd, struct tf_fault *fault)
{
    const struct tf_import_format *format = NULL;
    struct tf_import_options options;
    tf_import_options_fill(&options, v->config);
    TF_TRY(tf_import_sniff(fd, path, &options, &format, fault));
    if (format)
        return judge_import(v, path, fd, format, fault);
    return is_document(fd) ? judge_document(v, path, fd, fault) : judge_lines(v, path, fault);
}

static enum tf_err judge_file(struct validation *v, const char *path, struct tf_fault *fault)
{
    const int fd = open_regular(path);
    const enum tf_err err = fd >= 0 ? judge_opened(v, path, fd, fault) : judge_lines(v, path, fault); /* which also says why it cannot be opened */
    if (fd >= 0)
        close(fd);
    if (tf_err_class(err) != TF_CLASS_DROP)
        return err;
    say_problem(v, tf_str_of(path), &(struct tf_problem){.err = err, .path = TF_STR("$"), .detail = tf_str_of(fault->text)});
    return TF_OK;
}

static enum tf_err run(struct validation *v, struct tf_fault *fault)
{
    TF_TRY(tf_tax_setup_load(v->config, &v->setup, fault));
    v->reader = tf_reader_create(v->config->companies, v->config->companies_count, (size_t)v->config->collector.max_record_bytes);
    v->arena = tf_arena_create(ARENA_BYTES_MAX);
    tf_buf_init(&v->out, LINE_BYTES_MAX);
    if (!v->reader || !v->arena)
        return TF_E_MEMORY;
    TF_TRY(tf_paths_gather(v->cli, &v->paths, fault));
    for (size_t i = 0; i < v->paths.count; i++)
        TF_TRY(judge_file(v, v->paths.items[i], fault));
    return TF_OK;
}

int tf_cmd_validate(const struct tf_cli *cli)
{
    char map[MAP_BYTES];
    const char *extra[] = {"kafka.embedded=true", map};
    struct tf_config_source *source = NULL;
    struct tf_fault fault = {0};
    if (snprintf(map, sizeof map, "import.map=%s", cli->map ? cli->map : "") >= (int)sizeof map)
        return tf_cli_fail(TF_E_USAGE, &(struct tf_fault){.text = "--map: the path is too long"});
    int status = tf_cli_load(cli, extra, cli->map ? 2 : 1, &source);
    if (status != 0)
        return status;
    struct validation v = {.cli = cli, .config = tf_config_get(source), .all_valid = true};
    enum tf_err err = run(&v, &fault);
    tf_tax_setup_finish(&v.setup);
    tf_paths_finish(&v.paths);
    tf_reader_destroy(v.reader);
    tf_arena_destroy(v.arena);
    tf_buf_finish(&v.out);
    tf_config_destroy(source);
    return err != TF_OK ? tf_cli_fail(err, &fault) : v.all_valid ? EX_OK : EXIT_FINDINGS;
}
