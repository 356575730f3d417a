#include <curl/curl.h>
#include <hiredis/hiredis.h>
#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <zlib.h>

#include "cli.h"
#include "taxflow/import.h"
#include "taxflow/store.h"

/* version NULL: this build has none. what  cannot be done then. */
static void print_optional(const char *library, const char *version, const char *what, FILE *out)
{
    if (version)
        fprintf(out, "%s %s\n", library, version);
    else
        fprintf(out, "without %s (%s)\n", library, what);
}

void tf_version_print(FILE *out)
{
    fprintf(out, "taxflow %s\n", TAXFLOW_VERSION);
    fprintf(out, "librdkafka %s\n", rd_kafka_version_str());
    fprintf(out, "hiredis %d.%d.%d\n", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
    fprintf(out, "libmicrohttpd %s\n", MHD_get_version());
    fprintf(out, "%s\n", curl_version());
    fprintf(out, "jansson %s\n", JANSSON_VERSION);
    fprintf(out, "%s\n", OpenSSL_version(OPENSSL_VERSION));
    fprintf(out, "zlib %s\n", zlibVersion());
    fprintf(out, "%s\n", tf_store_library());
    print_optional("libqpdf", tf_import_qpdf_version(), "invoices in PDF", out);
    print_optional("libzip", tf_import_libzip_version(), "ZIP archives", out);
    fprintf(out, "tax rules %s\n", tf_tax_ruleset());
}
