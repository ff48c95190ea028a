#include "progress.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_MAX = 30, LINE_MAX_BYTES = 256 };
static const int64_t TERMINAL_PERIOD_NS = 100000000, PLAIN_PERIOD_NS = 10000000000;

void progress_start(struct progress *p, size_t total)
{
    const int64_t now = clock_now_ns();

    *p = (struct progress){isatty(STDERR_FILENO) == 1, now, now - PLAIN_PERIOD_NS, total};
}

/* "1:05" */
static void format_left(int64_t left_ns, char *text, size_t size)
{
    const double left_s = (double)left_ns / 1e9;

    if (left_ns < 0)
        snprintf(text, size, "?");
    else
        snprintf(text, size, "%.0f:%02d", (double)((long)(left_s + 0.5) / 60), (int)((long)(left_s + 0.5) % 60));
}

const char *progress_line(size_t done, size_t total, int64_t left_ns, const char *what, size_t width, char *text,
                          size_t size)
{
    char left[32], bar[BAR_MAX + 1] = "";
    const size_t room = width > 40 ? width - 40 : 0, bar_width = room / 2 < BAR_MAX ? room / 2 : BAR_MAX;
    const size_t full = total ? bar_width * done / total : 0;

    format_left(left_ns, left, sizeof left);
    memset(bar, '#', full);
    memset(bar + full, '.', bar_width - full);
    const int percent = total ? (int)(100 * done / total) : 100;
    const int n = snprintf(text, size, "%s%s%s%3d%% %zu/%zu, %s left  %s", bar_width ? "[" : "", bar,
                           bar_width ? "] " : "", percent, done, total, left, what);
    if (n > 0 && width > 0 && width < size && (size_t)n > width)
        text[width] = '\0';
    return text;
}

static size_t terminal_width(void)
{
    struct winsize w;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1 ? (size_t)w.ws_col - 1 : 79;
}

bool progress_is_due(const struct progress *p)
{
    return clock_now_ns() - p->shown_ns >= (p->terminal ? TERMINAL_PERIOD_NS : PLAIN_PERIOD_NS);
}

void progress_show_left(struct progress *p, size_t done, size_t total, int64_t left_ns, const char *what)
{
    char line[LINE_MAX_BYTES];

    if (!progress_is_due(p))
        return;
    p->shown_ns = clock_now_ns();
    progress_line(done, total, left_ns, what, p->terminal ? terminal_width() : 0, line, sizeof line);
    fprintf(stderr, p->terminal ? "\r%s\033[K" : "%s\n", line);
    fflush(stderr);
}

void progress_show(struct progress *p, size_t done, const char *what)
{
    const double elapsed_ns = (double)(clock_now_ns() - p->start_ns);
    const double left_ns = done ? elapsed_ns * (double)(p->total - done) / (double)done : -1;

    progress_show_left(p, done, p->total, (int64_t)left_ns, what);
}

void progress_clear(struct progress *p)
{
    if (p->terminal)
        fputs("\r\033[K", stderr);
    p->shown_ns = 0;
}
