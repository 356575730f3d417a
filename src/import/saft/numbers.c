#include "numbers.h"

#include <stdlib.h>

enum { DIGITS_MAX = 18, WORDS_MAX = 1 << 20 };

void tf_saft_numbers_init(struct tf_saft_numbers *numbers)
{
    *numbers = (struct tf_saft_numbers){.series = NULL};
    tf_hash_random(&numbers->seed, sizeof numbers->seed);
}

void tf_saft_numbers_finish(struct tf_saft_numbers *numbers)
{
    for (size_t i = 0; i < numbers->series_count; i++)
        free(numbers->series[i].runs);
    free(numbers->series);
    tf_saft_table_finish(&numbers->table);
    tf_saft_table_finish(&numbers->words);
    numbers->series = NULL;
    numbers->series_count = 0;
}

bool tf_saft_numbers_split(struct tf_str id, struct tf_str *ret_series, uint64_t *ret_number)
{
    size_t at = id.len;
    while (at > 0 && id.ptr[at - 1] >= '0' && id.ptr[at - 1] <= '9')
        at--;
    size_t first = at;
    while (first + 1 < id.len && id.ptr[first] == '0')
        first++;
    if (at == id.len || id.len - first > DIGITS_MAX)
        return false;
    *ret_series = (struct tf_str){id.ptr, at};
    return tf_str_to_u64((struct tf_str){id.ptr + first, id.len - first}, INT64_MAX, ret_number);
}

/* "007" and "7" are two numbers of two series: a width is part of the series where zeros fill it. */
static struct tf_hash16 series_key(const struct tf_saft_numbers *numbers, struct tf_str within, struct tf_str series, size_t zeros_width)
{
    struct tf_hash16 outer = tf_hash_table(within, numbers->seed ^ (zeros_width * 0x9e3779b97f4a7c15u));
    return tf_hash_table(series, tf_hash16_u64(outer));
}

static enum tf_err add_series(struct tf_saft_numbers *numbers, struct tf_hash16 key, struct tf_str name, struct tf_saft_series **ret_series)
{
    *ret_series = NULL;
    if (numbers->series_count == TF_SAFT_SERIES_MAX)
        return TF_OK;
    if (numbers->series_count == numbers->series_capacity) {
        size_t capacity = numbers->series_capacity ? numbers->series_capacity * 2 : 16;
        struct tf_saft_series *series = realloc(numbers->series, capacity * sizeof *series);
        if (!series)
            return TF_E_MEMORY;
        numbers->series = series;
        numbers->series_capacity = capacity;
    }
    if (!tf_saft_table_put(&numbers->table, key, (uint32_t)numbers->series_count))
        return TF_E_MEMORY;
    struct tf_saft_series *series = &numbers->series[numbers->series_count++];
    *series = (struct tf_saft_series){.runs = NULL};
    size_t len = name.len < sizeof series->name ? name.len : sizeof series->name - 1;
    if (len > 0)
        memcpy(series->name, name.ptr, len);
    *ret_series = series;
    return TF_OK;
}

