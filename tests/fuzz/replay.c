/* Feed a target with every file of the folders that are named: what found something once, and what reaches far. */
#include "target.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static size_t fed;

static void feed(const char *folder, const char *name)
{
    static uint8_t bytes[1 << 20];
    char path[1024];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    must(f, "a file of the corpus that cannot be read");
    const size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    printf("%s\n", path); /* the last one is the culprit */
    fflush(stdout);
    LLVMFuzzerTestOneInput(bytes, size);
    fed++;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        must(folder, "a corpus that is no folder");
        for (const struct dirent *e; (e = readdir(folder));)
            if (e->d_name[0] != '.')
                feed(argv[i], e->d_name);
        closedir(folder);
    }
    printf("%zu inputs\n", fed);
    return fed == 0;
}
