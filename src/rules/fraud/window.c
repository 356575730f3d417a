#include "window.h"

size_t tf_window_from(const struct tf_fraud_window *window, int64_t time_ms)
{
    /* Steps back from the end that double, then halving: what rules look for is mostly near the event. */
    size_t high = window->count, low = high, step = 1;
    while (low > 0 && window->entries[low - 1].time_ms >= time_ms) {
        high = low - 1;
        low = high > step ? high - step : 0;
        step *= 2;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (window->entries[middle].time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t tf_window_sum(const struct tf_fraud_window *window, size_t first, size_t end)
{
    if (first == end)
        return 0;
    const struct tf_fraud_entry *from = &window->entries[first], *to = &window->entries[end - 1];
    return (int64_t)(to->total - from->total + (uint64_t)from->value);
}
