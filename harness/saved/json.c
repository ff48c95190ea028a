#include "json.h"

#include "files.h"

#include <errno.h>
#include <stdlib.h>

enum { SIZE_MAX_BYTES = 16 << 20, PARTS_MAX = 200000 };

/* Empty lists and objects take a hundred times more memory than text; no file of poolbench has so many. */
static bool is_bearable(const char *text, size_t size)
{
    size_t parts = 0;

    for (size_t i = 0; i < size; i++)
        parts += text[i] == '{' || text[i] == '[';
    return parts <= PARTS_MAX;
}

json_t *json_read(const char *path, char why[WHY_SIZE])
{
    json_error_t error;
    json_t *json = NULL;
    char *text;
    size_t size;

    if (!files_read(path, SIZE_MAX_BYTES, &text, &size, why))
        return NULL;
    if (!is_bearable(text, size))
        files_refuse(why, "read", path, EFBIG);
    else if (!(json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error)))
        snprintf(why, WHY_SIZE, "%.100s, line %d: this is no JSON, or the file is cut short", path, error.line);
    free(text);
    return json;
}
