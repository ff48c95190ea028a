/*
 * command.h - the subcommands and what they share: exit codes and messages.
 *
 * Errors: a command returns its exit code; by then it has said on stderr, in one sentence, what went wrong.
 */
#ifndef COMMAND_H
#define COMMAND_H

enum exit_code {
    EXIT_GOOD = 0,
    EXIT_FOUND = 1,        /* a failed clause, a regression */
    EXIT_USAGE = 2,        /* the arguments are wrong */
    EXIT_INCONCLUSIVE = 3, /* interrupted, or the numbers do not say */
    EXIT_CANNOT = 4,       /* this build or machine cannot */
};

/* argv[0] is the subcommand's name. Each lives in harness/command/NAME.c and parses its options with argp. */
int command_list(int argc, char **argv);
int command_machine(int argc, char **argv);
int command_conform(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_plot(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_advise(int argc, char **argv);
int command_report(int argc, char **argv);

/* "poolbench: SENTENCE\n" on stderr. */
__attribute__((format(printf, 1, 2))) void message(const char *format, ...);

/* message, then return code: `return failure(EXIT_USAGE, "...")`. */
__attribute__((format(printf, 2, 3))) int failure(int code, const char *format, ...);
#endif
