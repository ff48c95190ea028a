/* store.c: folders, files whole or not at all, samples that are never cut. */
#include "machine/store.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[64], why[WHY_SIZE];

static const char *path_of(const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static int enter_folder(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/test_store_XXXXXX");
    why[0] = '\0';
    return mkdtemp(root) && chdir(root) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void assert_content(const char *name, const char *expected)
{
    char text[4096] = "";
    FILE *f = fopen(path_of(name), "r");

    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(text, expected);
}

static void open_store(struct store *s, const char *name)
{
    bool refused = true;

    assert_true(store_open(s, path_of(name), &refused, why));
    assert_false(refused);
}

static void a_new_folder_holds_what_is_written(void **state)
{
    struct store s;

    (void)state;
    open_store(&s, "a/b/c");
    assert_true(store_write(&s, "plan.json", "{}\n", 3, why));
    assert_true(store_write(&s, "plan.json", "{1}\n", 4, why));
    assert_true(store_begin_samples(&s, "x,y\n", why));
    assert_true(store_append(&s, "1,2\n", 4, why));
    assert_content("a/b/c/samples.csv", "x,y\n1,2\n"); /* before it is closed */
    store_close(&s);
    assert_content("a/b/c/plan.json", "{1}\n");
    assert_int_equal(access(path_of("a/b/c/.plan.json.tmp"), F_OK), -1);
}

static void a_folder_that_holds_something_is_refused(void **state)
{
    struct store s;
    bool refused = false;

    (void)state;
    assert_int_equal(mkdir(path_of("full"), 0777), 0);
    assert_int_equal(mkdir(path_of("full/.hidden"), 0777), 0);
    assert_false(store_open(&s, path_of("full"), &refused, why));
    assert_true(refused);
    assert_non_null(strstr(why, "not empty"));
    assert_int_equal(close(open(path_of("file"), O_CREAT | O_WRONLY, 0666)), 0);
    assert_false(store_open(&s, path_of("file"), &refused, why));
    assert_true(refused);
}

static void an_empty_folder_is_taken_and_stays(void **state)
{
    struct store s;

    (void)state;
    assert_int_equal(mkdir(path_of("empty"), 0777), 0);
    open_store(&s, "empty");
    store_close(&s);
    assert_int_equal(access(path_of("empty"), F_OK), 0);
}

static void a_new_folder_without_results_goes(void **state)
{
    struct store s;

    (void)state;
    open_store(&s, "new");
    assert_int_equal(access(path_of("new"), F_OK), 0);
    store_close(&s);
    assert_int_equal(access(path_of("new"), F_OK), -1);
}

static void an_unwritable_place_is_a_sentence(void **state)
{
    struct store s;
    bool refused = true;

    (void)state;
    assert_false(store_open(&s, "/proc/poolbench/results", &refused, why));
    assert_false(refused);
    assert_non_null(strstr(why, "cannot create the folder /proc/poolbench/results"));
}

static void names_without_a_path_do_not_collide(void **state)
{
    struct store a, b;
    bool refused;

    (void)state;
    assert_true(store_open(&a, NULL, &refused, why));
    assert_true(store_open(&b, NULL, &refused, why));
    assert_string_not_equal(a.path, b.path);
    assert_ptr_equal(strstr(a.path, "poolbench-results/"), a.path);
    store_close(&a);
    store_close(&b);
}

static void a_source_tree_keeps_results_in_its_room(void **state)
{
    struct store s;
    bool refused;

    (void)state;
    assert_int_equal(mkdir("strategies", 0777) | mkdir("results", 0777), 0);
    assert_int_equal(close(open("strategies/list.def", O_CREAT | O_WRONLY, 0666)), 0);
    assert_true(store_open(&s, NULL, &refused, why));
    assert_ptr_equal(strstr(s.path, "results/"), s.path);
    store_close(&s);
}

/* A full disk, played by a limit on file sizes: writes are cut in the middle of a line. */
static void a_full_disk_cuts_no_line(void **state)
{
    const struct rlimit before = {RLIM_INFINITY, RLIM_INFINITY}, tight = {10, RLIM_INFINITY};
    struct store s;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    open_store(&s, "disk");
    assert_true(store_begin_samples(&s, "a,b\n", why));
    assert_true(store_append(&s, "1,2\n", 4, why));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    assert_false(store_append(&s, "3,4\n", 4, why));
    assert_non_null(strstr(why, "cannot write samples.csv"));
    assert_false(store_write(&s, "summary.csv", "0123456789abcdef\n", 17, why));
    assert_non_null(strstr(why, "cannot write summary.csv"));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    store_close(&s);
    assert_content("disk/samples.csv", "a,b\n1,2\n");
    assert_int_equal(access(path_of("disk/summary.csv"), F_OK), -1);
    assert_int_equal(access(path_of("disk/.summary.csv.tmp"), F_OK), -1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_new_folder_holds_what_is_written),      IN_FOLDER(a_folder_that_holds_something_is_refused),
        IN_FOLDER(an_empty_folder_is_taken_and_stays),      IN_FOLDER(a_new_folder_without_results_goes),
        IN_FOLDER(an_unwritable_place_is_a_sentence),       IN_FOLDER(names_without_a_path_do_not_collide),
        IN_FOLDER(a_source_tree_keeps_results_in_its_room), IN_FOLDER(a_full_disk_cuts_no_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
