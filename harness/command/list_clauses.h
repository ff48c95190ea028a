/*
 * list_clauses.h - the clauses of the contract with their cases, as `poolbench list clauses` shows them.
 *
 * Errors: none; what stdout does not take, main notices at the end.
 */
#ifndef LIST_CLAUSES_H
#define LIST_CLAUSES_H

void list_clauses_text(void);

/* The tables of docs/contract.md. */
void list_clauses_markdown(void);
#endif
