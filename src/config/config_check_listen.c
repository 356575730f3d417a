#include "config_address.h"
#include "config_check.h"

struct listener {
    const char *role;
    const struct tf_option *option;
    const char *text;
    struct tf_config_address address;
    bool valid;
};
enum { LISTENERS_COUNT = 4 };

static void parse(struct tf_config_source *source, struct listener *listener)
{
    const char *problem = tf_config_address_parse(tf_str_of(listener->text), &listener->address);
    bool foreign_name = !problem && listener->address.kind == TF_HOST_NAME && !listener->address.loopback;
    if (foreign_name)
        problem = "must name an address of this machine: 127.0.0.1, [::1], localhost, 0.0.0.0 or [::]";
    listener->valid = problem == NULL;
    if (problem)
        tf_config_source_option_error(source, listener->option, "%s.listen %s", listener->role, problem);
}

/* A role that nobody named may be any: `taxflow check` without one judges all four. */
static bool may_run(const struct tf_config_source *source, const struct listener *listener)
{
    return !source->config.role || tf_config_source_runs(source, listener->role);
}

static void check_exposure(struct tf_config_source *source, const struct listener *listener)
{
    bool guarded = source->config.http.token_file[0] != '\0';
    if (listener->valid && !listener->address.loopback && !guarded && may_run(source, listener))
        tf_config_source_option_error(source, listener->option,
                                      "%s.listen is beyond loopback and nobody would be asked for a token: set http.token_file, or "
                                      "listen on 127.0.0.1:%u",
                                      listener->role, listener->address.port);
}

/* Two servers of one process; whether 127.0.0.1 and ::1 would collide depends on the system, so the port decides. */
static void check_twins(struct tf_config_source *source, const struct listener listeners[LISTENERS_COUNT], size_t second)
{
    const struct listener *later = &listeners[second];
    for (size_t first = 0; first < second; first++) {
        const struct listener *earlier = &listeners[first];
        if (earlier->valid && later->valid && later->address.port != 0 && earlier->address.port == later->address.port) {
            tf_config_source_option_error(source, later->option, "%s.listen and %s.listen have the same port %u: role all needs four",
                                          later->role, earlier->role, later->address.port);
            return;
        }
    }
}

void tf_config_check_listen(struct tf_config_source *source)
{
    const struct tf_config *config = &source->config;
    struct listener listeners[LISTENERS_COUNT] = {
        {.role = "collector", .option = TF_OPTION(collector.listen), .text = config->collector.listen},
        {.role = "fraud", .option = TF_OPTION(fraud.listen), .text = config->fraud.listen},
        {.role = "tax", .option = TF_OPTION(tax.listen), .text = config->tax.listen},
        {.role = "monitor", .option = TF_OPTION(monitor.listen), .text = config->monitor.listen},
    };
    for (size_t i = 0; i < LISTENERS_COUNT; i++) {
        parse(source, &listeners[i]);
        check_exposure(source, &listeners[i]);
        if (tf_str_is(tf_str_of(config->role), "all"))
            check_twins(source, listeners, i);
    }
}
