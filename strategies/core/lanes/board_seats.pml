/*
 * board_seats.pml - the seats of board.h, for spin: callers sit in for workers that have nothing to do, batches wait for
 * a job, a failed item cancels its own batch and no other, and nobody sleeps who should work.
 *
 *   C                                             here
 *   board_serve, wait_for_news, seat_take         worker
 *   serve_job, with the items as a counter        serve
 *   steal_submit, board_sit, steal_wait           caller: ROUNDS calls, each with a seat if it likes and there is one
 *   board_enqueue, board_take, board_post         post_waiting
 *   steal_finish of pthread_steal                 finish
 *   board_lend                                    lend
 *   wake, wake_count, futex_wake                  tell, wake: wakes any choice of n sleepers
 *   board_stop                                    stopper, once all calls have returned
 *
 * One step is one access to a word that others read; what is done under the lock, and by nobody without it, is one step.
 *
 * Abstracted: the lanes (a counter of units left; lanes.pml has the rest), the looks before going to sleep, which free
 * seat board_sit takes (any), the order of the queue (any), TRIES, weak memory.
 *
 * Sizes: WORKERS and CALLERS, 1 or 2, ROUNDS calls of each, COUNT units in a call, JOBS, 1 or 2. MEET: the units of the
 * first caller's calls wait for each other, so WORKERS of them have to run at once; the others' calls have one unit.
 * FAIL_FAST: any unit may fail, and the call is to end then. Planted races: the switches that tests/models/models.def names.
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef CALLERS
#define CALLERS 2
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef COUNT
#define COUNT 2
#endif
#ifndef JOBS
#define JOBS 1
#endif

byte news, sleepers;
bit stopping, lock;
bit seat[WORKERS], asleep[WORKERS], gone[WORKERS];
bit waits[WORKERS]; /* in the kernel, until woken */
byte at[WORKERS];   /* job + 1 */

/* The jobs: what a batch has in common. */
bit posted[JOBS], taken[JOBS], canceled[JOBS];
byte left[JOBS], unfinished[JOBS], batch_of[JOBS];

/* The batches, one of each caller at a time. */
bit queued[CALLERS], over[CALLERS];
byte mine[CALLERS]; /* seat + 1 */

/* The ledger. */
byte runs[CALLERS], skipped[CALLERS], running[WORKERS], returned;
bit failed[CALLERS];

#ifdef MEET
#define units_of(b) ((b) -> 1 : COUNT)
#else
#define units_of(b) COUNT
#endif

#if WORKERS > 1
#define waiting_after(w) ((w) < 1 && waits[1])
#else
#define waiting_after(w) 0
#endif

/* futex_wake(&news, n): which ones is the kernel's choice. */
inline wake(n)
{
    atomic {
        k = 0;
        i = 0;
        do
        :: i < WORKERS && k < n && waits[i] -> waits[i] = 0; k++; i++
        :: i < WORKERS && (!waits[i] || k == n || k + waiting_after(i) >= n) -> i++
        :: i == WORKERS -> break
        od;
        k = 0;
        i = 0
    }
}

/* board.c: wake */
inline tell(wanted)
{
    news++;
    if
    :: sleepers ->
        i = 0;
        able = 0;
        unable = 0;
        do
        :: atomic { i < WORKERS ->
               able = able + (asleep[i] && !seat[i]);
#ifdef COUNT_SLEEPERS_ONLY
               unable = unable + (asleep[i] && seat[i]);
#else
               unable = unable + seat[i];
#endif
               i++ }
        :: i == WORKERS -> break
        od;
        atomic {
#ifdef WAKE_WANTED_ONLY
            n = (wanted < able -> wanted : able);
#else
            n = (able && wanted -> unable + (wanted < able -> wanted : able) : 0);
#endif
            able = 0; unable = 0; i = 0
        };
        wake(n);
        n = 0
    :: else
    fi
}

