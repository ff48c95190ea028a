/* conform --replay's commands: what is read is written as a text that reads as the same. */
#include "conform/random/sequence.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = target_text(data, size), why[WHY_SIZE] = "";
    struct sequence_command *commands, *again = NULL;
    size_t count, count_again = 0;

    if (sequence_read(text, &commands, &count, why)) {
        char *written = sequence_write(commands, count);
        must(written && sequence_read(written, &again, &count_again, why),
             "commands that are refused once they are written");
        must(count == count_again && memcmp(commands, again, count * sizeof *again) == 0, "commands that change");
        free(again);
        free(written);
        free(commands);
    } else
        must_be_reason(why);
    free(text);
    return 0;
}
