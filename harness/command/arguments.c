#include "arguments.h"

#include "command.h"
#include "nearest.h"

#include <stdio.h>
#include <string.h>

/* One parse: what the subcommand's parser wants, and what went wrong. */
struct parse {
    const struct argp *argp;
    void *input;
    char name[64];     /* "poolbench list" */
    const char *extra; /* the argument that nobody wants */
    bool said;         /* the subcommand's parser has said its sentence */
};

static const struct argp_option *find_long(const struct argp_option *options, const char *name, size_t length)
{
    for (; options && (options->name || options->key || options->doc); options++)
        if (options->name && strlen(options->name) == length && strncmp(options->name, name, length) == 0)
            return options;
    return NULL;
}

static const struct argp_option *find_short(const struct argp_option *options, int key)
{
    for (; options && (options->name || options->key || options->doc); options++)
        if (options->key == key)
            return options;
    return NULL;
}

static void say_bad_long(const struct argp_option *options, const char *text)
{
    const char *name = text + 2;
    const size_t length = strcspn(name, "=");
    const struct argp_option *option = find_long(options, name, length);
    char typed[64];

    if (option) {
        message("option --%s %s", option->name, option->arg ? "needs a value" : "takes no value");
        return;
    }
    snprintf(typed, sizeof typed, "%.*s", (int)length, name);
    struct nearest nearest = {.typed = typed};
    for (; options && (options->name || options->key || options->doc); options++)
        if (options->name)
            nearest_try(&nearest, options->name);
    const char *meant = nearest_name(&nearest);
    if (meant)
        message("there is no option --%s; did you mean --%s?", typed, meant);
    else
        message("there is no option --%s; --help lists them", typed);
}

static void say_bad_short(const struct argp_option *options, const char *text)
{
    const struct argp_option *option = find_short(options, text[1]);

    if (option && option->arg && !text[2])
        message("option %s needs a value", text);
    else
        message("there is no option in '%s'; --help lists them", text);
}

static void say_error(const struct parse *p, const struct argp_state *state)
{
    const int last = state->next - 1;
    const char *text = last > 0 && last < state->argc ? state->argv[last] : "";

    if (p->extra)
        message("argument '%s' is one too many; --help shows the usage", p->extra);
    else if (strncmp(text, "--", 2) == 0)
        say_bad_long(p->argp->options, text);
    else if (text[0] == '-')
        say_bad_short(p->argp->options, text);
    else if (state->next < state->argc)
        say_bad_short(p->argp->options, state->argv[state->next]);
    else
        message("the arguments are not complete; --help shows the usage");
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
    struct parse *p = state->input;

    if (key == ARGP_KEY_INIT)
        state->name = p->name;
    if (key == ARGP_KEY_ERROR && !p->said)
        say_error(p, state);
    state->input = p->input;
    const error_t error = p->argp->parser(key, arg, state);
    state->input = p;
    if (error == ARGP_ERR_UNKNOWN && key == ARGP_KEY_ARG)
        p->extra = arg;
    else if (error && error != ARGP_ERR_UNKNOWN)
        p->said = true;
    return error;
}

/* "--help" or "--usage", which ARGP_NO_ERRS would silence: print and exit. */
static void help_if_asked(const struct argp *argp, int argc, char **argv, struct parse *p)
{
    char *arguments[] = {p->name, NULL, NULL};

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            arguments[1] = "--help";
        if (strcmp(argv[i], "--usage") == 0)
            arguments[1] = "--usage";
    }
    if (arguments[1])
        argp_parse(argp, 2, arguments, 0, NULL, p);
}

bool arguments_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    struct parse p = {.argp = argp, .input = input};
    struct argp wrapped = *argp;

    snprintf(p.name, sizeof p.name, "poolbench %s", argv[0]);
    wrapped.parser = parse_one;
    help_if_asked(&wrapped, argc, argv, &p);
    return argp_parse(&wrapped, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &p) == 0;
}