/* Under the lock: a job that nobody has, and that nobody may still be reading. */
#if WORKERS > 1
#define is_read(j) (at[0] == (j) + 1 || at[1] == (j) + 1)
#else
#define is_read(j) (at[0] == (j) + 1)
#endif
#define is_free(j) (!taken[j] && !is_read(j))
#if JOBS > 1
#define none_is_free (!is_free(0) && !is_free(1))
#define none_is_taken (!taken[0] && !taken[1])
#else
#define none_is_free (!is_free(0))
#define none_is_taken (!taken[0])
#endif
#if CALLERS > 1
#define none_waits (!queued[0] && !queued[1])
#else
#define none_waits (!queued[0])
#endif

/* Under the lock. */
inline post_waiting()
{
    do
    :: atomic { !none_waits && !none_is_free ->
           if
           :: queued[0] -> b = 0
#if CALLERS > 1
           :: queued[1] -> b = 1
#endif
           fi;
           if
           :: is_free(0) -> j = 0
#if JOBS > 1
           :: is_free(1) -> j = 1
#endif
           fi;
           queued[b] = 0;
           taken[j] = 1;
           canceled[j] = 0;
           batch_of[j] = b;
           /* board_post: nobody reads the lanes of a job that is not active */
           left[j] = units_of(b);
           unfinished[j] = units_of(b) };
       if
       :: mine[b] -> at[mine[b] - 1] = j + 1
       :: else
       fi;
       posted[j] = 1;
       atomic { wanted = units_of(b) - (mine[b] -> 1 : 0); j = 0; b = 0 };
       if
       :: wanted -> tell(wanted)
       :: else
       fi;
       wanted = 0
    :: none_waits -> break
    /* Somebody has a job, and will come here when it is over. Otherwise who reads the free ones is about to leave. */
#ifdef GIVE_UP_TAKING
    :: !none_waits && none_is_free -> break
#else
    :: !none_waits && none_is_free && !none_is_taken -> break
#endif
    od
}

inline finish(job)
{
    atomic { c = batch_of[job]; !lock -> lock = 1 };
    posted[job] = 0;
    taken[job] = 0;
    post_waiting();
    lock = 0;
    over[c] = 1;
    c = 0
}

/* serve_job: `me` works at job `job` in its own or somebody else's name. */
inline serve(job)
{
    at[me] = job + 1;
    done = 0;
    last = 0;
    fails = 0;
    if
    :: posted[job] && left[job] ->
        do
        :: atomic { left[job] && !canceled[job] ->
               assert(posted[job]);
               left[job]--;
               running[me]++;
               assert(running[me] == 1);
               assert(!fails); /* who has seen an item fail claims no other of that call */
               runs[batch_of[job]]++ };
#ifdef MEET
           batch_of[job] || runs[batch_of[job]] == COUNT;
#endif
           atomic {
#ifdef FAIL_FAST
               if
               :: fails = 1; failed[batch_of[job]] = 1
               :: skip
               fi;
#endif
               running[me]--;
               done++ };
#if defined(FAIL_FAST) && !defined(FAIL_AFTER_LEAVING)
           if
           :: fails -> canceled[job] = 1
           :: else
           fi
#endif
        :: atomic { left[job] && canceled[job] ->
               skipped[batch_of[job]] = skipped[batch_of[job]] + left[job];
               done = done + left[job];
               left[job] = 0 }
        :: !left[job] -> break
        od;
        atomic { last = done && unfinished[job] == done; unfinished[job] = unfinished[job] - done }
    :: else
    fi;
    at[me] = 0;
#ifdef FAIL_AFTER_LEAVING
    if
    :: fails -> canceled[job] = 1
    :: else
    fi;
#endif
    fails = 0;
    if
    :: last -> last = 0; finish(job)
    :: else
    fi
}

#if JOBS > 1
#define other_posted(j) (((j) != 0 && posted[0]) || ((j) != 1 && posted[1]))
#else
#define other_posted(j) ((j) != 0 && posted[0])
#endif

