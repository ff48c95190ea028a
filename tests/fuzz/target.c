#define _GNU_SOURCE
#include "target.h"

#include "command/command.h"

#include <stdlib.h>
#include <string.h>

void must(bool true_of_all, const char *what)
{
    if (true_of_all)
        return;
    fprintf(stderr, "fuzz: this must not be: %s\n", what);
    abort();
}

void must_be_reason(const char *why)
{
    must(why[0] && memchr(why, '\0', WHY_SIZE), "a refusal without a reason");
}

char *target_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    must(text, "no memory for the input");
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* Every line is a sentence of the program's, and plain text. */
static size_t count_sentences(const char *said)
{
    const char *mark = "poolbench: ";
    size_t count = 0;

    for (const char *line = said, *end; *line; line = end + 1, count++) {
        end = strchr(line, '\n');
        must(end && strncmp(line, mark, strlen(mark)) == 0, "a line that is no sentence");
        for (const char *c = line; c < end; c++)
            must((unsigned char)*c >= ' ' && *c != 127, "a control character in a sentence");
    }
    return count;
}

int target_listen(int (*command)(int argc, char **argv), int argc, char **argv, char **said)
{
    FILE *const out = stdout, *const err = stderr;
    size_t size = 0;

    *said = NULL;
    stdout = fopen("/dev/null", "w");
    stderr = open_memstream(said, &size);
    must(stdout && stderr, "no file for what a command prints");
    const int code = command(argc, argv);
    fclose(stdout);
    fclose(stderr);
    stdout = out;
    stderr = err;
    must(code >= EXIT_GOOD && code <= EXIT_CANNOT, "an exit code that poolbench has not");
    must(strlen(*said) == size, "a NUL byte in what a command says");
    return code;
}

int target_run(int (*command)(int argc, char **argv), int argc, char **argv)
{
    char *said;
    const int code = target_listen(command, argc, argv, &said);
    const size_t sentences = count_sentences(said);

    must(code != EXIT_USAGE || sentences == 1, "a refusal of more or less than one sentence");
    free(said);
    return code;
}
