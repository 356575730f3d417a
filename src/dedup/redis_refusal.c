#include "redis_refusal.h"

struct refusal {
    const char *start; /* how the reply begins; ends at a word's end */
    enum tf_err err;
    const char *words;
};

/* The longer start stands before the shorter. Words of Redis 7: src/server.c createSharedObjects(), src/acl.c, src/cluster.c. */
static const struct refusal refusals[] = {
    {"LOADING", TF_E_UNAVAILABLE, "is loading its data after a start; it answers when that is done"},
    {"READONLY", TF_E_UNAVAILABLE, "is a read-only replica; name the primary in redis.servers"},
    {"OOM", TF_E_UNAVAILABLE, "has no memory left for claims; raise its maxmemory or lower redis.window_s"},
    {"MISCONF", TF_E_UNAVAILABLE, "cannot save to disk and refuses writes; see its log and make room on its disk"},
    {"MASTERDOWN", TF_E_UNAVAILABLE, "is a replica that lost its primary; name the primary in redis.servers"},
    {"NOREPLICAS", TF_E_UNAVAILABLE, "has fewer replicas than its min-replicas-to-write"},
    {"CLUSTERDOWN", TF_E_UNAVAILABLE, "belongs to a cluster that is down"},
    {"TRYAGAIN", TF_E_UNAVAILABLE, "moves slots between nodes at the moment"},
    {"BUSY", TF_E_UNAVAILABLE, "is busy with a script; end it with SCRIPT KILL"},
    {"NOAUTH", TF_E_CONFIG, "asks for a password; set redis.password_file"},
    {"WRONGPASS", TF_E_CONFIG, "refuses the password in redis.password_file"},
    {"NOPERM", TF_E_CONFIG, "does not let this user run what claims need; grant SET, GET, PING and INFO on the keys of the topic prefix"},
    {"DENIED", TF_E_CONFIG, "runs in protected mode; set a password there and redis.password_file here"},
    {"MOVED", TF_E_CONFIG, "is a node of a Redis Cluster; claims need one primary, with replicas if wanted"},
    {"ASK", TF_E_CONFIG, "is a node of a Redis Cluster; claims need one primary, with replicas if wanted"},
    {"WRONGTYPE", TF_E_CONFIG, "holds another program's key under our prefix; give taxflow a Redis or a topic prefix of its own"},
    {"ERR max number of clients reached", TF_E_UNAVAILABLE, "has no room for another client; raise its maxclients"},
    {"ERR AUTH", TF_E_CONFIG, "has no password set; empty redis.password_file or set one there"},
    {"ERR Client sent AUTH", TF_E_CONFIG, "has no password set; empty redis.password_file or set one there"},
    {"ERR invalid password", TF_E_CONFIG, "refuses the password in redis.password_file"},
    {"ERR syntax error", TF_E_CONFIG, "does not know SET with NX and GET together; Redis 7.0 or newer is needed"},
    {"ERR unknown command", TF_E_CONFIG, "lacks a command that claims need; SET, GET, PING and INFO must not be renamed"},
};

static bool begins(struct tf_str text, struct tf_str start)
{
    bool ends_word = text.len == start.len || (text.len > start.len && strchr(" ,.'`:\r\n", text.ptr[start.len]));
    return ends_word && memcmp(text.ptr, start.ptr, start.len) == 0;
}

/* Capitals at the start, as Redis marks its errors; 0 for anything else. */
static size_t code_length(struct tf_str text)
{
    size_t length = 0;
    while (length < text.len && length < 32 && text.ptr[length] >= 'A' && text.ptr[length] <= 'Z')
        length++;
    return length;
}

enum tf_err tf_redis_refusal_read(const char *server, struct tf_str text, struct tf_fault *fault)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (begins(text, tf_str_of(refusals[i].start)))
            return tf_fault_set(fault, refusals[i].err, "Redis at %s %s", server, refusals[i].words);
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "Redis at %s answered with error %.*s; see its log", server, (int)code_length(text),
                        text.len ? text.ptr : "");
}
