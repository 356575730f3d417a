/* What can be seen without asking anybody: folders, space, addresses, limits. */
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include "doctor.h"
#include "wire.h"

enum { SPACE_MIB_MIN = 1024, FILES_MIN = 4096, TEXT_BYTES = 600 };

static bool runs(const struct tf_doctor *doctor, const char *role)
{
    const char *own = doctor->config->role;
    return !own || strcmp(own, "all") == 0 || strncmp(own, role, strlen(role)) == 0;
}

/* ---- Folders ---- */

static void check_space(struct tf_doctor *doctor, const char *option, const char *path)
{
    struct statvfs space;
    char remedy[TEXT_BYTES];
    if (statvfs(path, &space) != 0)
        return;
    uint64_t mib = (uint64_t)space.f_bavail * space.f_frsize >> 20;
    snprintf(remedy, sizeof remedy, "free some, or set %s to a folder of another disk", option);
    if (space.f_flag & ST_RDONLY)
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_NOPERM, "files", "mount it read-write, or name another folder", "%s: %s is on a read-only file system", option, path);
    else if (mib == 0)
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_UNAVAILABLE, "files", remedy, "%s: the disk of %s is full", option, path);
    else if (mib < SPACE_MIB_MIN)
        tf_doctor_say(doctor, TF_DOCTOR_ADVICE, 0, "files", remedy, "%s: %" PRIu64 " MiB are left on the disk of %s", option, mib, path);
}

static void check_folder(struct tf_doctor *doctor, const char *option, const char *path)
{
    struct stat found;
    char remedy[TEXT_BYTES];
    if (path[0] == '\0')
        return;
    if (stat(path, &found) != 0) {
        snprintf(remedy, sizeof remedy, "install -d -o taxflow -g taxflow -m 0770 %s, or set %s to a folder that is there", path, option);
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, errno == EACCES ? EX_NOPERM : EX_CONFIG, "files", remedy, "%s: %s: %s", option, path, strerror(errno));
    } else if (!S_ISDIR(found.st_mode)) {
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_CONFIG, "files", "name a folder", "%s: %s is no folder", option, path);
    } else if (access(path, R_OK | W_OK | X_OK) != 0) {
        snprintf(remedy, sizeof remedy, "chown taxflow:taxflow %s, or run taxflow as the user that it belongs to (%u)", path, (unsigned)found.st_uid);
        if (errno == EROFS)
            snprintf(remedy, sizeof remedy, "mount it read-write, or set %s to another folder", option);
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_NOPERM, "files", remedy, "%s: %s cannot be written to by user %u: %s", option, path, (unsigned)geteuid(),
                      strerror(errno));
    } else {
        tf_doctor_say(doctor, TF_DOCTOR_OK, 0, "files", NULL, "%s: %s can be written to", option, path);
        check_space(doctor, option, path);
    }
}

void tf_doctor_files(struct tf_doctor *doctor)
{
    const char *runtime = getenv("RUNTIME_DIRECTORY");
    if (runs(doctor, "collector")) {
        check_folder(doctor, "collector.watch_dir", doctor->config->collector.watch_dir);
        check_folder(doctor, "collector.archive_dir", doctor->config->collector.archive_dir);
    }
    if (runtime)
        check_folder(doctor, "$RUNTIME_DIRECTORY", runtime);
}

/* ---- Addresses ---- */

/* Zero, or why the address cannot be listened on. */
static int try_listening(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    int problem = 0;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        return EADDRNOTAVAIL;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 1) != 0)
        problem = errno;
    if (fd >= 0)
        close(fd);
    freeaddrinfo(found);
    return problem;
}

static void check_port(struct tf_doctor *doctor, const char *role, const char *listen_on)
{
    char text[TEXT_BYTES], remedy[TEXT_BYTES];
    const char *host, *port;
    if (!runs(doctor, role))
        return;
    snprintf(text, sizeof text, "%s", listen_on);
    tf_wire_split(text, "0", &host, &port);
    int problem = try_listening(host, port);
    snprintf(remedy, sizeof remedy, "end what holds it (ss -ltnp 'sport = :%s'), or set %s.listen to another port", port, role);
    if (problem == 0)
        tf_doctor_say(doctor, TF_DOCTOR_OK, 0, "ports", NULL, "%s.listen %s is free", role, listen_on);
    else if (problem == EADDRINUSE && tf_wire_identify(host, port, TF_WIRE_HTTP) == TF_WIRE_HTTP)
        tf_doctor_say(doctor, TF_DOCTOR_ADVICE, 0, "ports", remedy, "%s.listen %s is taken by an HTTP server: the role itself, if it runs", role, listen_on);
    else if (problem == EADDRINUSE)
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_CONFIG, "ports", remedy, "%s.listen %s is taken by another program", role, listen_on);
    else if (problem == EACCES)
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_NOPERM, "ports", "take a port above 1023", "%s.listen %s: only root may listen there", role, listen_on);
    else
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_CONFIG, "ports", "name an address of this machine (ip -brief address)", "%s.listen %s: %s", role, listen_on,
                      strerror(problem));
}

void tf_doctor_ports(struct tf_doctor *doctor)
{
    check_port(doctor, "collector", doctor->config->collector.listen);
    check_port(doctor, "tax", doctor->config->tax.listen);
    check_port(doctor, "fraud", doctor->config->fraud.listen);
    check_port(doctor, "monitor", doctor->config->monitor.listen);
}

/* ---- Limits ---- */

void tf_doctor_limits(struct tf_doctor *doctor)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    if (files.rlim_cur < FILES_MIN)
        tf_doctor_say(doctor, TF_DOCTOR_ADVICE, 0, "machine", "LimitNOFILE=65536 in the unit, or ulimit -n 65536",
                      "%llu open files are allowed: %d connections over HTTP and those to brokers may need more", (unsigned long long)files.rlim_cur,
                      (int)doctor->config->http.connections);
    else
        tf_doctor_say(doctor, TF_DOCTOR_OK, 0, "machine", NULL, "%llu open files are allowed", (unsigned long long)files.rlim_cur);
}
