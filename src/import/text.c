#include "text.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
    ROOM_BYTES = 64 * 1024,
    BOMB_RATIO = 200,                  /* text packs to a tenth; a run of zeros to a thousandth */
    BOMB_FROM_BYTES = 64 * 1024 * 1024, /* below that even a bomb does no harm */
    UTF16_LOOK_BYTES = 512,
};

struct tf_import_text {
    gzFile packed;
    FILE *stream;
    iconv_t recode;                    /* (iconv_t)-1: UTF-8 already */
    char bytes[ROOM_BYTES];            /* unpacked, not recoded yet: bytes[at .. have) */
    size_t at, have;
    size_t head;                       /* of the first filling */
    uint64_t unpacked;
    const char *name;
    const char *problem;               /* static words, once something is wrong */
    enum tf_err err;
};

static bool fail(struct tf_import_text *text, enum tf_err err, const char *problem)
{
    text->err = err;
    text->problem = problem;
    return false;
}

/* An archive that gives far more than it takes is no text. */
static bool is_bomb(const struct tf_import_text *text)
{
    z_off_t packed = gzoffset(text->packed);
    return text->unpacked > BOMB_FROM_BYTES && packed > 0 && text->unpacked / (uint64_t)packed > BOMB_RATIO;
}

/* More unpacked bytes behind those that are left; true at the end too. */
static bool fill(struct tf_import_text *text)
{
    memmove(text->bytes, text->bytes + text->at, text->have - text->at);
    text->have -= text->at;
    text->at = 0;
    int got = gzread(text->packed, text->bytes + text->have, (unsigned)(sizeof text->bytes - text->have));
    if (got < 0)
        return fail(text, TF_E_VALUE, "the archive is damaged or cut off; export or copy it again");
    int status;
    if (got == 0 && (gzerror(text->packed, &status), status == Z_BUF_ERROR))
        return fail(text, TF_E_VALUE, "the archive is cut off; export or copy it again");
    text->have += (size_t)got;
    text->unpacked += (uint64_t)got;
    return !is_bomb(text) || fail(text, TF_E_VALUE, "the archive unpacks to more than 200 times its size; unpack it yourself and look at it");
}

