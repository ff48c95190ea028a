/*
 * breakeven.h - after how many calls a pool that lives beats workers that are born for every call.
 *
 * Errors: none.
 */
#ifndef BREAKEVEN_H
#define BREAKEVEN_H

/*
 * The least whole number k >= 1 for which life_ns + k * call_ns <= k * fresh_ns. INFINITY: never.
 *
 * life_ns  create, and close and join.
 * call_ns  a call of the living pool; fresh_ns  the same call by fresh workers, their birth and end included.
 */
double breakeven_calls(double life_ns, double call_ns, double fresh_ns);
#endif
