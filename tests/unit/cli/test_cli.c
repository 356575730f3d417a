/* What a person sees who types a command: exit status, standard output, standard error. Each runs in a child of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "taxflow/import.h"
#include "taxflow/syntax_rules.h"

static char folder[64];

struct told {
    int status;
    char out[1 << 20], err[1 << 16];
};

static const char *in_folder(const char *name)
{
    static char paths[8][160];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static const char *write_text(const char *name, const char *text)
{
    const char *path = in_folder(name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
    return path;
}

static char *read_text(const char *path, char *into, size_t size)
{
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    into[fread(into, 1, size - 1, in)] = '\0';
    fclose(in);
    return into;
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/taxflow-cli-XXXXXX");
    setenv("TAXFLOW_CONFIG", "/dev/null", 1);
    unsetenv("TAXFLOW_ROLE");
    return mkdtemp(folder) && chdir(TF_SOURCE_DIR) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void into(const char *path, int fd)
{
    int opened = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (opened < 0 || dup2(opened, fd) < 0)
        _exit(250);
}

/* taxflow ARGUMENTS, separated by single spaces; out NULL: captured. */
static const struct told *run_into(const char *arguments, const char *out)
{
    static struct told told;
    char words[1024], *argv[40] = {0}, *rest = words;
    char program[] = "taxflow";
    int argc = 1;
    argv[0] = program;
    snprintf(words, sizeof words, "%s", arguments);
    while (*arguments && rest)
        argv[argc++] = strsep(&rest, " ");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        into(out ? out : in_folder("out"), STDOUT_FILENO);
        into(in_folder("err"), STDERR_FILENO);
        exit(tf_cli_main(argc, argv));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    told.status = WEXITSTATUS(status);
    read_text(in_folder("err"), told.err, sizeof told.err);
    told.out[0] = '\0';
    if (!out)
        read_text(in_folder("out"), told.out, sizeof told.out);
    return &told;
}

static const struct told *run(const char *arguments)
{
    return run_into(arguments, NULL);
}

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("\"%.400s\" does not say \"%s\"", text, words);
}

