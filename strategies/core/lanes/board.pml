/*
 * board.pml - the protocol of board.h, for spin: going to sleep and being woken, leaving a job before it is used again,
 * and noticing the end of a batch, with a death between any two steps.
 *
 *   C                                             here
 *   board_serve, serve_job, wait_for_news         worker
 *   futex_wait, futex_wake                        sleep, wake: wakes any choice of n sleepers
 *   board_take, board_post, board_release,        creator: runs BATCHES batches, one after the other, in one job, then
 *   board_stop; the wait for job->over            stops the board
 *   shared_finish of fork_shared, idle_set         finish
 *   board_bury, board_check                       supervisor
 *
 * One step is one access to a word that others read.
 *
 * Abstracted: seats that callers sit in, the lanes (a counter of units left, and for each worker what it has finished; lanes.pml has the rest), the
 * looks before going to sleep, TRIES of board_take, board_check's wake (it is never needed), weak memory.
 *
 * Sizes: WORKERS, COUNT units in each of BATCHES, DEATHS; THREADS: serve_job as it is in a pool of threads. Planted
 * races: the switches that tests/models/models.def names.
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef COUNT
#define COUNT 2
#endif
#ifndef BATCHES
#define BATCHES 2
#endif
#ifndef DEATHS
#define DEATHS 1
#endif

byte news, sleepers;
bit posted, taken, wounded, stopping;
byte over; /* 1: set; 2: awaited, by a creator that sleeps or is about to */
bit at[WORKERS], asleep[WORKERS];
bit waits[WORKERS], creator_waits; /* in the kernel, until woken */
bit lock;                          /* the creator's */

/* The job's lanes. */
byte left, unfinished, finished[WORKERS];
byte item[WORKERS]; /* + 1 that the worker is at; 0: none */

byte runs[COUNT], lost[COUNT]; /* the ledger of the batch */
byte kills, killed;            /* killed: worker + 1 whose death is the next step */
bit dead[WORKERS], gone[WORKERS];
bit creator_done;

#if WORKERS > 2
#define finished_by_all (finished[0] + finished[1] + finished[2])
#else
#define finished_by_all (finished[0] + finished[1])
#endif

/* futex_wait(&news, seen) */
#define sleep(seen)                     \
    atomic {                            \
        if                              \
        :: news == seen -> waits[me] = 1 \
        :: else                         \
        fi                              \
    };                                  \
    !waits[me]

/* futex_wake(&news, n): which ones is the kernel's choice. */
inline wake(n)
{
    atomic {
        k = 0;
        c = 0;
        do
        :: c < WORKERS && k < n && waits[c] -> waits[c] = 0; k++; c++
        :: c < WORKERS && (!waits[c] || k + WORKERS - c > n) -> c++
        :: c == WORKERS -> break
        od;
        k = 0;
        c = 0
    }
}

/* board.c: wake */
inline tell(n)
{
#ifdef WAKE_BEFORE_COUNT
    if
    :: sleepers -> wake(n)
    :: else
    fi;
    news++
#else
    news++;
    if
    :: sleepers -> wake(n)
    :: else
    fi
#endif
}

inline finish()
{
    atomic { k = over; over = 1 };
    if
#ifdef WAKE_ONLY_ONCE
    :: k == 2 -> creator_waits = 0
#else
    :: k -> creator_waits = 0
#endif
    :: else
    fi;
    k = 0
}

proctype worker(byte me) provided (!killed || killed == _pid)
{
    byte seen, done, k, c;
    bit last;
live:
    {
        atomic { last = 0; done = 0; seen = news };
#ifndef LOOK_BEFORE_SAYING
        if
        :: !posted -> goto rest
        :: else
        fi;
        at[me] = 1;
#endif
        if
        :: !posted || !left -> goto leave
        :: else
        fi;
#ifdef LOOK_BEFORE_SAYING
        at[me] = 1;
#endif
        do
        :: atomic { left -> assert(posted); item[me] = left; left-- };
           d_step {
               assert(!runs[item[me] - 1] && !lost[item[me] - 1]);
               runs[item[me] - 1]++;
               finished[me]++;
               item[me] = 0;
               done++
           }
        :: !left -> break
        od;
        atomic { last = done && unfinished == done; unfinished = unfinished - done };
leave:
#if defined(THREADS) || defined(FINISH_AFTER_LEAVING)
        at[me] = 0;
#endif
        if
        :: last -> finish()
        :: else
        fi;
#if !defined(THREADS) && !defined(FINISH_AFTER_LEAVING)
        at[me] = 0;
#endif
        if
        :: done -> goto live
        :: else
        fi;
rest:
        if
        :: stopping -> gone[me] = 1; goto out
        :: else
        fi;
wait:
        if
        :: news != seen -> goto live
        :: else
        fi;
#ifndef SLEEP_UNCOUNTED
        sleepers++;
        asleep[me] = 1;
#endif
#ifdef CHECK_BEFORE_COUNT
        seen = news;
#endif
        sleep(seen);
        asleep[me] = 0;
#ifndef SLEEP_UNCOUNTED
        sleepers--;
#endif
        goto wait
    } unless { atomic { killed == me + 1 -> killed = 0; waits[me] = 0; dead[me] = 1 } };
    atomic { !dead[me] -> seen = 0; done = 0; last = 0; k = 0; c = 0 };
    if
    :: !creator_done -> goto live
    :: creator_done -> gone[me] = 1
    fi;
out:
    skip
}

