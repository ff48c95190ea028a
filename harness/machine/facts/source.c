/* The commit of the source tree that this program was built from, where that tree is still there. */
#include "gather.h"

#include "program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GIT_TIMEOUT_NS 5000000000

static bool git(const char *folder, const char *const words[3], char *text, size_t size, char why[WHY_SIZE])
{
    /* No optional locks: looking must not write into the tree. */
    const char *const argv[] = {"git", "--no-optional-locks", "-C", folder, words[0], words[1], words[2], NULL};

    return program_output(argv, GIT_TIMEOUT_NS, text, size, why);
}

static void put_nothing(struct gather *g, const char *why)
{
    gather_put_null(g, "commit", "%s", why);
    gather_put_null(g, "dirty", "%s", why);
}

void gather_source(struct gather *g, const char *folder)
{
    char path[4096], text[256], why[WHY_SIZE];

    /* git would look further up, and name the commit of whatever tree this one lies in. */
    snprintf(path, sizeof path, "%s/.git", folder);
    if (access(path, F_OK) != 0) {
        put_nothing(g, "the source tree is not there, or is not a git checkout");
        return;
    }
    if (!git(folder, (const char *const[3]){"rev-parse", "--verify", "HEAD"}, text, sizeof text, why)) {
        put_nothing(g, why);
        return;
    }
    text[strcspn(text, "\n")] = '\0';
    gather_put_text(g, "commit", text);
    if (!git(folder, (const char *const[3]){"status", "--porcelain", "--untracked-files=no"}, text, sizeof text, why))
        gather_put_null(g, "dirty", "%s", why);
    else
        gather_put(g, "dirty", json_boolean(text[0] != '\0'));
}