static void test_wrong_command_lines(void **state)
{
    (void)state;
    static const struct { const char *arguments; int status; const char *words; } cases[] = {
        {"audti", 64, "unknown command 'audti'; did you mean 'audit'?"},
        {"valdate x", 64, "did you mean 'validate'?"},
        {"frobnicate", 64, "unknown command 'frobnicate'; see `taxflow --help`"},
        {"audit", 64, "there are no files; give some"},
        {"audit --keep x", 64, "audit does not take one of these options"},
        {"validate --out=x y", 64, "does not take one of these options"},
        {"topics extra", 64, "topics takes fewer arguments"},
        {"send a b", 64, "takes fewer arguments"},
        {"explain", 64, "explain needs an argument"},
        {"explain --set kafka.embedded=true x", 64, "--in=DIR"},
        {"explain --in=/nowhere --all x", 64, "no --all"},
        {"--no-such", 64, "see `taxflow --help`"},
        {"--config", 64, "see `taxflow --help`"},
        {"--json", 64, "needs a command"},
        {"health nobody", 64, "'nobody' is no role"},
        {"health", 64, "health of which role?"},
        {"", 64, "no role: give --role="},
        {"--role=nobody", 78, "role"},
        {"check --set fraud.model=m.json", 78, "fraud.model is not available in this version"},
        {"dlq", 64, "dlq needs list, show or replay"},
        {"dlq lsit", 64, "dlq has no verb 'lsit'; did you mean 'list'?"},
        {"dlq frobnicate", 64, "dlq has no verb 'frobnicate'; it has list, show and replay"},
        {"dlq show", 64, "dlq show needs a position"},
        {"dlq show here", 64, "'here' is no position"},
        {"dlq show 1:2 3:4", 64, "dlq show takes fewer arguments"},
        {"dlq list 0:1", 64, "dlq list takes fewer arguments"},
        {"dlq list --dry-run", 64, "dlq list does not take one of these options"},
        {"dlq show --all 0:1", 64, "dlq show does not take one of these options"},
        {"dlq replay --all", 64, "dlq replay does not take one of these options"},
        {"dlq list --since=yesterday", 64, "since is no date and no time"},
        {"dlq list --partition=x", 64, "partition is no number"},
        {"dlq list --all --limit=0", 64, "--limit"},
        {"dlq list --limit=5", 64, "--limit goes with --all"},
        {"dlq replay --rate=fast", 64, "--rate"},
        {"dlq replay --role=monitor", 64, "role is none that buries letters"},
        {"dlq list --set kafka.embedded=true", 64, "/api/v1/dlq"},
        {"archive", 64, "archive needs an argument"},
        {"archive list", 64, "verify [--json], or archive show SHA256"},
        {"archive show", 64, "show needs one SHA256"},
        {"archive verify x", 64, "verify takes no argument"},
        {"archive verify", 78, "collector.archive_dir is not set"},
        {"archive verify --set collector.archive_dir=/nowhere", 66, "/nowhere"},
        {"archive show x --set collector.archive_dir=/nowhere", 64, "x is no SHA-256"},
        {"check --set collector.archive_dir=/dev/null", 78, "collector.archive_dir"},
        {"check --set collector.archive_dir=/nowhere/archive", 78, "collector.archive_dir"},
        {"audit --reason=x y", 64, "audit does not take one of these options"},
        {"check --set tax.profiles=pepol", 78, "there is no profile \"pepol\""},
        {"check --set tax.code_lists=/nowhere/codes.txt", 66, "/nowhere/codes.txt"},
        {"check --set kafka.partitons=3", 78, "did you mean"},
        {"check --set kafka.partitions=many", 78, "kafka.partitions"},
        {"check --set kafka.partitions=0", 78, "kafka.partitions"},
        {"check --config=/nowhere/taxflow.conf", 66, "/nowhere/taxflow.conf"},
        {"audit /nowhere/a.ndjson", 66, "/nowhere/a.ndjson"},
        {"validate /nowhere/a.ndjson", 66, "/nowhere/a.ndjson"},
        {"demo /nowhere/a.ndjson", 66, "/nowhere/a.ndjson"},
        {"explain --in=/nowhere e1", 66, "/nowhere"},
        {"health tax --set tax.listen=127.0.0.1:1", 69, "tax does not answer at 127.0.0.1:1"},
        {"health --set role=monitor --set monitor.listen=127.0.0.1:2", 69, "monitor does not answer at 127.0.0.1:2"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const struct told *told = run(cases[c].arguments);
        if (told->status != cases[c].status)
            fail_msg("taxflow %s: exit %d, not %d: %s", cases[c].arguments, told->status, cases[c].status, told->err);
        assert_says(told->err, cases[c].words);
        assert_string_equal(told->out, "");
    }
}

static void test_replay_refuses(void **state)
{
    (void)state;
    static const struct { const char *arguments; int status; const char *words; } cases[] = {
        {"replay", 64, "replay needs --from"},
        {"replay --from=earliest x.ndjson", 64, "and not both"},
        {"replay --from=yesterday", 64, "--from is no offset and no time"},
        {"replay --from=earliest --to=x", 64, "--to is no offset and no time"},
        {"replay --from=earliest --partition=x", 64, "--partition is no number"},
        {"replay --from=earliest --publish", 64, "--publish and --reason"},
        {"replay --from=earliest --reason=x", 64, "--publish and --reason"},
        {"replay --from=earliest --against=x", 64, "no --against"},
        {"replay --publish --reason=x f.ndjson", 64, "no --publish"},
        {"replay --in=a --against=b f.ndjson", 64, "not with both"},
        {"replay --set kafka.embedded=true --from=earliest", 64, "give files"},
        {"replay --rules=/nowhere.conf conf/samples/mixed.ndjson", 66, "/nowhere.conf"},
        {"replay --in=/nowhere conf/samples/mixed.ndjson", 66, "/nowhere/fraud.ndjson"},
        {"replay /nowhere.ndjson", 66, "/nowhere.ndjson"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const struct told *told = run(cases[c].arguments);
        if (told->status != cases[c].status)
            fail_msg("taxflow %s: exit %d, not %d: %s", cases[c].arguments, told->status, cases[c].status, told->err);
        assert_says(told->err, cases[c].words);
        assert_string_equal(told->out, "");
    }
}

static json_int_t replayed(const char *arguments, const char *member)
{
    const struct told *told = run(arguments);
    if (told->status != 0)
        fail_msg("taxflow %s: exit %d: %s", arguments, told->status, told->err);
    json_t *totals = json_loads(told->out, 0, NULL);
    assert_non_null(totals);
    json_int_t value = json_integer_value(json_object_get(totals, member));
    json_decref(totals);
    return value;
}

/* The same rules say the same of files, in whatever way they are compared; a rule that is switched off no longer hits. */
static void test_replay_of_files(void **state)
{
    (void)state;
    char arguments[700], out[160], rules[160];
    const char *samples = "conf/samples/payments.ndjson conf/samples/invoices.ndjson";
    snprintf(rules, sizeof rules, "%s", write_text("off.conf", "rules = ( { id = \"SOD1\"; mode = \"off\"; } );"));
    snprintf(out, sizeof out, "%s", in_folder("replayed"));
    snprintf(arguments, sizeof arguments, "audit --out=%s %s", out, samples);
    assert_int_equal(run(arguments)->status, 0);
    snprintf(arguments, sizeof arguments, "replay --json --in=%s %s", out, samples);
    json_int_t judged = replayed(arguments, "judged");
    assert_true(judged > 1000);
    assert_int_equal(replayed(arguments, "identical"), judged);
    snprintf(arguments, sizeof arguments, "replay --json %s", samples);
    assert_int_equal(replayed(arguments, "judged"), judged);
    assert_int_equal(replayed(arguments, "identical"), judged);
    snprintf(arguments, sizeof arguments, "replay --json --rules=%s %s", rules, samples);
    assert_int_equal(replayed(arguments, "judged"), judged);
    assert_true(replayed(arguments, "identical") < judged);
    snprintf(arguments, sizeof arguments, "replay --all --rules=%s --in=%s %s", rules, out, samples);
    const struct told *told = run(arguments);
    assert_says(told->out, " -SOD1");
    assert_says(told->out, "no longer hit");
    snprintf(arguments, sizeof arguments, "replay --rules=%s --out=%s --in=%s %s", rules, out, out, samples);
    assert_int_equal(run(arguments)->status, 64);
}

/* The first row with a hit of the rule, and that hit. */
static json_t *row_with(const char *path, const char *rule, const json_t **ret_hit)
{
    static char line[1 << 16];
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in)) {
        size_t i;
        json_t *row = json_loads(line, 0, NULL);
        json_array_foreach(json_object_get(row, "hits"), i, *ret_hit) {
            if (strcmp(json_string_value(json_object_get(*ret_hit, "rule")), rule) != 0 || json_array_size(json_object_get(*ret_hit, "related")) < 3)
                continue;
            fclose(in);
            return row;
        }
        json_decref(row);
    }
    fail_msg("%s has no hit of %s", path, rule);
    return NULL;
}