/* Kills workers, buries them one after the other, and looks whether a job has ended unnoticed. */
proctype supervisor() provided (!killed)
{
    byte w, n, k, c;

end:
    do
    :: atomic { kills < DEATHS && !wounded ->
           if
           :: w = 0
           :: w = 1
#if WORKERS > 2
           :: w = 2
#endif
           fi;
           if
           :: !dead[w] && !gone[w] -> killed = w + 1; kills++
           :: else -> goto end
           fi };
       dead[w];
       atomic { !lock -> lock = 1 };
       /* board_bury */
       atomic {
           if
           :: asleep[w] -> asleep[w] = 0; sleepers--
           :: else
           fi
       };
       atomic {
           if
           :: posted && taken ->
               wounded = 1;
               if
               :: item[w] -> lost[item[w] - 1]++; finished[w]++
               :: else
               fi
           :: else
           fi;
           item[w] = 0
       };
       at[w] = 0;
       tell(WORKERS);
       atomic { lock = 0; dead[w] = 0 }
    :: atomic { wounded && !lock -> lock = 1 };
       /* board_check, where it can find something */
       w = 0;
       do
       :: w < WORKERS && wounded && !at[w] -> w++
       :: w < WORKERS && (at[w] || !wounded) -> goto later
       :: w == WORKERS -> break
       od;
       n = 0;
       w = 0;
       do
       :: w < WORKERS -> n = n + finished[w]; w++
       :: w == WORKERS -> break
       od;
       if
       :: n == COUNT -> wounded = 0; finish()
       :: else
       fi;
later:
       atomic { lock = 0; w = 0; n = 0 };
       !wounded || finished_by_all == COUNT
    od
}

proctype creator() provided (!killed)
{
    byte batch, w, k, c;

    do
    :: batch < BATCHES ->
        /* board_take */
        atomic { !lock -> lock = 1 };
        w = 0;
        do
        :: w < WORKERS && !at[w] -> w++
        :: w < WORKERS && at[w] -> lock = 0; atomic { !lock && !at[w] -> lock = 1; w = 0 }
        :: w == WORKERS -> break
        od;
        atomic { taken = 1; over = 0; lock = 0; w = 0 };
        /* board_post: nobody reads the lanes of a job that is not active */
        atomic {
            left = COUNT;
            unfinished = COUNT;
            for (w : 0 .. WORKERS - 1) {
                finished[w] = 0
            };
            for (w : 0 .. COUNT - 1) {
                runs[w] = 0;
                lost[w] = 0
            };
            w = 0
        };
        posted = 1;
        tell(COUNT);
        /* idle_until_set */
        do
        :: over == 1 -> break
        :: over != 1 ->
            atomic { if :: !over -> over = 2 :: else fi };
            atomic { if :: over == 2 -> creator_waits = 1 :: else fi };
            !creator_waits
        od;
        atomic {
            for (w : 0 .. COUNT - 1) {
                assert(runs[w] + lost[w] == 1)
            };
            w = 0
        };
        /* board_release */
        atomic { !lock -> lock = 1 };
        posted = 0;
        atomic { taken = 0; wounded = 0; lock = 0; batch++ }
    :: batch == BATCHES -> break
    od;
    stopping = 1;
    creator_done = 1;
    tell(WORKERS)
}

/* Nobody can take another step. */
proctype verdict()
{
    byte w;

    timeout;
    assert(creator_done && !taken && !wounded);
    for (w : 0 .. WORKERS - 1) {
        assert(gone[w] && !at[w])
    }
}

init {
    byte w;

    atomic {
        for (w : 0 .. WORKERS - 1) {
            run worker(w)
        };
        run supervisor();
        run creator();
        run verdict()
    }
}
