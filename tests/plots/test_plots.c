/* Drawing a result folder: every picture is whole, shows every strategy, and can be drawn again. */
#include "machine/gnuplot.h"
#include "place.h"

static const char *const strategies[] = {"fork_shared",   "fork_pipe",   "process_fork", "pthread_queue",
                                         "pthread_steal", "thread_each", "omp_static",   "omp_dynamic"};

/* Every tag that is opened is closed again, in order. */
static void assert_well_formed(const char *svg)
{
    char open[64][32];
    size_t depth = 0;

    for (const char *at = strchr(svg, '<'); at; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        assert_non_null(end);
        size_t length = strcspn(at + 1, " \t\n/>");
        if (at[1] == '?' || at[1] == '!')
            continue;
        if (at[1] == '/') {
            assert_true(depth > 0);
            depth--;
            assert_int_equal(strncmp(open[depth], at + 2, strlen(open[depth])), 0);
        } else if (end[-1] != '/') {
            assert_true(depth < 64 && length < 32);
            memcpy(open[depth], at + 1, length);
            open[depth++][length] = '\0';
        }
    }
    assert_int_equal(depth, 0);
    assert_non_null(strstr(svg, "</svg>"));
}

static void pictures_have_every_strategy(void **state)
{
    static const char *const pictures[] = {"throughput-spin", "speedup-skew", "efficiency-nothing", "overview"};
    struct place *place = *state;
    char why[WHY_SIZE] = "", plots[FILES_PATH_MAX], file[64];
    size_t size;

    if (!plot_results(place->results, "svg", why))
        fail_msg("%s", why);
    assert_int_equal(walk(place->results, false), 2 + 1 + 3 * (4 * 3 + 1));
    assert_true(files_path(plots, why, "%s/plots", place->results));
    for (size_t p = 0; p < sizeof(pictures) / sizeof(*pictures); p++) {
        (void)snprintf(file, sizeof(file), "%s.svg", pictures[p]);
        char *svg = load(plots, file, &size);
        assert_well_formed(svg);
        for (size_t s = 0; s < sizeof(strategies) / sizeof(*strategies); s++)
            if (!strstr(svg, strategies[s]))
                fail_msg("%s does not show %s", file, strategies[s]);
        assert_non_null(strstr(svg, "serial"));
        assert_non_null(strstr(svg, "A small machine | 2 cores"));
        free(svg);
    }
}

static void a_picture_can_be_drawn_again_where_it_lies(void **state)
{
    struct place *place = *state;
    char why[WHY_SIZE] = "", plots[FILES_PATH_MAX], path[FILES_PATH_MAX];
    size_t size, size_again;

    assert_true(plot_results(place->results, "svg", why));
    assert_true(files_path(plots, why, "%s/plots", place->results));
    char *svg = load(plots, "speedup-spin.svg", &size);
    assert_true(files_path(path, why, "%s/speedup-spin.svg", plots));
    assert_int_equal(unlink(path), 0);
    assert_true(gnuplot_run(plots, "speedup-spin.gp", "svg", why));
    char *again = load(plots, "speedup-spin.svg", &size_again);
    assert_int_equal(size, size_again);
    assert_memory_equal(svg, again, size);
    free(svg);
    free(again);
}

static void png_and_pdf_are_what_they_say(void **state)
{
    static const struct {
        const char *format, *file, *magic;
    } kinds[] = {{"png", "overview.png", "\x89PNG\r\n"}, {"pdf", "overview.pdf", "%PDF-"}};
    struct place *place = *state;
    char why[WHY_SIZE] = "", plots[FILES_PATH_MAX];
    size_t size;

    assert_true(files_path(plots, why, "%s/plots", place->results));
    for (size_t k = 0; k < 2; k++) {
        if (!plot_results(place->results, kinds[k].format, why))
            fail_msg("%s", why);
        char *text = load(plots, kinds[k].file, &size);
        assert_true(size > 1000);
        assert_memory_equal(text, kinds[k].magic, strlen(kinds[k].magic));
        free(text);
    }
    assert_false(plot_results(place->results, "gif", why));
    assert_non_null(strstr(why, "svg, png or pdf"));
}

static void strange_machines_are_left_out(void **state)
{
    static const char *const machines[] = {
        "",
        "[1,2",
        "[]",
        "{\"topology\":7,\"cpu_model\":[]}",
        "{\"topology\":{\"cores\":-4,\"usable\":\"many\"}}",
        "{\"cpu_model\":\"it's \\u00e9\\n' ; system('id')\",\"time\":9223372036854775807}"};
    struct place *place = *state;
    char why[WHY_SIZE] = "", path[FILES_PATH_MAX];

    assert_true(files_path(path, why, "%s/machine.json", place->results));
    for (size_t k = 0; k < sizeof(machines) / sizeof(*machines); k++) {
        assert_int_equal(unlink(path), 0);
        save(place->results, "machine.json", machines[k], strlen(machines[k]));
        if (!plot_results(place->results, "svg", why))
            fail_msg("%s: %s", machines[k], why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(pictures_have_every_strategy),
        PLACE_TEST(a_picture_can_be_drawn_again_where_it_lies),
        PLACE_TEST(png_and_pdf_are_what_they_say),
        PLACE_TEST(strange_machines_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
