#include "cli.h"

/* jemalloc reads this: memory that a burst needed goes back to the system within a second, not ten. */
extern const char *malloc_conf;
const char *malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";

int main(int argc, char **argv)
{
    return tf_cli_main(argc, argv);
}
