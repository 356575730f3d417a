/* taxflow-events(7): what goes in and what comes out. */
#include <inttypes.h>

#include "manual.h"
#include "mdoc.h"
#include "taxflow/batch.h"

static const struct tf_mdoc_row attributes[] = {
    {"ce_id", "The event's id. With the source and the revision it is the identity that is judged once."},
    {"ce_source", "Who says so, a URI; urn:taxflow:COMPANY where a bare record was given."},
    {"ce_type", "taxflow.KIND.v1 for records, taxflow.tax.assessed.v1 and taxflow.fraud.assessed.v1 for results."},
    {"ce_specversion", "1.0."},
    {"ce_time", "When it happened (RFC 3339)."},
    {"content-type", "application/json."},
    {"traceparent", "The trace that it belongs to (W3C Trace Context)."},
};

static const struct tf_mdoc_row members[] = {
    {"kind", "invoice, credit_note, payment, journal, party, return or account. The member of this name has the record itself; a credit note uses invoice."},
    {"company", "Whose record it is: one of \"us\"."},
    {"direction", "purchase, sale or intercompany. Without it the companies of the configuration decide."},
    {"user, approver, approved_at, recorded_at, manual", "Who entered it, who approved it and when, when it was entered, and whether by hand."},
    {"revision", "1 where it is absent. A higher one amends the record: it is judged anew, and its old effect is taken out of sums and windows."},
    {"voided", "true: the document was annulled, or another one bills it. Its number was issued; nothing else of it counts."},
    {"original", "The document it was taken from: sha256, media_type, bytes."},
};

/* What stands on each stream; a stream without a text here fails the build. */
#define AUDIT_ABOUT        "records as they came in"
#define TAX_ABOUT          "what role tax says of each record"
#define FRAUD_ABOUT        "what role fraud says of each record"
#define DLQ_ABOUT          "dead letters: records that could not be judged, with the reason and their bytes"
#define DUPLICATES_ABOUT   "a row for each record whose id was judged before: its id, its position, and the owner's"
#define STATUS_ABOUT       "what each process says of itself, some seconds apart"
#define GROUPS_ABOUT       "findings about a group of records, such as Benford's law"
#define VERDICTS_ABOUT     "what people said of findings: confirmed or dismissed"
#define CONTROL_ABOUT      "generation, key and number of partitions of the topics"
#define FRAUD_STATE_ABOUT  "what the rules of role fraud remember"
#define TAX_STATE_ABOUT    "what the rules of role tax remember"
#define TALLIES_ABOUT      "counters of groups that processes tell each other"

static void topics(FILE *out)
{
    static const struct tf_mdoc_row rows[] = {
#define X(name, suffix) {"taxflow." suffix, name##_ABOUT "."},
        TF_STREAM_TABLE(X)
#undef X
    };
    tf_mdoc_section(out, "TOPICS");
    tf_mdoc_text(out, "The first part is kafka.topic_prefix. All have the same number of partitions but control, and rows about a record stand in the partition "
                      "of the record. Read results with isolation.level=read_committed; others see rows of transactions that were taken back.");
    TF_MDOC_ROWS(out, "Li", rows);
}

static void letters(FILE *out)
{
    tf_mdoc_section(out, "DEAD LETTERS");
    tf_mdoc_text(out, "The reasons, as header tf_reason, in metrics and in answers over HTTP.");
    tf_mdoc_list(out);
    for (int err = 1; err < TF_ERR_COUNT; err++) {
        if (tf_err_class((enum tf_err)err) != TF_CLASS_DROP)
            continue;
        char text[200];
        snprintf(text, sizeof text, "%s.", tf_err_text((enum tf_err)err));
        tf_mdoc_item(out, "Li", tf_err_reason((enum tf_err)err), NULL, NULL);
        tf_mdoc_text(out, text);
    }
    tf_mdoc_list_end(out);
}

void tf_manual_events(FILE *out)
{
    tf_mdoc_section(out, "DESCRIPTION");
    tf_mdoc_text(out, "Records come in and results go out as CloudEvents 1.0. On Kafka they are in binary mode: attributes are headers, the value is the "
                      "record's JSON. POST /v1/events takes binary mode, structured mode (application/cloudevents+json), batches "
                      "(application/cloudevents-batch+json), NDJSON (application/x-ndjson), one bare record (application/json) and invoices in "
                      "UBL or CII (application/xml).");
    tf_mdoc_section(out, "ATTRIBUTES");
    TF_MDOC_ROWS(out, "Li", attributes);
    tf_mdoc_section(out, "RECORDS");
    TF_MDOC_ROWS(out, "Li", members);
    tf_mdoc_paragraph(out, "An invoice is the semantic model of EN 16931, one JSON name for each business term. An absent key is an absent element, {} an empty "
                           "group. Amounts are decimal strings; a JSON number is read from its own characters.");
    tf_mdoc_paragraph(out, "A bare record without an id has the hash of its canonical body as id: two identical ones are one event. The same identity with another "
                           "body is a conflict, unless its revision is higher.");
    topics(out);
    letters(out);
    tf_mdoc_section(out, "EXAMPLES");
    tf_mdoc_literal(out, "{\"kind\":\"payment\",\"company\":\"ACME-DE\",\"user\":\"u17\",\"payment\":{\n"
                         " \"supplier\":\"S-20\",\"amount\":\"1190.00\",\"currency\":\"EUR\",\n"
                         " \"date\":\"2026-03-01\",\"invoices\":[{\"number\":\"R-42\"}]}}\n");
    tf_mdoc_see_also(out, (const char *const[]){"taxflow 1", "taxflow.conf 5", "taxflow-metrics 7"}, 3);
}