/* The first run that ends at number - 1 or later. */
static uint32_t run_at(const struct tf_saft_series *series, uint64_t number)
{
    uint32_t low = 0, high = series->runs_count;
    if (high > 0 && series->runs[high - 1].last + 1 < number)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (series->runs[middle].last + 1 < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool insert_run(struct tf_saft_series *series, uint32_t at, uint64_t number, uint32_t line)
{
    if (series->runs_count == series->runs_capacity) {
        uint32_t capacity = series->runs_capacity ? series->runs_capacity * 2 : 1;
        struct tf_saft_run *runs = realloc(series->runs, capacity * sizeof *runs);
        if (!runs)
            return false;
        series->runs = runs;
        series->runs_capacity = capacity;
    }
    memmove(&series->runs[at + 1], &series->runs[at], (series->runs_count - at) * sizeof series->runs[0]);
    series->runs[at] = (struct tf_saft_run){number, number, line};
    series->runs_count++;
    return true;
}

/* Runs that a number joined become one. */
static void join(struct tf_saft_numbers *numbers, struct tf_saft_series *series, uint32_t at)
{
    if (at + 1 >= series->runs_count || series->runs[at].last + 1 != series->runs[at + 1].first)
        return;
    series->runs[at].last = series->runs[at + 1].last;
    series->runs_count--;
    numbers->runs_count--;
    memmove(&series->runs[at + 1], &series->runs[at + 2], (series->runs_count - at - 1) * sizeof series->runs[0]);
}

static enum tf_err add_number(struct tf_saft_numbers *numbers, struct tf_saft_series *series, uint64_t number, uint32_t line,
                              enum tf_saft_number *ret_number)
{
    uint32_t at = run_at(series, number);
    struct tf_saft_run *run = at < series->runs_count ? &series->runs[at] : NULL;
    *ret_number = run && number >= run->first && number <= run->last ? TF_SAFT_AGAIN : TF_SAFT_NEW;
    if (*ret_number == TF_SAFT_AGAIN)
        return TF_OK;
    if (run && number == run->last + 1) {
        run->last = number;
        join(numbers, series, at);
    } else if (run && number + 1 == run->first) {
        run->first = number;
        run->line = line;
    } else if (numbers->runs_count == TF_SAFT_RUNS_MAX || series->runs_count == TF_SAFT_SERIES_RUNS_MAX) {
        *ret_number = TF_SAFT_UNTOLD;
        numbers->untold++;
        return TF_OK;
    } else if (!insert_run(series, at, number, line)) {
        return TF_E_MEMORY;
    } else {
        numbers->runs_count++;
    }
    series->numbers++;
    return TF_OK;
}

/* An id without a number is met again or not, and says nothing of gaps. */
static enum tf_err add_word(struct tf_saft_numbers *numbers, struct tf_str within, struct tf_str id, enum tf_saft_number *ret_number)
{
    struct tf_hash16 key = series_key(numbers, within, id, SIZE_MAX);
    *ret_number = tf_saft_table_find(&numbers->words, key) != TF_SAFT_NOWHERE ? TF_SAFT_AGAIN : TF_SAFT_NEW;
    if (*ret_number == TF_SAFT_AGAIN)
        return TF_OK;
    if (numbers->words.used == WORDS_MAX) {
        *ret_number = TF_SAFT_UNTOLD;
        numbers->untold++;
        return TF_OK;
    }
    return tf_saft_table_put(&numbers->words, key, 0) ? TF_OK : TF_E_MEMORY;
}

enum tf_err tf_saft_numbers_add(struct tf_saft_numbers *numbers, struct tf_str within, struct tf_str id, uint64_t line,
                                enum tf_saft_number *ret_number)
{
    struct tf_str name;
    uint64_t number;
    if (!tf_saft_numbers_split(id, &name, &number))
        return add_word(numbers, within, id, ret_number);
    bool zeros = id.len - name.len > 1 && id.ptr[name.len] == '0';
    struct tf_hash16 key = series_key(numbers, within, name, zeros ? id.len - name.len : 0);
    uint32_t at = tf_saft_table_find(&numbers->table, key);
    struct tf_saft_series *series = at == TF_SAFT_NOWHERE ? NULL : &numbers->series[at];
    if (!series)
        TF_TRY(add_series(numbers, key, name, &series));
    if (!series)
        return add_word(numbers, within, id, ret_number);
    return add_number(numbers, series, number, line < UINT32_MAX ? (uint32_t)line : UINT32_MAX, ret_number);
}

bool tf_saft_series_dense(const struct tf_saft_series *series)
{
    uint64_t span = series->runs_count > 0 ? series->runs[series->runs_count - 1].last - series->runs[0].first + 1 : 0;
    return series->numbers >= 2 && series->numbers >= span / 2;
}
