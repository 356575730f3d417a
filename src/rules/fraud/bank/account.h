/* Bank accounts as rules compare them. */
#ifndef TAXFLOW_RULES_FRAUD_ACCOUNT_H
#define TAXFLOW_RULES_FRAUD_ACCOUNT_H

#include "taxflow/fraud.h"

enum { TF_ACCOUNT_BYTES = 64 };
/** Letters and digits of an account, upper case, the first TF_ACCOUNT_BYTES of them; absent when there are none. The view is into room. */
struct tf_str tf_account_into(struct tf_str account, char room[TF_ACCOUNT_BYTES]);

#endif
