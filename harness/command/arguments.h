/*
 * arguments.h - a subcommand's options, through glibc's argp, with errors of one sentence.
 *
 * A parser that refuses a value says why with message() or failure(), and returns EINVAL; arguments_parse says the
 * rest: unknown options (with the nearest), missing values, arguments too many. argp_error stays silent here.
 *
 * Errors: false, after the sentence; the subcommand returns EXIT_USAGE then.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <argp.h>
#include <stdbool.h>

/*
 * Parse argv[1..] with `argp`, which has no children; argv[0] is the subcommand's name. `--help` prints and exits.
 * input reaches the parser as state->input.
 */
bool arguments_parse(const struct argp *argp, int argc, char **argv, void *input);
#endif
