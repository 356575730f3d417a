#include "walk_content.h"

enum { PIECE_BYTES = 4096, SHA256_BYTES = 32 };

void tf_walk_content_begin(struct tf_xml_walk *walk)
{
    walk->content.base64 = (struct tf_base64){0};
    walk->content.bytes = 0;
    walk->content.wrong = false;
    walk->content.open = true;
    tf_hash_stream_init(&walk->content.hash);
}

void tf_walk_content_add(struct tf_xml_walk *walk, struct tf_str text)
{
    char out[PIECE_BYTES / 4 * 3 + 3];
    while (text.len > 0 && !walk->content.wrong) {
        struct tf_str piece = {text.ptr, text.len < PIECE_BYTES ? text.len : PIECE_BYTES};
        size_t len = 0;
        walk->content.wrong = !tf_base64_feed(&walk->content.base64, piece, out, &len);
        tf_hash_stream_add(&walk->content.hash, (struct tf_str){out, walk->content.wrong ? 0 : len});
        walk->content.bytes += walk->content.wrong ? 0 : len;
        text.ptr += piece.len;
        text.len -= piece.len;
    }
}

enum tf_err tf_walk_content_end(struct tf_xml_walk *walk, void *file)
{
    struct tf_attachment *attachment = (void *)((char *)file - offsetof(struct tf_attachment, file));
    uint8_t digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    tf_hash_stream_end(&walk->content.hash, digest);
    tf_hash_hex(digest, sizeof digest, hex);
    walk->content.open = false;
    if (tf_str_present(attachment->file.sha256))
        return TF_OK;
    attachment->file.bytes = walk->content.bytes;
    TF_TRY(tf_xml_walk_set_text(walk, &attachment->file.sha256, (struct tf_str){hex, 2 * SHA256_BYTES}));
    if (!walk->content.wrong && tf_base64_complete(&walk->content.base64))
        return TF_OK;
    return tf_xml_walk_find(walk, "XML-BASE64", "The attachment cannot be decoded.", "base64 (RFC 4648, section 4)");
}