inline look_for_others()
{
    if
#ifndef OWN_JOB_IS_OWN
    :: news != seen -> work = other_posted(JOBS)
#endif
    :: else -> work = other_posted(job)
    fi
}

/* board_lend, in the name of the worker whose seat it is. */
inline lend()
{
    seen = news;
    if
    :: at[me] -> job = at[me] - 1; serve(job)
    :: else -> job = JOBS
    fi;
    done = 0;
#ifdef LOOK_BEFORE_LEAVING
    look_for_others();
    seat[me] = 0;
#else
    seat[me] = 0;
    look_for_others();
#endif
    atomic { job = 0; seen = 0 };
    if
#ifdef WAKE_ONE_ON_LEAVING
    :: work -> work = 0; tell(1)
#else
    :: work -> work = 0; tell(WORKERS)
#endif
    :: else
    fi
}

proctype worker(byte me)
{
    byte seen, done, i, j, k, n, b, c, able, unable, wanted;
    bit seated, any, last, fails, first, second;
live:
    seen = news;
    atomic {
#ifdef SEAT_NOT_TAKEN
        seated = 1;
#else
        seated = !seat[me];
#endif
        seat[me] = 1
    };
    if
    :: seated ->
        atomic {
            first = posted[0];
#if JOBS > 1
            second = posted[1]
#endif
        };
        if
        :: first -> serve(0); any = done
        :: else
        fi;
#if JOBS > 1
        if
        :: second -> serve(1); any = any || done
        :: else
        fi;
#endif
        atomic { first = 0; second = 0; done = 0; seated = 0; seat[me] = 0 }
    :: else
    fi;
    if
    :: any -> any = 0; goto live
    :: else
    fi;
    if
    :: stopping -> gone[me] = 1; goto out
    :: else
    fi;
wait:
    if
    :: news != seen -> goto live
    :: else
    fi;
    sleepers++;
    asleep[me] = 1;
    atomic {
        if
        :: news == seen -> waits[me] = 1
        :: else
        fi
    };
    !waits[me];
    asleep[me] = 0;
    sleepers--;
    goto wait;
out:
    skip
}

proctype caller(byte own)
{
    byte me, job, round, seen, done, i, j, k, n, b, c, able, unable, wanted;
    bit sits, last, fails, work;

    do
    :: round < ROUNDS ->
        atomic { !lock -> lock = 1 };
        /* board_sit */
        if
        :: atomic { !seat[0] -> seat[0] = 1; me = 0; sits = 1 }
#if WORKERS > 1
        :: atomic { !seat[1] -> seat[1] = 1; me = 1; sits = 1 }
#endif
        :: skip
        fi;
        atomic {
            over[own] = 0;
            runs[own] = 0;
            skipped[own] = 0;
            failed[own] = 0;
            mine[own] = (sits -> me + 1 : 0);
            queued[own] = 1
        };
        post_waiting();
        /* Every job is taken: others need the seat more. */
        atomic {
            if
            :: sits && !at[me] -> mine[own] = 0
            :: else
            fi
        };
        lock = 0;
        if
        :: sits -> lend(); atomic { sits = 0; me = 0 }
        :: else
        fi;
        over[own];
        atomic {
            assert(runs[own] + skipped[own] == units_of(own) && (failed[own] || !skipped[own]));
            round++
        }
    :: round == ROUNDS -> break
    od;
    returned++
}

proctype stopper()
{
    byte i, k, n, able, unable;

    returned == CALLERS;
    stopping = 1;
    tell(WORKERS)
}

/* Nobody can take another step. */
proctype verdict()
{
    byte w;

    timeout;
    assert(returned == CALLERS && none_waits);
    for (w : 0 .. WORKERS - 1) {
        assert(gone[w] && !seat[w] && !at[w])
    }
}

init {
    byte w;

    atomic {
        for (w : 0 .. WORKERS - 1) {
            run worker(w)
        };
        for (w : 0 .. CALLERS - 1) {
            run caller(w)
        };
        run stopper();
        run verdict()
    }
}
