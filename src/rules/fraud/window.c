#include "window.h"

/* First entry at or after time_ms, within [low, high]. */
static size_t halve(const struct tf_fraud_window *window, size_t low, size_t high, int64_t time_ms)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (window->entries[middle].time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Steps back from high, which is at or after it, or the end; they double. */
static size_t step_back(const struct tf_fraud_window *window, size_t high, int64_t time_ms)
{
    size_t low = high, step = 1;
    while (low > 0 && window->entries[low - 1].time_ms >= time_ms) {
        high = low - 1;
        low = high > step ? high - step : 0;
        step *= 2;
    }
    return halve(window, low, high, time_ms);
}

static size_t step_on(const struct tf_fraud_window *window, size_t low, int64_t time_ms)
{
    size_t high = low, step = 1;
    while (high < window->count && window->entries[high].time_ms < time_ms) {
        low = high + 1;
        high = step < window->count - high ? high + step : window->count;
        step *= 2;
    }
    return halve(window, low, high, time_ms);
}

/* What rules look for is mostly near the event, and that near the end. */
size_t tf_window_from(const struct tf_fraud_window *window, int64_t time_ms)
{
    return step_back(window, window->count, time_ms);
}

size_t tf_window_near(const struct tf_fraud_window *window, size_t guess, int64_t time_ms)
{
    bool before = guess < window->count && window->entries[guess].time_ms < time_ms;
    return before ? step_on(window, guess, time_ms) : step_back(window, guess, time_ms);
}

int64_t tf_window_sum(const struct tf_fraud_window *window, size_t first, size_t end)
{
    if (first == end)
        return 0;
    return (int64_t)(window->entries[end - 1].total - (first > 0 ? window->entries[first - 1].total : window->before));
}
