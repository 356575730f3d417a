/* doctor: first what can be seen here, then who answers, then what they say of themselves (as check --online does). */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <sysexits.h>

#include "../check.h"

void tf_doctor_say(struct tf_doctor *doctor, enum tf_doctor_level level, int status, const char *area, const char *remedy, const char *format, ...)
{
    static const char *const words[] = {"ok", "advice", "error"};
    va_list arguments;
    printf("%-7s %-7s ", words[level], area);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    if (remedy)
        printf("%-7s %-7s %s\n", "", "try", remedy);
    if (level == TF_DOCTOR_ERROR && doctor->status == EX_OK)
        doctor->status = status;
}

/* A service that nobody could reach is not asked further: one cause, one finding. */
static void ask_services(struct tf_doctor *doctor)
{
    struct tf_check check = {.config = doctor->config};
    if (tf_doctor_kafka(doctor) && tf_doctor_brokers(doctor))
        tf_check_kafka(&check);
    if (tf_doctor_redis(doctor))
        tf_check_redis(&check);
    int otlp = doctor->config->otel.enabled && tf_doctor_otlp(doctor) ? tf_check_otlp(doctor->config) : EX_OK;
    if (doctor->status == EX_OK)
        doctor->status = check.status ? check.status : otlp;
}

int tf_cmd_doctor(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    int status = tf_check_configuration(cli, &source);
    if (!source)
        return status;
    struct tf_doctor doctor = {.config = tf_config_get(source), .status = status};
    tf_doctor_limits(&doctor);
    tf_doctor_files(&doctor);
    tf_doctor_ports(&doctor);
    if (!doctor.config->kafka.embedded)
        ask_services(&doctor);
    puts(doctor.status == EX_OK ? "nothing is in the way" : "the errors above are in the way");
    tf_config_destroy(source);
    return doctor.status;
}