/* A byte that is no UTF-8 as Windows-1252 has it, at most three bytes of UTF-8; five of its places are free. */
static size_t put_windows(unsigned char byte, char *to)
{
    enum { FIRST = 0x80, LATIN = 0xA0, NOTHING = 0xFFFD };
    static const uint16_t codes[LATIN - FIRST] = {
        0x20AC, NOTHING, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, NOTHING, 0x017D, NOTHING,
        NOTHING, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, NOTHING, 0x017E, 0x0178};
    const unsigned code = byte < LATIN ? codes[byte - FIRST] : byte;
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    to[0] = (char)(0xE0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3F));
    to[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

/* Bytes below 0x80 at the front, at most size. */
static size_t ascii_run(const char *bytes, size_t size)
{
    size_t run = 0;
    for (uint64_t eight; run + sizeof eight <= size; run += sizeof eight) {
        memcpy(&eight, bytes + run, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (run < size && (unsigned char)bytes[run] < 0x80)
        run++;
    return run;
}

/*
 * UTF-8 as it is, at most size bytes; in between, what is none as Windows-1252: files that are put together of others are written in both, and one in
 * Windows-1252 may show its first umlaut late. Nothing is given where more bytes decide.
 */
static ssize_t give_plain(struct tf_import_text *text, char *into, size_t size)
{
    enum { CHARACTER = 4 };
    size_t given = 0;
    while (text->at < text->have && given + CHARACTER <= size) {
        const struct tf_str left = {text->bytes + text->at, text->have - text->at};
        const size_t room = size - given, run = ascii_run(left.ptr, left.len < room ? left.len : room);
        size_t len = run > 0 ? run : tf_str_utf8_len(left);
        if (len == 0 && left.len < CHARACTER && !gzeof(text->packed))
            break; /* perhaps the begin of a character */
        if (len > 0) {
            memcpy(into + given, left.ptr, len);
            text->at += len;
            given += len;
        } else {
            given += put_windows((unsigned char)left.ptr[0], into + given);
            text->at++;
        }
    }
    return (ssize_t)given;
}

static ssize_t give_recoded(struct tf_import_text *text, char *into, size_t size)
{
    char *from = text->bytes + text->at, *to = into;
    size_t left = text->have - text->at, room = size;
    size_t done = iconv(text->recode, &from, &left, &to, &room);
    int why = errno;
    text->at = text->have - left;
    if (done != (size_t)-1 || room < size || why == E2BIG)
        return (ssize_t)(size - room);
    if (why == EINVAL && left < sizeof text->bytes / 2 && !gzeof(text->packed))
        return 0; /* the rest of a character comes with the next bytes */
    fail(text, TF_E_VALUE, "the bytes are not what their encoding says; name the encoding in the map, or save the file as UTF-8");
    return -1;
}

static ssize_t read_text(void *cookie, char *into, size_t size)
{
    struct tf_import_text *text = cookie;
    for (;;) {
        if (text->at == text->have || text->have - text->at < sizeof text->bytes / 2)
            if (text->problem || !fill(text))
                return -1;
        if (text->at == text->have)
            return 0;
        ssize_t given = text->recode == (iconv_t)-1 ? give_plain(text, into, size) : give_recoded(text, into, size);
        if (given != 0)
            return given;
    }
}

static bool begins_with(const struct tf_import_text *text, const char *mark, size_t len)
{
    return text->have >= len && memcmp(text->bytes, mark, len) == 0;
}

/* UTF-16 of Latin text has a NUL in every other place. */
static const char *utf16_of(const struct tf_import_text *text)
{
    size_t look = text->have < UTF16_LOOK_BYTES ? text->have : UTF16_LOOK_BYTES, even = 0, odd = 0;
    for (size_t i = 0; i < look; i++) {
        even += text->bytes[i] == '\0' && i % 2 == 0;
        odd += text->bytes[i] == '\0' && i % 2 == 1;
    }
    if (look >= 4 && odd > look * 2 / 5)
        return "UTF-16LE";
    return look >= 4 && even > look * 2 / 5 ? "UTF-16BE" : NULL;
}

/* Whether the bytes are UTF-8, but perhaps for a last character that was cut. */
static bool is_utf8(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)bytes[i++];
        size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : SIZE_MAX;
        if (more == SIZE_MAX)
            return false;
        for (; more > 0 && i < len; more--, i++)
            if (((unsigned char)bytes[i] & 0xC0) != 0x80)
                return false;
    }
    return true;
}

/* NULL: UTF-8 as it is. Marks are passed over. */
static const char *find_encoding(struct tf_import_text *text)
{
    if (begins_with(text, "\xef\xbb\xbf", 3)) {
        text->at = 3;
        return NULL;
    }
    if (begins_with(text, "\xff\xfe", 2) || begins_with(text, "\xfe\xff", 2)) {
        text->at = 2;
        return text->bytes[0] == '\xff' ? "UTF-16LE" : "UTF-16BE";
    }
    const char *utf16 = utf16_of(text);
    if (utf16)
        return utf16;
    return is_utf8(text->bytes, text->have) ? NULL : "WINDOWS-1252";
}

static enum tf_err choose_encoding(struct tf_import_text *text, const char *encoding, struct tf_fault *fault)
{
    const char *found = find_encoding(text);
    const char *from = encoding && !begins_with(text, "\xef\xbb\xbf", 3) ? encoding : found; /* the mark of UTF-8 is never the begin of another text */
    if (!from || strcasecmp(from, "UTF-8") == 0)
        return TF_OK;
    text->recode = iconv_open("UTF-8", from);
    if (text->recode == (iconv_t)-1)
        return tf_fault_set(fault, TF_E_CONFIG, "%s: the encoding \"%s\" is unknown; `iconv --list` shows those there are", text->name, from);
    return TF_OK;
}

static enum tf_err open_stream(struct tf_import_text *text, int fd)
{
    int own = dup(fd); /* gzclose closes what it was given */
    text->packed = own >= 0 ? gzdopen(own, "rb") : NULL;
    if (!text->packed) {
        if (own >= 0)
            close(own);
        return TF_E_MEMORY;
    }
    gzbuffer(text->packed, ROOM_BYTES);
    text->stream = fopencookie(text, "r", (cookie_io_functions_t){.read = read_text});
    return text->stream ? TF_OK : TF_E_MEMORY;
}

enum tf_err tf_import_text_open(int fd, const char *name, const char *encoding, struct tf_import_text **ret_text, struct tf_fault *fault)
{
    struct tf_import_text *text = calloc(1, sizeof *text);
    if (!text)
        return TF_E_MEMORY;
    text->name = name;
    text->recode = (iconv_t)-1;
    enum tf_err err = open_stream(text, fd);
    if (err == TF_OK && !fill(text))
        err = tf_import_text_check(text, fault);
    text->head = text->have;
    if (err == TF_OK)
        err = choose_encoding(text, encoding, fault);
    if (err != TF_OK) {
        tf_import_text_close(text);
        return err;
    }
    *ret_text = text;
    return TF_OK;
}

struct tf_import_text *tf_import_text_close(struct tf_import_text *text)
{
    if (!text)
        return NULL;
    if (text->stream)
        fclose(text->stream);
    if (text->packed)
        gzclose(text->packed);
    if (text->recode != (iconv_t)-1)
        iconv_close(text->recode);
    free(text);
    return NULL;
}

FILE *tf_import_text_stream(struct tf_import_text *text) { return text->stream; }

enum tf_err tf_import_text_check(const struct tf_import_text *text, struct tf_fault *fault)
{
    if (!text->problem)
        return TF_OK;
    return tf_fault_set(fault, text->err, "%s: %s", text->name, text->problem);
}

struct tf_str tf_import_text_head(const struct tf_import_text *text) { return (struct tf_str){text->bytes, text->head}; }
