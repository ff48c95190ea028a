/* The clauses and their cases, as text and as the tables of docs/contract.md. */
#include "list_clauses.h"

#include "../conform/clauses.h"

#include <stdbool.h>
#include <stdio.h>

/* What the clauses of a letter are about. */
static const struct {
    char letter;
    const char *title;
} chapters[] = {
    {'A', "Creation and size"},
    {'B', "map"},
    {'C', "starmap"},
    {'D', "Chunks"},
    {'E', "No items"},
    {'F', "imap"},
    {'G', "imap, unordered"},
    {'H', "apply"},
    {'I', "Handles and callbacks"},
    {'J', "Errors of tasks"},
    {'K', "Lost workers"},
    {'L', "Time-outs of items"},
    {'M', "Initializers"},
    {'N', "Recycling"},
    {'O', "Close, terminate, join"},
    {'P', "Pools inside tasks"},
    {'Q', "Forked children"},
    {'R', "Signals and children of the host"},
    {'S', "Leaks"},
    {'U', "Size"},
    {'W', "Many pools"},
    {'X', "Many threads on one pool"},
    {'Y', "Determinism"},
    {'Z', "Parallelism"},
};

static const char *chapter_title(char letter)
{
    for (size_t i = 0; i < sizeof chapters / sizeof *chapters; i++)
        if (chapters[i].letter == letter)
            return chapters[i].title;
    return "Others";
}

void list_clauses_text(void)
{
    puts("clauses of the contract (R required, C:x required with capability x, S stochastic, O optional)");
    for (size_t i = 0; i < clause_count; i++) {
        printf("  %-4s %-9s %s\n", clauses[i].id, clause_level_text(&clauses[i]), clauses[i].promise);
        for (size_t k = 0; k < conform_case_count; k++)
            if (conform_cases[k].clause == &clauses[i])
                printf("                 %s\n", conform_cases[k].name);
    }
}

/* A table's cell: a bar would end it. */
static void print_cell(const char *text)
{
    for (; *text; text++)
        printf(*text == '|' ? "\\%c" : "%c", *text);
}

static void print_row(const struct clause *clause)
{
    const char *separator = "";

    printf("| %s | %s | ", clause->id, clause_level_text(clause));
    print_cell(clause->promise);
    fputs(" | ", stdout);
    for (size_t k = 0; k < conform_case_count; k++)
        if (conform_cases[k].clause == clause) {
            printf("%s`%s`", separator, conform_cases[k].name);
            separator = "<br>";
        }
    puts(" |");
}

static void print_chapter(char letter)
{
    bool begun = false;

    for (size_t i = 0; i < clause_count; i++) {
        if (clauses[i].id[0] != letter)
            continue;
        if (!begun)
            printf("\n### %c. %s\n\n| clause | level | promise | cases |\n|---|---|---|---|\n", letter,
                   chapter_title(letter));
        begun = true;
        print_row(&clauses[i]);
    }
}

void list_clauses_markdown(void)
{
    for (char letter = 'A'; letter <= 'Z'; letter++)
        print_chapter(letter);
    printf("\n%zu clauses, %zu cases.\n", clause_count, conform_case_count);
}
