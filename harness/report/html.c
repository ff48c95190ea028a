#include "html.h"

#include "../command/units.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light "
    "dark;--page:#f6f7f9;--card:#fff;--ink:#1c2733;--soft:#5b6876;--line:#dfe4ea;--accent:#0b62c4;"
    "--good:#12703c;--good-bg:#e3f5ea;--warn:#8a5300;--warn-bg:#fff3d9;--bad:#a3221b;--bad-bg:#fde7e5}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#11161c;--card:#1a2129;--ink:#e3e9ef;--soft:#98a5b3;--line:#2e3843;"
    "--accent:#6cb2ff;--good:#7fd6a0;--good-bg:#153524;--warn:#f0c069;--warn-bg:#3a2c10;--bad:#ff9a92;--bad-bg:#431b19}"
    "\n"
    "figure img{filter:invert(.9) hue-rotate(180deg)}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,"
    "'DejaVu Sans',sans-serif}\n"
    "header,main{max-width:74rem;margin:0 auto;padding:0 1.25rem}\n"
    "header{padding-top:1.75rem}\nh1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}\n"
    "h2{font-size:1.2rem;margin:2.25rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}\n"
    "h3{font-size:1rem;margin:1.25rem 0 "
    ".4rem}\nh2::first-letter,h3::first-letter{text-transform:uppercase}\np{margin:.4rem 0;max-width:60rem}\n"
    ".soft,caption,figcaption,small{color:var(--soft)}\nsmall{font-size:.82em}\n"
    "nav{margin:.75rem 0 0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}\na{color:var(--accent)}\n"
    ".note{border-left:4px solid;border-radius:4px;padding:.55rem .9rem;margin:.6rem 0}\n"
    ".note p{margin:.1rem 0}\n"
    ".good{color:var(--good);background:var(--good-bg)}\n.warn{color:var(--warn);background:var(--warn-bg)}\n"
    ".bad{color:var(--bad);background:var(--bad-bg)}\n.note b{color:inherit}\n"
    ".dense{font-size:.85em}.dense td,.dense th{padding:.2rem .45rem}.dense "
    "td.left{white-space:normal;min-width:7rem}.dense thead th{white-space:normal}\n"
    ".wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:6px;margin:.5rem 0}\n"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.32rem .7rem;text-align:right;white-space:nowrap;border-top:1px solid "
    "var(--line);vertical-align:top}\n"
    "thead th{border-top:0;color:var(--soft);font-weight:600;font-size:.86em;background:color-mix(in srgb,var(--card) "
    "92%,"
    "var(--ink));vertical-align:bottom}\n"
    "th:first-child,td:first-child,.left{text-align:left}\ntd small{display:block;line-height:1.3}\n"
    "tbody th{font-weight:500}\n.wrap{white-space:normal}\ntd.first{background:var(--good-bg)}\n"
    "td.first small{color:var(--good)}\n"
    "details{margin:.4rem 0}\nsummary{cursor:pointer;color:var(--accent)}\n"
    ".pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(30rem,100%),1fr));gap:1rem}\n"
    "figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem}\n"
    "figure.whole{grid-column:1/-1}\nfigure img{display:block;width:100%;height:auto}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:.5rem 0}\n"
    "dt{color:var(--soft)}\ndd{margin:0;overflow-wrap:anywhere}\nfooter{margin:3rem 0 2rem;font-size:.86em}\n"
    "@media print{body{background:#fff}details>*{display:block}.wide{overflow:visible}}\n";

void html_begin(FILE *f, const char *title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
          "img-src data:\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          f);
    html_text(f, title);
    fprintf(f, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

void html_end(FILE *f)
{
    fputs("</body>\n</html>\n", f);
}

void html_text(FILE *f, const char *text)
{
    for (; text && *text; text++)
        switch (*text) {
        case '&': fputs("&amp;", f); break;
        case '<': fputs("&lt;", f); break;
        case '>': fputs("&gt;", f); break;
        case '"': fputs("&quot;", f); break;
        case '\'': fputs("&#39;", f); break;
        default: fputc((unsigned char)*text < ' ' || *text == 127 ? '?' : *text, f);
        }
}

void html_print(FILE *f, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    html_text(f, text);
}

void html_heads(FILE *f, const char *const *heads)
{
    fputs("<thead><tr>", f);
    for (; *heads; heads++) {
        const bool left = **heads == '<';
        fputs(left ? "<th class=\"left\">" : "<th>", f);
        html_text(f, *heads + left);
        fputs("</th>", f);
    }
    fputs("</tr></thead>\n", f);
}

static void print_value(FILE *f, double value, const char *unit, double smallest, double largest)
{
    const double bound = value < 0 ? smallest : largest;
    char text[32];

    if (isnan(value))
        fputs("-", f);
    else if (isinf(value) && isnan(bound))
        fputs(value < 0 ? "-\xe2\x88\x9e" : "\xe2\x88\x9e", f);
    else if (isinf(value))
        html_print(f, "%s %s", value < 0 ? "\xe2\x89\xa4" : "\xe2\x89\xa5",
                   units_format(bound, unit, text, sizeof text));
    else
        html_text(f, units_format(value, unit, text, sizeof text));
}

void html_estimate(FILE *f, const struct stats_median *m, const char *unit, double smallest, double largest)
{
    if (m->n == 0) {
        fputs("-", f);
        return;
    }
    print_value(f, m->median, unit, smallest, largest);
    if (!m->has_interval) {
        fputs(" <span class=\"soft\">n too small</span>", f);
        return;
    }
    if (isinf(m->median) && m->low == m->high) /* a bound, in every launch that counts */
        return;
    const double half = 50 * (m->high - m->low) / m->median;
    if (half >= 0 && half < 50) {
        fprintf(f, " <span class=\"soft\">\xc2\xb1 %.2g %%</span>", half);
        return;
    }
    fputs(" <span class=\"soft\">[", f);
    print_value(f, m->low, unit, smallest, largest);
    fputs(", ", f);
    print_value(f, m->high, unit, smallest, largest);
    fputs("]</span>", f);
}

static void print_base64(FILE *f, const char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        unsigned word = 0;
        for (size_t k = 0; k < 3; k++)
            word = word << 8 | (i + k < size ? (unsigned char)bytes[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            fputc(i + k <= size ? digits[word >> (18 - 6 * k) & 63] : '=', f);
    }
}

void html_picture(FILE *f, const char *title, const char *svg, size_t size)
{
    fputs("<img alt=\"", f);
    html_text(f, title);
    fputs("\" src=\"data:image/svg+xml;base64,", f);
    print_base64(f, svg, size);
    fputs("\">\n", f);
}
