/*
 * life.pml - the end of a pool of processes, for spin: close, terminate and join from two threads while others submit
 * calls and workers die. Every verb returns, and every call is resolved exactly once, by one party only.
 *
 *   C                                                         here
 *   pool_close, pool_terminate, pool_join                     ender: closes or terminates, then joins
 *   pool_map_async, front_begin_call, shared_submit, post     caller
 *   front_resolve, front_end_call                             resolve, by the supervisor
 *   supervisor.c, force_kicked, force_lost, end_at_once,      supervisor; a kick is one bit, as an eventfd is one event
 *   shared_dead, shared_kicked, shared_finish
 *   the worker that runs the batch                            worker: runs an item, says that the job is over
 *
 * Locks are the C code's: `ending` before `lock` of the front; `owner` is the strategy's. What is done under one lock is
 * one step. The ledger holds the batch's end: nobody ends a batch whose arrays are still being copied.
 *
 * Abstracted: one worker at a time, calls of one item, the lanes and the board, deadlines, errands, the wait of blocking
 * verbs (theirs is an asynchronous call that the caller waits for).
 *
 * Sizes: CALLS, ENDERS, DEATHS beyond those that terminate causes.
 * Planted races: the switches that tests/models/models.def names.
 */
#ifndef CALLS
#define CALLS 2
#endif
#ifndef ENDERS
#define ENDERS 2
#endif
#ifndef DEATHS
#define DEATHS 1
#endif

mtype = { RUN, CLOSED, TERMINATED, JOINED };
mtype state = RUN;
bit ending; /* the lock */
byte calls; /* enlisted */

/* The strategy and its supervisor. */
bit kick, stop_wanted, stopping, ended, released;
bit terminating, force_dead;
bit alive = 1, reaped;
bit queued[CALLS], taken[CALLS], copying[CALLS], posted[CALLS], over[CALLS], wounded[CALLS];

/* The ledger. */
byte resolved[CALLS], runs[CALLS], deaths, returned, submitted;
bit refused[CALLS];

/* end_job, front_resolve, front_end_call */
inline resolve(c)
{
    assert(!copying[c]);
    atomic { taken[c] = 0; posted[c] = 0; wounded[c] = 0 };
    atomic { assert(!resolved[c]); resolved[c]++ };
    calls--
}

inline finish(c)
{
    over[c] = 1;
#ifndef FINISH_WITHOUT_KICK
    kick = 1
#endif
}

proctype caller(byte c)
{
    bit dead;

    /* front_begin_call */
    atomic {
        if
        :: state == RUN -> calls++
        :: else -> refused[c] = 1; goto out
        fi
    };
    /* shared_submit */
    atomic {
        dead = force_dead;
        if
        :: !dead -> queued[c] = 1
        :: else
        fi
    };
    if
    :: dead -> resolve(c); goto out
    :: else
    fi;
    /* next_job; a batch that waits no longer was ended by shared_dead */
    atomic {
        if
        :: queued[c] -> queued[c] = 0; taken[c] = 1; copying[c] = 1
        :: else -> goto out
        fi
    };
    /* post */
    copying[c] = 0;
#ifdef POST_WITHOUT_LOCK
    posted[c] = 1;
#else
    atomic {
        dead = force_dead;
        posted[c] = !dead
    };
    if
    :: dead -> finish(c)
    :: else
    fi;
#endif
out:
    submitted++
}

proctype worker()
{
    byte c;

    do
    :: atomic { alive && posted[0] && !over[0] && !runs[0] -> runs[0]++; c = 0 };
       if
       :: alive -> over[c] = 1
       :: !alive
       fi;
       if
       :: alive -> kick = 1
       :: !alive
       fi
#if CALLS > 1
    :: atomic { alive && posted[1] && !over[1] && !runs[1] -> runs[1]++; c = 1 };
       if
       :: alive -> over[c] = 1
       :: !alive
       fi;
       if
       :: alive -> kick = 1
       :: !alive
       fi
#endif
    :: atomic { alive && deaths < DEATHS -> deaths++; alive = 0 }
    :: atomic { alive && stopping -> alive = 0 }
    :: ended -> break
    od
}

