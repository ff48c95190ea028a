/* The corners of a board that no call reaches by luck: who leaves a seat, and who waits for a job that is still read.
 */
#define _GNU_SOURCE
#include "board_jobs.h"
#include "strategy.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000 };

static uint32_t runs;

static int count_call(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    __atomic_add_fetch(&runs, 1, __ATOMIC_SEQ_CST);
    return 0;
}

static void enter(struct pool_batch *batch, struct pool_frame *frame)
{
    (void)batch;
    (void)frame;
}

static void leave(struct pool_frame *frame)
{
    (void)frame;
}

static const struct pool_task task = {.name = "count", .call = count_call, .nargs = 1};
static const struct pool_host host = {.enter = enter, .leave = leave};
static const void *columns[1];

static struct pool_batch batch_of_one(void)
{
    return (struct pool_batch){.task = &task, .columns = columns, .count = 1, .chunk = 1, .host = &host};
}

static struct board *board_new(size_t workers)
{
    const size_t align = 2 * LANES_LINE, bytes = (board_bytes(workers) + align - 1) / align * align;
    struct board *board = aligned_alloc(align, bytes);

    assert_non_null(board);
    memset(board, 0, bytes);
    board_init(board, workers, POOL_WAIT_SLEEP);
    board->threads = true;
    return board;
}

static bool comes_true(const uint32_t *word, uint32_t wanted)
{
    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == wanted)
            return true;
        usleep(1000);
    }
    return false;
}

/* Two batches: the second is posted, by somebody else as it were, as soon as the first one's job is free again. */
struct succession {
    struct pool_batch second;
    struct job *first_job, *second_job;
    uint32_t ended;
};

static struct board *the_board;

static void finish(void *arg, struct job *job)
{
    struct succession *s = arg;

    board_release(the_board, job);
    if (!s->second_job) {
        s->first_job = job;
        board_enqueue(the_board, &s->second);
        s->second_job = board_take(the_board);
        board_post(the_board, s->second_job, NULL);
    }
    __atomic_add_fetch(&s->ended, 1, __ATOMIC_SEQ_CST);
}

static void *serve(void *arg)
{
    (void)board_serve(arg, 0);
    return NULL;
}

/* The worker sleeps while its seat is taken, so nobody wakes it for the second batch but who leaves the seat. */
static void test_job_used_again_is_seen_on_leaving_the_seat(void **state)
{
    struct succession s = {.second = batch_of_one()};
    struct pool_batch first = batch_of_one();
    struct board_worker *seat;
    pthread_t worker;

    (void)state;
    the_board = board_new(1);
    the_board->finish = finish;
    the_board->arg = &s;
    runs = 0;
    assert_int_equal(pthread_create(&worker, NULL, serve, the_board), 0);
    assert_true(comes_true(&the_board->worker[0].asleep, 1));
    assert_non_null(seat = board_sit(the_board));
    board_enqueue(the_board, &first);
    board_post(the_board, board_take(the_board), seat);
    board_lend(the_board, seat);
    assert_ptr_equal(s.first_job, s.second_job);
    assert_true(comes_true(&s.ended, 2));
    assert_int_equal(runs, 2);
    board_stop(the_board);
    pthread_join(worker, NULL);
    free(the_board);
}

struct taking {
    struct board *board;
    struct job *job;
    uint32_t begun;
};

static void *take(void *arg)
{
    struct taking *t = arg;

    __atomic_store_n(&t->begun, 1, __ATOMIC_SEQ_CST);
    t->job = board_take(t->board);
    return NULL;
}

/* All jobs are free, and each has a reader that is about to leave: nobody else will come back for the batch. */
static void test_batch_does_not_stay_behind_readers(void **state)
{
    struct taking t = {.board = board_new(BOARD_JOBS)};
    struct pool_batch batch = batch_of_one();
    pthread_t taker;

    (void)state;
    for (size_t w = 0; w < BOARD_JOBS; w++)
        t.board->worker[w].at = (uint32_t)w + 1;
    board_enqueue(t.board, &batch);
    assert_int_equal(pthread_create(&taker, NULL, take, &t), 0);
    assert_true(comes_true(&t.begun, 1));
    usleep(50000); /* far more than it looks before it gives up where others will come */
    __atomic_store_n(&t.board->worker[7].at, 0, __ATOMIC_SEQ_CST);
    pthread_join(taker, NULL);
    assert_ptr_equal(t.job, &t.board->job[7]);
    free(t.board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_job_used_again_is_seen_on_leaving_the_seat),
        cmocka_unit_test(test_batch_does_not_stay_behind_readers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
