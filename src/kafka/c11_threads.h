/*
 * librdkafka runs on C11 threads, which ThreadSanitizer (GCC 12, clang 14) does not know: their first allocation crashes it.
 * In such a build the program brings its own thrd_, mtx_ and cnd_ functions on POSIX threads; in others this is nothing.
 */
#ifndef TAXFLOW_KAFKA_C11_THREADS_H
#define TAXFLOW_KAFKA_C11_THREADS_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TF_C11_THREADS 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define TF_C11_THREADS 1
#endif

#ifdef TF_C11_THREADS
/** Makes the linker take c11_threads.c, whose functions then come before the C library's. */
void tf_c11_threads_intercept(void);
#define TF_C11_THREADS_INTERCEPT() tf_c11_threads_intercept()
#else
#define TF_C11_THREADS_INTERCEPT() (void)0
#endif

#endif
