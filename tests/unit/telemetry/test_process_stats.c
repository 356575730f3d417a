#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "metrics_internal.h"
#include "taxflow/clock.h"

static void reads_what_the_kernel_knows(void **state)
{
    struct tf_process_stats stats;
    const double now = (double)tf_clock_wall_ms() / 1e3;
    (void)state;
    tf_process_stats_read(&stats);
    assert_true(stats.cpu_seconds > 0 && stats.cpu_seconds < 60);
    assert_true(stats.start_time_seconds > now - 120 && stats.start_time_seconds < now + 2);
    assert_true(stats.resident_bytes > 100 * 1024 && stats.resident_bytes < (uint64_t)4 << 30);
    assert_true(stats.virtual_bytes >= stats.resident_bytes);
    assert_true(stats.max_fds >= stats.open_fds);
    assert_true(stats.threads >= 1);
}

static void counts_descriptors(void **state)
{
    struct tf_process_stats before, after;
    (void)state;
    tf_process_stats_read(&before);
    const int fd = open("/dev/null", O_RDONLY);
    tf_process_stats_read(&after);
    close(fd);
    assert_int_equal(after.open_fds, before.open_fds + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_what_the_kernel_knows), cmocka_unit_test(counts_descriptors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
