/*
 * The records that the collector makes of documents in XML, a line each:  record < NAMES
 *
 * NAMES are paths of files, a line each. A document that cannot be read is a line with the reason alone, which is no record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/reader_xml.h"

enum { PATH_BYTES_MAX = 4096, ARENA_BYTES_MAX = 1 << 30, RECORD_BYTES_MAX = 64 << 20 };

static bool read_file(const char *path, struct tf_arena *arena, struct tf_str *ret_text)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    size_t len = (size_t)ftell(file);
    char *text = tf_arena_alloc(arena, len + 1);
    rewind(file);
    bool whole = text && fread(text, 1, len, file) == len;
    fclose(file);
    *ret_text = (struct tf_str){text, len};
    return whole;
}

int main(void)
{
    char path[PATH_BYTES_MAX];
    struct tf_arena *arena = tf_arena_create(ARENA_BYTES_MAX);
    struct tf_reader *reader = tf_reader_create(NULL, 0, RECORD_BYTES_MAX);
    if (!arena || !reader)
        return EXIT_FAILURE;
    while (fgets(path, sizeof path, stdin)) {
        struct tf_envelope attributes = {0}, envelope = {0};
        struct tf_event event = {0};
        struct tf_problem problem = {0};
        struct tf_str text;
        path[strcspn(path, "\n")] = '\0';
        tf_arena_rewind(arena);
        if (!read_file(path, arena, &text)) {
            fprintf(stderr, "record: %s cannot be read\n", path);
            return EXIT_FAILURE;
        }
        enum tf_err err = tf_reader_xml_read(reader, &attributes, TF_STR("CONFORMANCE"), text, arena, &envelope, &event, &problem);
        if (err == TF_OK)
            printf("%.*s\n", TF_STR_ARGS(envelope.body));
        else
            printf("%s\n", tf_err_reason(err));
    }
    tf_reader_destroy(reader);
    tf_arena_destroy(arena);
    return EXIT_SUCCESS;
}
