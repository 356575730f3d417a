/* Tax identification numbers from lines, an answer a line. What has been read is answered before more is waited for: it serves as a co-process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "taxflow/taxid.h"

enum { BLOCK_BYTES = 1 << 18, FIELDS = 3 };

struct lines {
    int fd;
    char bytes[BLOCK_BYTES];
    size_t have;   /* of bytes */
    unsigned year; /* it is: a number of a later one cannot exist */
    bool overlong; /* the line that bytes end in began before them, and is answered */
};

/* COUNTRY TAB KIND TAB NUMBER; what follows another tab is the sender's own. False: fewer fields. */
static bool split(struct tf_str line, struct tf_str fields[FIELDS])
{
    for (size_t f = 0; f < FIELDS; f++) {
        const char *tab = line.len ? memchr(line.ptr, '\t', line.len) : NULL;
        if (!tab && f + 1 < FIELDS)
            return false;
        size_t len = tab ? (size_t)(tab - line.ptr) : line.len;
        fields[f] = (struct tf_str){line.ptr, len};
        line = (struct tf_str){line.ptr + len + (tab ? 1 : 0), line.len - len - (tab ? 1 : 0)};
    }
    return true;
}

static const char *reason_of(unsigned year, struct tf_str line)
{
    struct tf_str fields[FIELDS];
    if (!split(line, fields))
        return "too few fields";
    return tf_taxid_reason(tf_taxid_check_until(year, tf_str_trim(fields[0]), tf_str_trim(fields[1]), fields[2]));
}

static void answer(unsigned year, struct tf_str line)
{
    const char *reason = reason_of(year, line);
    if (strcmp(reason, tf_taxid_reason(TF_TAXID_VALID)) != 0)
        fputs("invalid\t", stdout);
    fputs(reason, stdout);
    putchar('\n');
}

/* Answers the whole lines of the block and keeps what is begun; a line larger than the block is answered once, by its beginning. */
static void answer_block(struct lines *lines)
{
    char *at = lines->bytes, *end = lines->bytes + lines->have, *newline;
    while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
        if (!lines->overlong)
            answer(lines->year, (struct tf_str){at, (size_t)(newline - at)});
        lines->overlong = false;
        at = newline + 1;
    }
    if (at == lines->bytes && lines->have == BLOCK_BYTES) {
        if (!lines->overlong)
            answer(lines->year, (struct tf_str){at, lines->have});
        lines->overlong = true;
        at = end;
    }
    lines->have = (size_t)(end - at);
    memmove(lines->bytes, at, lines->have);
}

/* False: errno says why reading stopped before the end. */
static bool answer_all(struct lines *lines)
{
    for (;;) {
        ssize_t got = read(lines->fd, lines->bytes + lines->have, BLOCK_BYTES - lines->have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got == 0 && lines->have > 0 && !lines->overlong)
                answer(lines->year, (struct tf_str){lines->bytes, lines->have});
            return got == 0;
        }
        lines->have += (size_t)got;
        answer_block(lines);
        if (fflush(stdout) != 0)
            return true; /* main says what was wrong with standard output */
    }
}

static unsigned this_year(void)
{
    time_t now = time(NULL);
    struct tm utc;
    return gmtime_r(&now, &utc) ? (unsigned)utc.tm_year + 1900 : 0;
}

static int answer_file(const char *path)
{
    static struct lines lines;
    bool standard = strcmp(path, "-") == 0;
    lines.fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    lines.have = 0;
    lines.overlong = false;
    lines.year = this_year();
    bool read_all = lines.fd >= 0 && answer_all(&lines);
    if (!read_all)
        fprintf(stderr, "taxflow: %s: cannot be read: %s\n", standard ? "standard input" : path, strerror(errno));
    if (!standard && lines.fd >= 0)
        close(lines.fd);
    return read_all ? EX_OK : EX_NOINPUT;
}

int tf_cmd_taxid(const struct tf_cli *cli)
{
    int status = EX_OK;
    if (cli->args_count == 0)
        return answer_file("-");
    for (size_t i = 0; i < cli->args_count && status == EX_OK; i++)
        status = answer_file(cli->args[i]);
    return status;
}