/* A circle of trade is told from its first invoice to the last before the one that closes it. */
static void test_explain_a_carousel(void **state)
{
    (void)state;
    char arguments[400], out[160], order[1024] = "in this order:";
    const json_t *hit = NULL, *related;
    size_t i;
    snprintf(out, sizeof out, "%s", in_folder("carousel"));
    snprintf(arguments, sizeof arguments, "audit --out=%s conf/samples/invoices.ndjson conf/samples/mixed.ndjson", out);
    assert_int_equal(run(arguments)->status, 0);
    snprintf(arguments, sizeof arguments, "%s/fraud.ndjson", out);
    json_t *row = row_with(arguments, "MTIC2", &hit);
    json_array_foreach(json_object_get(hit, "related"), i, related)
        snprintf(order + strlen(order), sizeof order - strlen(order), "%s %s", i > 0 ? "," : "", json_string_value(related));
    snprintf(arguments, sizeof arguments, "explain --in=%s %s", out, json_string_value(json_object_get(row, "event_id")));
    const struct told *told = run(arguments);
    assert_int_equal(told->status, 0);
    assert_says(told->out, order);
    assert_says(told->out, "closes a circle of trade");
    assert_says(told->out, json_string_value(json_object_get(hit, "observed")));
    assert_says(told->out, "looked 90 days before and after the record");
    json_decref(row);
}

static void test_help_and_version(void **state)
{
    (void)state;
    static const char *const asking[] = {"--help", "-h", "audit --help", "nonsense --help"};
    size_t count;
    const struct tf_command *commands = tf_commands(&count);
    for (size_t i = 0; i < 4; i++) {
        const struct told *told = run(asking[i]);
        assert_int_equal(told->status, 0);
        assert_string_equal(told->err, "");
        for (size_t c = 0; c < count; c++)
            assert_says(told->out, commands[c].name);
        assert_says(told->out, "collector");
        assert_says(told->out, "bootstrap_servers");
    }
    const struct told *told = run("--version");
    assert_int_equal(told->status, 0);
    static const char *const named[] = {"taxflow " TAXFLOW_VERSION "\n", "librdkafka ", "tax rules ", "SQLite" /* of these a build may have none: it says so */, "libqpdf ", "libzip "};
    for (size_t n = 0; n < sizeof named / sizeof named[0]; n++)
        assert_says(told->out, named[n]);
}

