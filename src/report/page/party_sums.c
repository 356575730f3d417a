#include "party_sums.h"
#include "taxflow/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>


enum { READ_SUMS = 64, MOST_LEAST = 16 };

/* A sorted piece of the temporary file, as it is read back. */
struct piece {
    uint64_t at, end;        /* sums, in the file */
    size_t next, have;
    struct tf_party_sum *sums; /* READ_SUMS of them */
};

struct tf_party_sums {
    struct tf_party_sum *slots; /* open addressing; records 0: free */
    size_t slots_count, used, most;
    FILE *spool;
    uint64_t spooled;
    uint64_t *ends;             /* of each piece */
    size_t pieces_count;
    struct piece *pieces;
};

struct tf_party_sums *tf_party_sums_create(size_t most)
{
    struct tf_party_sums *sums = calloc(1, sizeof *sums);
    if (!sums)
        return NULL;
    sums->most = most > MOST_LEAST ? most : MOST_LEAST;
    sums->slots_count = 2 * sums->most;
    sums->slots = calloc(sums->slots_count, sizeof *sums->slots);
    return sums->slots ? sums : tf_party_sums_destroy(sums);
}

struct tf_party_sums *tf_party_sums_destroy(struct tf_party_sums *sums)
{
    if (!sums)
        return NULL;
    if (sums->spool)
        fclose(sums->spool);
    for (size_t p = 0; sums->pieces && p < sums->pieces_count; p++)
        free(sums->pieces[p].sums);
    free(sums->pieces);
    free(sums->ends);
    free(sums->slots);
    free(sums);
    return NULL;
}

void tf_party_sum_name(struct tf_party_sum *sum, struct tf_str text)
{
    size_t len = text.len < TF_PARTY_NAME_BYTES ? text.len : TF_PARTY_NAME_BYTES;
    while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len--;
    memcpy(sum->name, text.ptr ? text.ptr : "", len);
    sum->name_len = (uint8_t)len;
}

static int compare(const struct tf_party_sum *a, const struct tf_party_sum *b)
{
    int order = memcmp(a->party.bytes, b->party.bytes, TF_HASH16_BYTES);
    return order != 0 ? order : memcmp(a->currency, b->currency, sizeof a->currency);
}

static int by_party(const void *a, const void *b) { return compare(a, b); }

static void fold(struct tf_party_sum *into, const struct tf_party_sum *addition)
{
    into->records += addition->records;
    into->block += addition->block;
    into->review += addition->review;
    into->at_risk_minor += addition->at_risk_minor;
}

/* The sums in memory, sorted, at the front of the slots. */
static void pack(struct tf_party_sums *sums)
{
    size_t count = 0;
    for (size_t s = 0; s < sums->slots_count; s++)
        if (sums->slots[s].records > 0)
            sums->slots[count++] = sums->slots[s];
    if (count > 0)
        qsort(sums->slots, count, sizeof *sums->slots, by_party);
}

static enum tf_err write_piece(struct tf_party_sums *sums)
{
    if (!sums->spool && !(sums->spool = tf_scratch_stream()))
        return TF_E_IO;
    uint64_t *ends = reallocarray(sums->ends, sums->pieces_count + 1, sizeof *ends);
    if (!ends)
        return TF_E_MEMORY;
    sums->ends = ends;
    pack(sums);
    if (fwrite(sums->slots, sizeof *sums->slots, sums->used, sums->spool) != sums->used)
        return TF_E_IO;
    sums->spooled += sums->used;
    sums->ends[sums->pieces_count++] = sums->spooled;
    memset(sums->slots, 0, sums->slots_count * sizeof *sums->slots);
    sums->used = 0;
    return TF_OK;
}

enum tf_err tf_party_sums_add(struct tf_party_sums *sums, const struct tf_party_sum *addition)
{
    if (sums->used == sums->most)
        TF_TRY(write_piece(sums));
    size_t s = tf_hash16_u64(addition->party) % sums->slots_count;
    while (sums->slots[s].records > 0 && compare(&sums->slots[s], addition) != 0)
        s = (s + 1) % sums->slots_count;
    if (sums->slots[s].records > 0) {
        fold(&sums->slots[s], addition);
    } else {
        sums->slots[s] = *addition;
        sums->used++;
    }
    return TF_OK;
}

/* ---- Merging ---- */

static enum tf_err refill(struct tf_party_sums *sums, struct piece *piece)
{
    const uint64_t left = piece->end - piece->at;
    const size_t want = left < READ_SUMS ? (size_t)left : READ_SUMS;
    const size_t bytes = want * sizeof *piece->sums;
    if (want > 0 && pread(fileno(sums->spool), piece->sums, bytes, (off_t)(piece->at * sizeof *piece->sums)) != (ssize_t)bytes)
        return TF_E_IO;
    piece->at += want;
    piece->next = 0;
    piece->have = want;
    return TF_OK;
}

static enum tf_err open_pieces(struct tf_party_sums *sums)
{
    if (fflush(sums->spool) != 0)
        return TF_E_IO;
    sums->pieces = calloc(sums->pieces_count, sizeof *sums->pieces);
    if (!sums->pieces)
        return TF_E_MEMORY;
    for (size_t p = 0; p < sums->pieces_count; p++) {
        struct piece *piece = &sums->pieces[p];
        piece->at = p > 0 ? sums->ends[p - 1] : 0;
        piece->end = sums->ends[p];
        piece->sums = calloc(READ_SUMS, sizeof *piece->sums);
        if (!piece->sums)
            return TF_E_MEMORY;
        TF_TRY(refill(sums, piece));
    }
    return TF_OK;
}

/* The piece whose next sum comes first; of equal ones the one written first. SIZE_MAX: all are at their end. */
static size_t first_piece(const struct tf_party_sums *sums)
{
    size_t first = SIZE_MAX;
    for (size_t p = 0; p < sums->pieces_count; p++) {
        const struct piece *piece = &sums->pieces[p];
        if (piece->next < piece->have
            && (first == SIZE_MAX || compare(&piece->sums[piece->next], &sums->pieces[first].sums[sums->pieces[first].next]) < 0))
            first = p;
    }
    return first;
}

static enum tf_err merge(struct tf_party_sums *sums, void (*see)(void *, const struct tf_party_sum *), void *self)
{
    struct tf_party_sum sum = {.records = 0};
    TF_TRY(open_pieces(sums));
    for (size_t p; (p = first_piece(sums)) != SIZE_MAX;) {
        struct piece *piece = &sums->pieces[p];
        const struct tf_party_sum *next = &piece->sums[piece->next++];
        if (sum.records > 0 && compare(&sum, next) == 0) {
            fold(&sum, next);
        } else {
            if (sum.records > 0)
                see(self, &sum);
            sum = *next;
        }
        if (piece->next == piece->have)
            TF_TRY(refill(sums, piece));
    }
    if (sum.records > 0)
        see(self, &sum);
    return TF_OK;
}

enum tf_err tf_party_sums_each(struct tf_party_sums *sums, void (*see)(void *, const struct tf_party_sum *), void *self)
{
    if (sums->pieces_count == 0) {
        pack(sums);
        for (size_t s = 0; s < sums->used; s++)
            see(self, &sums->slots[s]);
        return TF_OK;
    }
    if (sums->used > 0)
        TF_TRY(write_piece(sums));
    return merge(sums, see, self);
}