/* Kill whoever is left; once nobody is, end every batch: shared_dead. */
inline end_at_once()
{
    alive = 0;
    if
    :: reaped ->
        atomic { first = !force_dead; force_dead = 1 };
        if
        :: first ->
            atomic {
                c = 0;
                do
                :: c < CALLS -> drop[c] = queued[c]; queued[c] = 0;
#ifdef POST_WITHOUT_LOCK
                   if
                   :: taken[c] -> over[c] = 1; kick = 1
#else
                   if
                   :: posted[c] -> over[c] = 1; kick = 1
#endif
                   :: else
                   fi;
                   c++
                :: c == CALLS -> break
                od
            };
            c = 0;
            do
            :: c < CALLS && drop[c] -> drop[c] = 0; resolve(c); c++
            :: c < CALLS && !drop[c] -> c++
            :: c == CALLS -> break
            od
        :: else
        fi
    :: else
    fi
}

proctype supervisor()
{
    byte c;
    bit first, now, drop[CALLS];

    do
    :: kick ->
        kick = 0;
        if
        :: stop_wanted -> stopping = 1
        :: else
        fi;
        now = terminating;
        if
        :: now -> end_at_once()
        :: else
        fi;
        /* shared_kicked */
        c = 0;
        do
        :: c < CALLS && taken[c] && over[c] -> resolve(c); c++
        :: c < CALLS && !(taken[c] && over[c]) -> c++
        :: c == CALLS -> break
        od;
        atomic { c = 0; now = 0; first = 0 }
    :: !alive && !reaped ->
        reaped = 1;
        /* board_bury, and later board_check: what the worker was at is over */
        atomic {
            c = 0;
            do
            :: c < CALLS -> wounded[c] = posted[c] && runs[c]; c++
            :: c == CALLS -> break
            od;
            c = 0
        };
        now = terminating;
        if
        :: now -> end_at_once()
        :: !now && !stopping -> atomic { reaped = 0; alive = 1 }
        :: !now && stopping
        fi;
        atomic { c = 0; now = 0; first = 0 }
    :: wounded[0] -> wounded[0] = 0; finish(0)
#if CALLS > 1
    :: wounded[1] -> wounded[1] = 0; finish(1)
#endif
    :: stopping && reaped -> break
    od;
    ended = 1
}

proctype ender(bit terminate)
{
    bit late;

    if
    :: !terminate ->
        atomic {
            if
            :: state == RUN -> state = CLOSED
            :: else
            fi
        }
    :: terminate ->
#ifndef TERMINATE_WITHOUT_ENDING
        atomic { !ending -> ending = 1 };
#endif
        atomic {
            late = state == JOINED;
            if
            :: !late -> state = TERMINATED
            :: else
            fi
        };
        if
        :: !late ->
            terminating = 1;
            atomic { assert(!released); kick = 1 }
        :: else
        fi;
#ifndef TERMINATE_WITHOUT_ENDING
        ending = 0
#endif
    fi;
    /* pool_join: wait_for_calls, stop_workers */
#ifndef JOIN_WITHOUT_CALLS
    calls == 0;
#endif
    atomic { !ending -> ending = 1 };
    if
    :: state != JOINED ->
        assert(!released);
#ifdef KICK_BEFORE_STOP
        kick = 1;
        stop_wanted = 1;
#else
        stop_wanted = 1;
        kick = 1;
#endif
        ended;
        released = 1
    :: else
    fi;
    state = JOINED;
    ending = 0;
    returned++
}

/* Nobody can take another step. */
proctype verdict()
{
    byte c;

    timeout;
    assert(returned == ENDERS && submitted == CALLS && state == JOINED && ended);
    for (c : 0 .. CALLS - 1) {
        assert(resolved[c] + refused[c] == 1);
        assert(runs[c] <= 1)
    }
}

init {
    byte c;

    atomic {
        run supervisor();
        run worker();
        for (c : 0 .. CALLS - 1) {
            run caller(c)
        };
        for (c : 0 .. ENDERS - 1) {
            if
            :: run ender(0)
            :: run ender(1)
            fi
        };
        run verdict()
    }
}