static void test_output_that_does_not_get_out(void **state)
{
    (void)state;
    const struct told *told = run_into("--version", "/dev/full");
    assert_int_equal(told->status, 77);
    assert_says(told->err, "standard output could not be written");
    told = run_into("rules --json", "/dev/full");
    assert_int_equal(told->status, 77);
}

static void test_config_and_check(void **state)
{
    (void)state;
    const struct told *told = run("config --set kafka.partitions=7");
    assert_int_equal(told->status, 0);
    assert_says(told->out, "partitions = 7");
    told = run("check");
    assert_int_equal(told->status, 0);
    assert_says(told->out, "configuration ok");
    char arguments[256];
    snprintf(arguments, sizeof arguments, "check --config=%s", write_text("bad.conf", "kafka: {\n  partitions = \"x\";\n  topik_prefix = \"y\";\n};\n"));
    told = run(arguments);
    assert_int_equal(told->status, 78);
    assert_says(told->err, "bad.conf:2");
    assert_says(told->err, "bad.conf:3");
    assert_says(told->err, "topic_prefix");
}

static void test_rules(void **state)
{
    (void)state;
    json_error_t error;
    size_t tax, fraud, files;
    tf_import_rules(&files);
    tf_tax_rules(&tax);
    tf_fraud_rules(&fraud);
    const struct told *told = run("rules --json");
    assert_int_equal(told->status, 0);
    json_t *rules = json_loads(told->out, JSON_REJECT_DUPLICATES, &error);
    assert_int_equal(json_array_size(rules), tax + fraud + files + tf_syntax_rules_count());
    for (size_t r = 0; r < tax + fraud; r++) {
        static const char *const members[] = {"id", "role", "version", "mode", "text", "source"};
        for (size_t m = 0; m < 6; m++)
            assert_true(json_string_length(json_object_get(json_array_get(rules, r), members[m])) > 0);
    }
    json_decref(rules);
    told = run("rules");
    assert_says(told->out, tf_fraud_rules(&fraud)[0].id);
    told = run("rules --stats --set tax.listen=127.0.0.1:1 --set fraud.listen=127.0.0.1:1");
    assert_int_equal(told->status, 69);
    assert_says(told->err, "role tax does not answer");
}

#define ACCOUNT(number) "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"" number "\"}}\n"

static void test_audit(void **state)
{
    (void)state;
    char arguments[400];
    json_error_t error;
    static char text[1 << 16];
    const char *in = write_text("in.ndjson", ACCOUNT("1") "torn\n" ACCOUNT("2") "\n" ACCOUNT("1"));
    snprintf(arguments, sizeof arguments, "audit --json --out=%s %s", in_folder("results"), in);
    const struct told *told = run(arguments);
    assert_string_equal(told->err, "");
    assert_int_equal(told->status, 0);
    json_t *report = json_loads(told->out, JSON_REJECT_DUPLICATES, &error);
    json_int_t received, accepted, duplicates, dead, not_applicable, approve;
    assert_int_equal(json_unpack(report, "{s:I,s:I,s:I,s:I,s:{s:I},s:{s:I}}", "received", &received, "accepted", &accepted, "duplicates", &duplicates,
                                 "dead_lettered", &dead, "tax", "not_applicable", &not_applicable, "fraud", "approve", &approve), 0);
    assert_true(received == 4 && accepted == 2 && duplicates == 1 && dead == 1 && not_applicable == 2 && approve == 2);
    json_decref(report);
    read_text(in_folder("results/dlq.ndjson"), text, sizeof text);
    assert_says(text, "\"role\":\"collector\",\"reason\":\"malformed-json\"");
    assert_says(text, "in.ndjson:0:2\"");
    assert_says(text, "\"data\":\"torn\"");
    read_text(in_folder("results/duplicates.ndjson"), text, sizeof text);
    assert_says(text, "in.ndjson:0:5\",\"owner\":");
    read_text(in_folder("results/findings.csv"), text, sizeof text);
    assert_says(text, "file,line,company,");
    /* The same without files: the same counts. */
    snprintf(arguments, sizeof arguments, "audit %s", in);
    told = run(arguments);
    assert_int_equal(told->status, 0);
    assert_says(told->out, "received 4 = accepted 2 + duplicates 1 + dead-lettered 1");
    snprintf(arguments, sizeof arguments, "audit --out=%s/no/such %s", folder, in);
    assert_int_equal(run(arguments)->status, 77);
}

