/* What cannot be drawn: one sentence says why, and the folder stays as it was. */
#include "machine/isolate.h"
#include "place.h"

#include <signal.h>
#include <sys/wait.h>

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
    assert_refused(place, "gnuplot failed at overview.gp: \"x.gp\" line 7: undefined variable: foo");
}

static void silent_and_talkative_gnuplots_are_survived(void **state)
{
    struct place *place = *state;

    fake_gnuplot(place, "#!/bin/sh\nexit 0\n");
    assert_refused(place, "overview.svg");
    (void)walk(place->programs, true);
    fake_gnuplot(
        place,
        "#!/bin/sh\ni=0\nwhile [ $i -lt 20000 ]; do echo 'much ado about nothing' >&2; i=$((i+1)); done\nexit 3\n");
    assert_refused(place, "gnuplot failed at overview.gp: much ado");
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
    char *before = load(plots, "throughput-spin.svg", &size);
    fake_gnuplot(place, "#!/bin/sh\ncase $4 in overview.gp) exit 1;; esac\necho broken >${4%.gp}.svg\n");
    assert_refused(place, "gnuplot failed at overview.gp");
    char *after = load(plots, "throughput-spin.svg", &size_after);
    assert_int_equal(size, size_after);
    assert_memory_equal(before, after, size);
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
    assert_refused(place, "summary.csv has no column metric");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(missing_gnuplot_says_what_to_install),
        PLACE_TEST(failing_gnuplot_is_quoted),
        PLACE_TEST(silent_and_talkative_gnuplots_are_survived),
        PLACE_TEST(a_failure_keeps_the_pictures_that_were_there),
        PLACE_TEST(read_only_folder_is_one_sentence),
        PLACE_TEST(something_in_the_way_is_one_sentence),
        PLACE_TEST(interrupted_drawing_leaves_nothing),
        PLACE_TEST(foreign_folders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
