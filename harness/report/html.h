/*
 * html.h - the small change of a page: texts that cannot turn into markup, values with their intervals, the frame.
 *
 * Errors: none; a failed write shows in the FILE.
 */
#ifndef HTML_H
#define HTML_H

#include "../pure/stats.h"

#include <stdio.h>

void html_begin(FILE *, const char *title); /* up to <body>, with the style; no script, nothing from elsewhere */
void html_end(FILE *);

/* Any text, from anybody: what has a meaning in HTML is escaped, control characters become '?'. NULL: nothing. */
void html_text(FILE *, const char *text);

/* printf, then as html_text. */
__attribute__((format(printf, 2, 3))) void html_print(FILE *, const char *format, ...);

/* <th>TEXT</th> for each, ended by NULL; "<TEXT" stands to the left. */
void html_heads(FILE *, const char *const *heads);

/*
 * "1.52 us ± 1.2 %"; wide intervals as their ends. Infinite values are bounds: at or below smallest, at or above
 * largest, or infinite indeed where these are NAN.
 */
void html_estimate(FILE *, const struct stats_median *, const char *unit, double smallest, double largest);

/* A picture as part of the page. */
void html_picture(FILE *, const char *title, const char *svg, size_t size);
#endif
