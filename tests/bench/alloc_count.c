/*
 * Counts allocations, by the object whose code asked for them: preloaded into a role by counts.py.
 *
 *   LD_PRELOAD=liballoc_count.so ALLOC_COUNT_FILE=FILE [ALLOC_COUNT_SITES=OBJECT] taxflow …
 *
 * Every call goes on to the next allocator, jemalloc for taxflow. At the end FILE has one line an object, "object COUNT NAME". With
 * ALLOC_COUNT_SITES also "site COUNT OBJECT+OFFSET …", the innermost frame first, for each place that the program itself is answerable for: it
 * called, or it called OBJECT, libc or libstdc++, which did; OBJECT is the beginning of a library's name, or "program" for no other. C++'s
 * operators are counted too, for jemalloc's own do not pass through malloc.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECTS_MAX = 128, NAME_BYTES = 64, FRAMES_MAX = 24, FRAMES_KEPT = 8, SITES = 4096, EARLY_BYTES = 16384 };

struct object {
    uintptr_t base, begin, end; /* of its code */
    char name[NAME_BYTES];
    bool passed_over; /* whoever called it is answerable */
    atomic_ulong count;
};
struct site {
    void *frames[FRAMES_KEPT];
    unsigned long count;
};

/* Written by the constructor alone; the program itself is the first. The last row counts what no row has. */
static struct object objects[OBJECTS_MAX + 1];
static size_t object_count;
static const char *sites_of;
static bool sites_wanted;
static struct site sites[SITES]; /* with sites_lock */
static pthread_mutex_t sites_lock = PTHREAD_MUTEX_INITIALIZER;
static __thread bool inside __attribute__((tls_model("initial-exec")));

static void *(*next_malloc)(size_t), *(*next_calloc)(size_t, size_t), *(*next_realloc)(void *, size_t), *(*next_aligned)(size_t, size_t);
static void (*next_free)(void *);
static int (*next_posix)(void **, size_t, size_t);

/* dlsym() may ask for memory before there is an allocator. */
static char early[EARLY_BYTES] __attribute__((aligned(16)));
static size_t early_used;

static void *take_early(size_t bytes)
{
    size_t at = early_used;
    early_used += (bytes + 15) & ~(size_t)15;
    if (early_used > sizeof early)
        abort();
    return early + at;
}

static bool is_early(const void *memory)
{
    return (const char *)memory >= early && (const char *)memory < early + sizeof early;
}

/* What lies behind an early address: no more than that can have been asked for. */
static size_t early_left(const void *memory)
{
    return (size_t)(early + sizeof early - (const char *)memory);
}

static void find(void *ret_function, const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (!function)
        abort();
    memcpy(ret_function, &function, sizeof function);
}

/* The first call comes before there are threads. */
static void find_allocator(void)
{
    static bool finding;
    if (finding)
        return;
    finding = true;
    find(&next_free, "free");
    find(&next_realloc, "realloc");
    find(&next_calloc, "calloc");
    find(&next_aligned, "aligned_alloc");
    find(&next_posix, "posix_memalign");
    find(&next_malloc, "malloc"); /* last: whoever sees it set may use all */
}

static struct object *object_at(const void *address)
{
    for (size_t i = 0; i < object_count; i++)
        if ((uintptr_t)address >= objects[i].begin && (uintptr_t)address < objects[i].end)
            return &objects[i];
    return &objects[OBJECTS_MAX];
}

static void add_site(void *const *frames)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < FRAMES_KEPT; i++)
        hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * UINT64_C(0x9e3779b97f4a7c15);
    pthread_mutex_lock(&sites_lock);
    for (size_t i = 0; i < SITES; i++) {
        struct site *site = &sites[((hash >> 32) + i) % SITES];
        if (site->count == 0)
            memcpy(site->frames, frames, sizeof site->frames);
        if (memcmp(site->frames, frames, sizeof site->frames) == 0) {
            site->count++;
            break;
        }
    }
    pthread_mutex_unlock(&sites_lock);
}

static void find_site(void)
{
    void *frames[FRAMES_MAX + FRAMES_KEPT] = {NULL};
    int count = backtrace(frames, FRAMES_MAX), first = 0;
    while (first < count && object_at(frames[first])->passed_over)
        first++;
    if (first < count && object_at(frames[first]) == &objects[0])
        add_site(frames + first);
}

