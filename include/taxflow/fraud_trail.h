/* Windows under keys that are not the event's own, for a rule that goes from one party to the next: a carousel. */
#ifndef TAXFLOW_FRAUD_TRAIL_H
#define TAXFLOW_FRAUD_TRAIL_H

#include "taxflow/fraud.h"

struct tf_fraud_trail {
    /*
     * What stands under a key around the event's time, the event's own left out; valid as long as the case. Empty where nothing stands, and
     * where nobody has fetched yet what other partitions hold: such a judgement is asked again.
     */
    struct tf_fraud_window (*look)(void *self, struct tf_hash16 key, int64_t window_ms);
    void *self;
};

#endif
