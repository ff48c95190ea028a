/* poolbench - compare pool strategies: prove that they agree, measure them, plot the comparison. */
#include "command/command.h"
#include "command/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
#define COMMAND(name, summary) {#name, summary, command_##name},
#include "command/commands.def"
#undef COMMAND
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static pid_t program; /* forked children must neither write this process's output nor end as it does */
static bool ignores_sigpipe;

static void print_help(void)
{
    printf(
        "Usage: poolbench COMMAND [OPTION...]\n"
        "Compare pool strategies behind one interface: prove that they agree, measure them, plot the comparison.\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    printf("\nExample: poolbench list strategies\n\n"
           "Each command has its own --help. Exit codes: 0 good, 1 found a failure, 2 usage, 3 inconclusive or\n"
           "interrupted, 4 this build or machine cannot.\n");
}

static int refuse_command(const char *name)
{
    struct nearest nearest = {.typed = name};

    for (size_t i = 0; i < COMMAND_COUNT; i++)
        nearest_try(&nearest, commands[i].name);
    if (nearest_name(&nearest))
        return failure(EXIT_USAGE, "there is no command '%.80s'; did you mean '%s'?", name, nearest_name(&nearest));
    return failure(EXIT_USAGE, "there is no command '%.80s'; poolbench --help lists them", name);
}

/* At exit, whoever calls it: results that did not reach their reader are a failure. */
static void close_output(void)
{
    if (getpid() != program)
        return;
    const bool failed = ferror(stdout) != 0;
    if (fclose(stdout) == 0 && !failed)
        return;
    message("cannot write to standard output: %s", errno ? strerror(errno) : "an earlier write failed");
    _exit(EXIT_CANNOT);
}

/* Workers and other programs get SIGPIPE as this process found it: only its own output wants EPIPE instead. */
static void restore_sigpipe(void)
{
    if (ignores_sigpipe)
        signal(SIGPIPE, SIG_DFL);
    ignores_sigpipe = false;
}

/*
 * No file that is opened later may become descriptor 0, 1 or 2, where a message would land in it; the lowest free
 * number is the one that open returns.
 */
static int fill_standard_descriptors(void)
{
    if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
        return EXIT_CANNOT;
    const bool closed = fcntl(STDOUT_FILENO, F_GETFD) < 0;
    if (closed && open("/dev/null", O_WRONLY) < 0)
        return EXIT_CANNOT;
    if (fcntl(STDERR_FILENO, F_GETFD) < 0 && open("/dev/null", O_WRONLY) < 0)
        return EXIT_CANNOT;
    return closed ? failure(EXIT_CANNOT, "standard output is closed; results need somewhere to go") : EXIT_GOOD;
}

static int prepare_process(void)
{
    program = getpid();
    const int code = fill_standard_descriptors();
    if (code)
        return code;
    ignores_sigpipe = signal(SIGPIPE, SIG_IGN) == SIG_DFL;
    if (pthread_atfork(NULL, NULL, restore_sigpipe) || atexit(close_output))
        return failure(EXIT_CANNOT, "no memory to start with");
    return EXIT_GOOD;
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

int main(int argc, char **argv)
{
    const int code = prepare_process();

    if (code)
        return code;
    if (argc < 2)
        return failure(EXIT_USAGE, "which command? poolbench --help lists them");
    if (is_one_of(argv[1], "--help", "-h", "help")) {
        print_help();
        return EXIT_GOOD;
    }
    if (is_one_of(argv[1], "--version", "-V", "version")) {
        printf("poolbench %s\n", POOLBENCH_VERSION);
        return EXIT_GOOD;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return refuse_command(argv[1]);
}
