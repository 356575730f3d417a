/* Originals that the collector kept (collector.archive_dir): all of them verified, one of them shown. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli.h"
#include "taxflow/json.h"
#include "taxflow/originals.h"

enum { JSON_BYTES_MAX = 4096, COPY_BYTES = 64 * 1024 };

struct tally {
    uint64_t originals, bytes, damaged, unreadable;
};

static void count(void *self, const char *path, uint64_t bytes, enum tf_original_state state)
{
    struct tally *tally = self;
    tally->originals++;
    tally->bytes += bytes;
    tally->damaged += state == TF_ORIGINAL_DAMAGED;
    tally->unreadable += state == TF_ORIGINAL_UNREADABLE;
    if (state == TF_ORIGINAL_DAMAGED)
        fprintf(stderr, "taxflow: %s: is damaged: its bytes have another hash than its name, or it lies where nobody looks for it\n", path);
    if (state == TF_ORIGINAL_UNREADABLE)
        fprintf(stderr, "taxflow: %s: cannot be read\n", path);
}

static void print_json(const struct tally *tally)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, JSON_BYTES_MAX);
    tf_json_init(&json, &out);
    tf_json_object(&json);
    tf_json_ku64(&json, "originals", tally->originals);
    tf_json_ku64(&json, "bytes", tally->bytes);
    tf_json_ku64(&json, "damaged", tally->damaged);
    tf_json_ku64(&json, "unreadable", tally->unreadable);
    tf_json_object_end(&json);
    printf("%.*s\n", (int)out.len, out.ptr);
    tf_buf_finish(&out);
}

static int verify(const struct tf_cli *cli, const char *folder)
{
    struct tally tally = {0};
    struct tf_fault fault = {0};
    enum tf_err err = tf_originals_verify(folder, count, &tally, &fault);
    if (err != TF_OK)
        return tf_cli_fail(err, &fault);
    if (cli->json)
        print_json(&tally);
    else
        printf("%" PRIu64 " originals, %" PRIu64 " bytes, %" PRIu64 " damaged, %" PRIu64 " unreadable\n", tally.originals, tally.bytes, tally.damaged,
               tally.unreadable);
    return tally.damaged + tally.unreadable > 0 ? EX_DATAERR : EX_OK;
}

static enum tf_err copy_out(int fd, struct tf_fault *fault)
{
    char bytes[COPY_BYTES];
    ssize_t got;
    while ((got = read(fd, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0 && fwrite(bytes, 1, (size_t)got, stdout) < (size_t)got)
            return TF_OK; /* said once standard output is closed */
    return got == 0 ? TF_OK : tf_fault_set(fault, TF_E_IO, "reading failed: %s", strerror(errno));
}

static int show(const char *folder, const char *sha256)
{
    struct tf_fault fault = {0};
    int fd = -1;
    enum tf_err err = tf_originals_open(folder, sha256, &fd, &fault);
    if (err == TF_OK) {
        err = copy_out(fd, &fault);
        close(fd);
    }
    return err == TF_OK ? EX_OK : tf_cli_fail(err, &fault);
}

static int run(const struct tf_cli *cli, const char *folder)
{
    const bool is_verify = strcmp(cli->args[0], "verify") == 0, is_show = strcmp(cli->args[0], "show") == 0;
    if ((!is_verify && !is_show) || (is_show && cli->json))
        return tf_cli_usage("archive", "verify [--json], or archive show SHA256");
    if (cli->args_count != (is_show ? 2 : 1))
        return tf_cli_usage("archive", is_show ? "show needs one SHA256" : "verify takes no argument");
    if (!folder[0])
        return tf_cli_fail(TF_E_CONFIG, &(struct tf_fault){.text = "collector.archive_dir is not set: no originals are kept"});
    return is_verify ? verify(cli, folder) : show(folder, cli->args[1]);
}

int tf_cmd_archive(const struct tf_cli *cli)
{
    const char *extra[] = {"kafka.embedded=true"}; /* nothing of Kafka or Redis is asked for */
    struct tf_config_source *source = NULL;
    int status = tf_cli_load(cli, extra, 1, &source);
    if (status != 0)
        return status;
    status = run(cli, tf_config_get(source)->collector.archive_dir);
    tf_config_destroy(source);
    return status;
}