/* The owner of a duplicate is named by the file it lies in, not by the duplicate's own. */
static void test_audit_of_several_files(void **state)
{
    (void)state;
    char arguments[500];
    static char text[1 << 16];
    const char *first = write_text("first.ndjson", ACCOUNT("1")), *second = write_text("second.ndjson", "\n" ACCOUNT("1"));
    snprintf(arguments, sizeof arguments, "audit --out=%s %s %s", in_folder("results"), first, second);
    assert_int_equal(run(arguments)->status, 0);
    read_text(in_folder("results/duplicates.ndjson"), text, sizeof text);
    assert_says(text, "second.ndjson:1:2\",\"owner\":\"");
    assert_says(text, "first.ndjson:0:1\"");
}

static void test_explain(void **state)
{
    (void)state;
    char arguments[400];
    const char *in = write_text("in.ndjson", "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"s\",\"type\":\"taxflow.account.v1\",\"data\":"
                                             "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"1\"}}}\n"
                                             "{\"specversion\":\"1.0\",\"id\":\"e2\",\"source\":\"s\",\"type\":\"taxflow.account.v1\",\"data\":"
                                             "{\"kind\":\"account\",\"company\":5}}\n");
    snprintf(arguments, sizeof arguments, "audit --out=%s %s", in_folder("results"), in);
    assert_int_equal(run(arguments)->status, 0);
    snprintf(arguments, sizeof arguments, "explain --in=%s e1", in_folder("results"));
    const struct told *told = run(arguments);
    assert_int_equal(told->status, 0);
    assert_says(told->out, "in.ndjson:0:1");
    assert_says(told->out, "no tax rules apply");
    assert_says(told->out, "approve");
    snprintf(arguments, sizeof arguments, "explain --in=%s e2", in_folder("results"));
    told = run(arguments);
    assert_int_equal(told->status, 0);
    assert_says(told->out, "wrong-type at $.data.company");
    snprintf(arguments, sizeof arguments, "explain --in=%s e3", in_folder("results"));
    told = run(arguments);
    assert_int_equal(told->status, 65);
    assert_says(told->err, "e3");
    write_text("results/groups.ndjson", "{\"id\":\"f1\",\"group\":\"e3\"}\n{\"id\":\"f2\",\"group\":\"e3\"}\n"); /* all of a group's findings … */
    assert_says(run(arguments)->out, "finding f2");
    strcpy(strrchr(arguments, ' '), " f1"); /* … and one */
    assert_null(strstr(run(arguments)->out, "finding f2"));
}

static void test_validate(void **state)
{
    (void)state;
    char arguments[400];
    json_error_t error;
    const char *in = write_text("in.ndjson", "torn\n" ACCOUNT("1") "{\"kind\":\"invoice\",\"company\":\"A\",\"invoice\":{\"number\":\"1\"}}\n");
    snprintf(arguments, sizeof arguments, "validate --json %s", in);
    const struct told *told = run(arguments);
    assert_int_equal(told->status, 1);
    char lines[3][1 << 14];
    assert_int_equal(sscanf(told->out, "%16383[^\n]\n%16383[^\n]\n%16383[^\n]", lines[0], lines[1], lines[2]), 3);
    static const char *const sources[] = {"#1", "#2", "#3"};
    for (size_t i = 0; i < 3; i++) {
        json_t *line = json_loads(lines[i], JSON_REJECT_DUPLICATES, &error);
        assert_non_null(line);
        assert_says(json_string_value(json_object_get(line, "source")), sources[i]);
        const json_t *valid = json_object_get(line, "valid");
        assert_true(i == 1 ? json_is_null(valid) : json_is_false(valid));
        assert_true(json_array_size(json_object_get(line, "findings")) > 0 || i == 1);
        json_decref(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_command_lines),
        cmocka_unit_test(test_replay_refuses),
        cmocka_unit_test(test_replay_of_files),
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_output_that_does_not_get_out),
        cmocka_unit_test(test_config_and_check),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_audit),
        cmocka_unit_test(test_audit_of_several_files),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_explain_a_carousel),
        cmocka_unit_test(test_validate),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
