/*
 * conform.h - proving that a strategy keeps the contract.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include "../command/catalogue.h"

/*
 * Run the quick proof that bench asks for before it believes a strategy's numbers; of a peer, that its results are
 * right is enough (docs/peers.md). why: the first failing clause.
 */
bool conform_prove(const struct chosen_strategy *, char why[WHY_SIZE]);
#endif