static void count_call(const void *caller)
{
    struct object *object = object_at(caller);
    atomic_fetch_add_explicit(&object->count, 1, memory_order_relaxed);
    if (!sites_wanted || inside || (object != &objects[0] && !object->passed_over))
        return;
    inside = true;
    find_site();
    inside = false;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size)
{
    if (!next_malloc)
        find_allocator();
    count_call(CALLER);
    return next_malloc ? next_malloc(size) : take_early(size);
}

void *calloc(size_t count, size_t size)
{
    if (!next_calloc)
        find_allocator();
    count_call(CALLER);
    return next_calloc ? next_calloc(count, size) : take_early(count * size);
}

void *realloc(void *memory, size_t size)
{
    if (!next_malloc)
        find_allocator();
    count_call(CALLER);
    if (!is_early(memory))
        return next_realloc(memory, size);
    void *moved = next_malloc(size);
    return moved ? memcpy(moved, memory, size < early_left(memory) ? size : early_left(memory)) : NULL;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count_call(CALLER);
    return next_aligned(alignment, size);
}

int posix_memalign(void **ret_memory, size_t alignment, size_t size)
{
    count_call(CALLER);
    return next_posix(ret_memory, alignment, size);
}

void free(void *memory)
{
    if (memory && !is_early(memory))
        next_free(memory);
}

void *reallocarray(void *memory, size_t count, size_t size)
{
    size_t bytes;
    count_call(CALLER);
    if (!__builtin_mul_overflow(count, size, &bytes))
        return next_realloc(memory, bytes);
    errno = ENOMEM;
    return NULL;
}

/* operator new and new[], plain and nothrow, by the names that they have in an object file. */
void *_Znwm(size_t size), *_Znam(size_t size), *_ZnwmRKSt9nothrow_t(size_t size, const void *tag), *_ZnamRKSt9nothrow_t(size_t size, const void *tag);

static void *must_have(void *memory)
{
    if (!memory)
        abort(); /* nothing is thrown from C */
    return memory;
}

void *_Znwm(size_t size)
{
    count_call(CALLER);
    return must_have(next_malloc(size ? size : 1));
}

void *_Znam(size_t size)
{
    count_call(CALLER);
    return must_have(next_malloc(size ? size : 1));
}

void *_ZnwmRKSt9nothrow_t(size_t size, const void *tag)
{
    (void)tag;
    count_call(CALLER);
    return next_malloc(size ? size : 1);
}

void *_ZnamRKSt9nothrow_t(size_t size, const void *tag)
{
    (void)tag;
    count_call(CALLER);
    return next_malloc(size ? size : 1);
}

static bool is_passed_over(const char *name)
{
    const char *const names[] = {"libc.so", "libstdc++.so", "liballoc_count.so", "libjemalloc.so", sites_of ? sites_of : "libc.so"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static int add_object(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    (void)argument;
    const char *slash = strrchr(info->dlpi_name, '/'), *name = slash ? slash + 1 : info->dlpi_name;
    for (size_t i = 0; i < info->dlpi_phnum && object_count < OBJECTS_MAX; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
            continue;
        struct object *object = &objects[object_count];
        object->base = info->dlpi_addr;
        object->begin = info->dlpi_addr + segment->p_vaddr;
        object->end = object->begin + segment->p_memsz;
        snprintf(object->name, sizeof object->name, "%s", object_count > 0 ? name : "program");
        object->passed_over = object_count > 0 && is_passed_over(object->name);
        object_count++;
    }
    return 0;
}

__attribute__((constructor)) static void begin(void)
{
    void *frame;
    if (!next_malloc)
        find_allocator();
    backtrace(&frame, 1); /* its first call asks for memory */
    snprintf(objects[OBJECTS_MAX].name, NAME_BYTES, "unknown");
    sites_of = getenv("ALLOC_COUNT_SITES");
    dl_iterate_phdr(add_object, NULL);
    sites_wanted = sites_of != NULL;
}

static void write_site(FILE *file, const struct site *site)
{
    fprintf(file, "site %lu", site->count);
    for (size_t i = 0; i < FRAMES_KEPT && site->frames[i]; i++) {
        const struct object *object = object_at(site->frames[i]);
        fprintf(file, " %s+%#lx", object->name, (unsigned long)((uintptr_t)site->frames[i] - object->base));
    }
    fputc('\n', file);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("ALLOC_COUNT_FILE");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    sites_wanted = false;
    for (size_t i = 0; i <= OBJECTS_MAX; i++)
        if (objects[i].count > 0)
            fprintf(file, "object %lu %s\n", (unsigned long)objects[i].count, objects[i].name);
    for (size_t i = 0; i < SITES; i++)
        if (sites[i].count > 0)
            write_site(file, &sites[i]);
    fclose(file);
}
