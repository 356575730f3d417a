#include "slab.h"

#include <stdint.h>
#include <sys/mman.h>

enum { REGION_BYTES = 2 * 1024 * 1024, RUNS = REGION_BYTES / TF_SLAB_RUN_BYTES };

/* What is known of 64 KiB of pieces; it stands in the first run of their region. */
struct tf_slab_run {
    struct tf_slab_run *next, *before; /* among those of its class with room */
    struct piece *free;                /* given back, to be taken again */
    char *pieces;
    uint32_t live, used, most;         /* pieces: taken now; ever cut off; that fit */
    uint16_t class_;                   /* or TF_SLAB_WHOLE */
};

struct piece { struct piece *next; };

/* In place of the first run. */
struct tf_slab_region {
    struct tf_slab_region *next, *before;         /* among those with free runs */
    struct tf_slab_region *next_all, *before_all; /* among all */
    uint32_t free_runs;                           /* a bit each; never bit 0 */
};
_Static_assert(RUNS == 32, "free_runs has a bit for each");

/*
 * Every piece that comes or goes changes what is known of its run. At the start of each run all of that would fall into the same few lines of the
 * processor's cache, so it stands side by side, and in each of COLOURS neighbouring regions at another place.
 */
enum { HEAD_BYTES = 64, COLOURS = 31 };
_Static_assert(sizeof(struct tf_slab_run) <= HEAD_BYTES && sizeof(struct tf_slab_region) <= HEAD_BYTES, "a line each");
_Static_assert(HEAD_BYTES + COLOURS * RUNS * HEAD_BYTES <= TF_SLAB_RUN_BYTES, "all of them have room in the first run");

static const uint32_t all_runs = UINT32_MAX & ~UINT32_C(1);

/* Regions. */

/* Aligned to its own size, so that a piece leads to its region; what lies before and behind goes back at once. */
static void *map_aligned(void)
{
    char *wide = mmap(NULL, 2 * (size_t)REGION_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (wide == MAP_FAILED)
        return NULL;
    size_t before = (REGION_BYTES - (uintptr_t)wide % REGION_BYTES) % REGION_BYTES;
    if (before > 0)
        munmap(wide, before);
    munmap(wide + before + REGION_BYTES, REGION_BYTES - before);
    return wide + before;
}

static void link_region(struct tf_slab *slab, struct tf_slab_region *region)
{
    region->before = NULL;
    region->next = slab->regions;
    if (region->next)
        region->next->before = region;
    slab->regions = region;
}

static void unlink_region(struct tf_slab *slab, struct tf_slab_region *region)
{
    if (region->before)
        region->before->next = region->next;
    else
        slab->regions = region->next;
    if (region->next)
        region->next->before = region->before;
}

static struct tf_slab_region *new_region(struct tf_slab *slab)
{
    struct tf_slab_region *region = map_aligned();
    if (!region)
        return NULL;
    region->free_runs = all_runs;
    link_region(slab, region);
    region->before_all = NULL;
    region->next_all = slab->all;
    if (slab->all)
        slab->all->before_all = region;
    slab->all = region;
    return region;
}

static void drop_region(struct tf_slab *slab, struct tf_slab_region *region)
{
    unlink_region(slab, region);
    if (region->before_all)
        region->before_all->next_all = region->next_all;
    else
        slab->all = region->next_all;
    if (region->next_all)
        region->next_all->before_all = region->before_all;
    munmap(region, REGION_BYTES);
}

void tf_slab_drop(struct tf_slab *slab)
{
    while (slab->all) {
        struct tf_slab_region *region = slab->all;
        slab->all = region->next_all;
        munmap(region, REGION_BYTES);
    }
    *slab = (struct tf_slab){.all = NULL};
}

static struct tf_slab_run *run_at(struct tf_slab_region *region, size_t number)
{
    size_t colour = (uintptr_t)region / REGION_BYTES % COLOURS;
    return (struct tf_slab_run *)(void *)((char *)region + HEAD_BYTES + (colour * RUNS + number) * HEAD_BYTES);
}

static struct tf_slab_region *region_of(void *piece)
{
    return (struct tf_slab_region *)(void *)((char *)piece - (uintptr_t)piece % REGION_BYTES);
}

static struct tf_slab_run *run_of(void *piece)
{
    return run_at(region_of(piece), (uintptr_t)piece % REGION_BYTES / TF_SLAB_RUN_BYTES);
}

static struct tf_slab_run *take_run(struct tf_slab *slab)
{
    struct tf_slab_region *region = slab->regions ? slab->regions : new_region(slab);
    if (!region)
        return NULL;
    unsigned number = (unsigned)__builtin_ctz(region->free_runs);
    region->free_runs &= region->free_runs - 1;
    if (region->free_runs == 0)
        unlink_region(slab, region);
    struct tf_slab_run *run = run_at(region, number);
    run->pieces = (char *)region + (size_t)number * TF_SLAB_RUN_BYTES;
    return run;
}

static void give_run(struct tf_slab *slab, struct tf_slab_run *run)
{
    struct tf_slab_region *region = region_of(run->pieces);
    if (region->free_runs == 0)
        link_region(slab, region);
    region->free_runs |= UINT32_C(1) << (size_t)(run->pieces - (char *)region) / TF_SLAB_RUN_BYTES;
    if (region->free_runs == all_runs)
        drop_region(slab, region);
}

/* Runs. */

static void link_run(struct tf_slab *slab, struct tf_slab_run *run)
{
    run->before = NULL;
    run->next = slab->room[run->class_];
    if (run->next)
        run->next->before = run;
    slab->room[run->class_] = run;
}

static void unlink_run(struct tf_slab *slab, struct tf_slab_run *run)
{
    if (run->before)
        run->before->next = run->next;
    else
        slab->room[run->class_] = run->next;
    if (run->next)
        run->next->before = run->before;
}

static struct tf_slab_run *new_run(struct tf_slab *slab, unsigned class_)
{
    struct tf_slab_run *run = take_run(slab);
    if (!run)
        return NULL;
    *run = (struct tf_slab_run){.pieces = run->pieces, .most = (uint32_t)(TF_SLAB_WHOLE_BYTES / tf_slab_class_bytes(class_)), .class_ = (uint16_t)class_};
    if (class_ != TF_SLAB_WHOLE)
        link_run(slab, run);
    return run;
}

static void *cut_off(struct tf_slab_run *run)
{
    struct piece *piece = run->free;
    run->live++;
    if (!piece)
        return run->pieces + run->used++ * tf_slab_class_bytes(run->class_);
    run->free = piece->next;
    __builtin_prefetch(run->free, 1); /* what is taken next: given back long ago, it leads on from afar */
    return piece;
}

void *tf_slab_take(struct tf_slab *slab, size_t size)
{
    unsigned class_ = tf_slab_class(size);
    struct tf_slab_run *run = class_ != TF_SLAB_WHOLE && slab->room[class_] ? slab->room[class_] : new_run(slab, class_);
    if (!run)
        return NULL;
    void *piece = cut_off(run);
    if (run->live == run->most && class_ != TF_SLAB_WHOLE)
        unlink_run(slab, run);
    return piece;
}

void tf_slab_give(struct tf_slab *slab, void *piece)
{
    struct tf_slab_run *run = run_of(piece);
    if (run->class_ == TF_SLAB_WHOLE) {
        give_run(slab, run);
        return;
    }
    if (run->live == run->most)
        link_run(slab, run);
    ((struct piece *)piece)->next = run->free;
    run->free = piece;
    if (--run->live > 0)
        return;
    unlink_run(slab, run);
    give_run(slab, run);
}
