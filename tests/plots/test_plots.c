/* Drawing a result folder: pictures come whole, can be drawn again, or one sentence says why not and nothing is left.
 */
#include "machine/gnuplot.h"
#include "machine/isolate.h"
#include "plot.h"
#include "plot/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE_MAX_READ (8 << 20)

static const char *const strategies[] = {"fork_shared",   "fork_pipe",   "process_fork", "pthread_queue",
                                         "pthread_steal", "thread_each", "omp_static",   "omp_dynamic"};

/* A folder of a test's own, with a result folder and a folder for programs in it. */
struct place {
    char root[64];
    char results[FILES_PATH_MAX];
    char programs[FILES_PATH_MAX];
    char *path; /* what PATH was */
};

static char *load(const char *folder, const char *file, size_t *size)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE] = "", *text;

    assert_true(files_path(path, why, "%s/%s", folder, file));
    if (!files_read(path, SIZE_MAX_READ, &text, size, why))
        fail_msg("%s", why);
    return text;
}

static void save(const char *folder, const char *file, const char *text, size_t size)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE] = "";

    assert_true(files_path(path, why, "%s/%s", folder, file));
    if (!files_write(path, text, size, why))
        fail_msg("%s", why);
}

static int place_make(void **state)
{
    static const char *const files[] = {"summary.csv", "machine.json"};
    struct place *place = calloc(1, sizeof(*place));
    char why[WHY_SIZE];

    assert_non_null(place);
    (void)snprintf(place->root, sizeof(place->root), "%s", "/tmp/poolbench-plots-XXXXXX");
    assert_non_null(mkdtemp(place->root));
    assert_int_equal(chmod(place->root, 0755), 0);
    assert_true(files_path(place->results, why, "%s/results", place->root));
    assert_true(files_path(place->programs, why, "%s/programs", place->root));
    assert_int_equal(mkdir(place->results, 0755), 0);
    assert_int_equal(mkdir(place->programs, 0755), 0);
    for (size_t k = 0; k < 2; k++) {
        size_t size;
        char *text = load(FIXTURES "/small", files[k], &size);
        save(place->results, files[k], text, size);
        free(text);
    }
    place->path = strdup(getenv("PATH"));
    *state = place;
    return 0;
}

/* How many files lie below the folder; removes them all if asked to. */
static size_t walk(const char *folder, bool remove_them)
{
    DIR *dir = opendir(folder);
    size_t found = 0;

    if (!dir)
        return 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[FILES_PATH_MAX], why[WHY_SIZE];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        assert_true(files_path(path, why, "%s/%s", folder, entry->d_name));
        found += 1 + walk(path, remove_them);
        if (remove_them && remove(path) != 0)
            perror(path);
    }
    (void)closedir(dir);
    return found;
}

static int place_drop(void **state)
{
    struct place *place = *state;

    (void)setenv("PATH", place->path, 1);
    (void)chmod(place->results, 0755);
    (void)walk(place->root, true);
    (void)rmdir(place->root);
    free(place->path);
    free(place);
    return 0;
}

/* Let PATH hold nothing but a `gnuplot` that is this shell script. */
static void fake_gnuplot(const struct place *place, const char *script)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE];

    save(place->programs, "gnuplot", script, strlen(script));
    assert_true(files_path(path, why, "%s/gnuplot", place->programs));
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(setenv("PATH", place->programs, 1), 0);
}

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

/* It must fail, say this, and leave the folder as it was. */
static void assert_refused(const struct place *place, const char *expected)
{
    char why[WHY_SIZE] = "";
    size_t before = walk(place->results, false);

    assert_false(plot_results(place->results, "svg", why));
    if (!strstr(why, expected))
        fail_msg("expected '%s', got '%s'", expected, why);
    assert_int_equal(walk(place->results, false), before);
}

static void missing_gnuplot_says_what_to_install(void **state)
{
    struct place *place = *state;

    assert_int_equal(setenv("PATH", place->programs, 1), 0);
    assert_refused(place, "gnuplot is not installed: sudo apt-get install gnuplot-nox");
}

static void failing_gnuplot_is_quoted(void **state)
{
    struct place *place = *state;

    fake_gnuplot(
        place,
        "#!/bin/sh\nprintf '\\n\\nplot foo\\n     ^\\n\"x.gp\" line 7: undefined variable: foo\\n\\n' >&2\nexit 1\n");
    assert_refused(place, "gnuplot failed at throughput-nothing.gp: \"x.gp\" line 7: undefined variable: foo");
}

