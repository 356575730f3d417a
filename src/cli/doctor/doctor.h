/* taxflow doctor: what keeps this machine from doing its work, in plain words, each with what to do. */
#ifndef TF_CLI_DOCTOR_H
#define TF_CLI_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "../cli.h"

enum tf_doctor_level { TF_DOCTOR_OK, TF_DOCTOR_ADVICE, TF_DOCTOR_ERROR };

/* One examination. Thread: one. */
struct tf_doctor {
    const struct tf_config *config;
    int status; /* 0; that of the first error */
};

/**
 * Print one finding, and below it what to do: an option, a command.
 *
 * area    "kafka", "redis", "otlp", "files", "ports", "machine"
 * remedy  NULL when nothing is to be done
 * status  what the program ends with for it; ignored unless level is TF_DOCTOR_ERROR
 */
void tf_doctor_say(struct tf_doctor *doctor, enum tf_doctor_level level, int status, const char *area, const char *remedy, const char *format, ...)
    TF_PRINTF(6, 7);

/** Folders and their space: there, ours to write to, not full. */
void tf_doctor_files(struct tf_doctor *doctor);
/** The address each role listens on: free, or held by that very role. */
void tf_doctor_ports(struct tf_doctor *doctor);
/** Limits of this process. */
void tf_doctor_limits(struct tf_doctor *doctor);
/** What answers at each server of the configuration. False: none does as it should, and asking on makes no sense. Blocks some seconds a server. */
bool tf_doctor_kafka(struct tf_doctor *doctor);
bool tf_doctor_redis(struct tf_doctor *doctor);
bool tf_doctor_otlp(struct tf_doctor *doctor);
/** Ask as a client, then try the addresses by which the cluster says its brokers are reached (advertised.listeners). False: it was refused. */
bool tf_doctor_brokers(struct tf_doctor *doctor);

#endif