static void silent_and_talkative_gnuplots_are_survived(void **state)
{
    struct place *place = *state;

    fake_gnuplot(place, "#!/bin/sh\nexit 0\n");
    assert_refused(place, "throughput-nothing.svg");
    (void)walk(place->programs, true);
    fake_gnuplot(
        place,
        "#!/bin/sh\ni=0\nwhile [ $i -lt 20000 ]; do echo 'much ado about nothing' >&2; i=$((i+1)); done\nexit 3\n");
    assert_refused(place, "gnuplot failed at throughput-nothing.gp: much ado");
    (void)walk(place->programs, true);
    fake_gnuplot(place, "#!/bin/sh\nkill -9 $$\n");
    assert_refused(place, "killed by signal 9");
}

static void a_failure_keeps_the_pictures_that_were_there(void **state)
{
    struct place *place = *state;
    char why[WHY_SIZE] = "", plots[FILES_PATH_MAX];
    size_t size, size_after;

    assert_true(plot_results(place->results, "svg", why));
    assert_true(files_path(plots, why, "%s/plots", place->results));
    char *before = load(plots, "overview.svg", &size);
    fake_gnuplot(place, "#!/bin/sh\ncase $4 in overview.gp) exit 1;; esac\nname=${4%.gp}\necho broken >$name.svg\n");
    assert_refused(place, "gnuplot failed at overview.gp");
    char *after = load(plots, "throughput-spin.svg", &size_after);
    assert_well_formed(after);
    free(before);
    free(after);
}

/* Exit code 0: it was refused with the expected words. */
static int refused_as(const struct place *place, const char *expected)
{
    char why[WHY_SIZE] = "";

    if (plot_results(place->results, "svg", why) || !strstr(why, expected)) {
        fprintf(stderr, "expected '%s', got '%s'\n", expected, why);
        return 1;
    }
    return 0;
}

static void read_only_folder_is_one_sentence(void **state)
{
    struct place *place = *state;
    int status;

    assert_int_equal(chmod(place->results, 0555), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(9);
        _exit(refused_as(place, "cannot write into"));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(walk(place->results, false), 2);
}

static void something_in_the_way_is_one_sentence(void **state)
{
    struct place *place = *state;

    save(place->results, "plots", "in the way", 10);
    assert_refused(place, "Not a directory");
}

static void interrupted_drawing_leaves_nothing(void **state)
{
    struct place *place = *state;
    char pid_file[FILES_PATH_MAX], why[WHY_SIZE], script[2 * FILES_PATH_MAX];
    int status;

    assert_true(files_path(pid_file, why, "%s/pid", place->root));
    (void)snprintf(script, sizeof(script), "#!/bin/sh\necho $$ >%s\nkill -INT $PPID\nexec /bin/sleep 1000\n", pid_file);
    fake_gnuplot(place, script);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        isolate_catch_interrupts();
        _exit(refused_as(place, "interrupted"));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    size_t size;
    char *text = load(place->root, "pid", &size);
    assert_int_equal(kill((pid_t)atoi(text), 0), -1);
    free(text);
    assert_int_equal(walk(place->results, false), 2);
}

static void foreign_folders_are_refused(void **state)
{
    struct place *place = *state;
    char why[WHY_SIZE] = "", path[FILES_PATH_MAX];

    assert_false(plot_results("/nonexistent", "svg", why));
    assert_non_null(strstr(why, "cannot read /nonexistent/summary.csv: No such file"));
    assert_true(files_path(path, why, "%s/summary.csv", place->results));
    assert_int_equal(unlink(path), 0);
    assert_refused(place, "No such file");
    assert_int_equal(mkdir(path, 0755), 0);
    assert_refused(place, "Is a directory");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0644), 0);
    assert_refused(place, "cannot read");
    assert_int_equal(unlink(path), 0);
    save(place->results, "summary.csv", "strategy,workload\n", 18);
    assert_refused(place, "summary.csv has no column options");
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

#define DRAW_TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DRAW_TEST(pictures_have_every_strategy),
        DRAW_TEST(a_picture_can_be_drawn_again_where_it_lies),
        DRAW_TEST(png_and_pdf_are_what_they_say),
        DRAW_TEST(missing_gnuplot_says_what_to_install),
        DRAW_TEST(failing_gnuplot_is_quoted),
        DRAW_TEST(silent_and_talkative_gnuplots_are_survived),
        DRAW_TEST(a_failure_keeps_the_pictures_that_were_there),
        DRAW_TEST(read_only_folder_is_one_sentence),
        DRAW_TEST(something_in_the_way_is_one_sentence),
        DRAW_TEST(interrupted_drawing_leaves_nothing),
        DRAW_TEST(foreign_folders_are_refused),
        DRAW_TEST(strange_machines_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
