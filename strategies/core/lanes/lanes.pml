/*
 * lanes.pml - the protocol of lanes.h, for spin: claims, thefts, counting, and a death between any two steps.
 *
 *   C                                              here
 *   lanes_work, lane_drain, lane_claim, lane_run   worker, labels live, drain, claim, one
 *   lanes_steal, lane_move_half, theft_finish      worker, label steal
 *   lanes_repair, repair_theft, repair_claim       worker, label bury: a dead worker's process plays the supervisor
 *   board_bury's wake, wait_for_news               wakes, label end_idle (board.pml has the futex itself)
 *
 * One step is one access to a word that others read, so a worker is interleaved and killed between any two of them.
 * Words that only their own worker writes, and nobody else reads at the time, are read together.
 *
 * Abstracted: the adapted claim (any size that lane_claim may return), TRIES (a thief that finds a lane marked gives up
 * at any time), tasks (a step that enters the item in the ledger), weak memory (steps are sequentially consistent).
 *
 * Sizes: WORKERS, COUNT items in units of UNIT, DEATHS, CHUNKED (one unit a claim), CANCEL (at any time), RECYCLE (a
 * worker may leave after any claim; that is one of the deaths). Planted races: the switches that tests/models/models.def names.
 */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef COUNT
#define COUNT 4
#endif
#ifndef UNIT
#define UNIT 1
#endif
#ifndef DEATHS
#define DEATHS 1
#endif

#define UNITS ((COUNT + UNIT - 1) / UNIT)
#define NO_SPLIT 255
#define unit_item(u) ((u) * UNIT < COUNT -> (u) * UNIT : COUNT)
#define least(a, b) ((a) < (b) -> (a) : (b))
#define most(a, b) ((a) > (b) -> (a) : (b))

typedef lane_t {
    byte begin, end, phase; /* one word: always read and written together */
    byte thief, victim, split, split_end;
    byte before[2], cursor[2]; /* before - first of C's progress, modulo 256: only their difference matters */
};

lane_t lane[WORKERS];
byte unfinished = COUNT;
byte wakes;              /* times that all workers were woken */
bit at[WORKERS];         /* the worker says that it is at the job */
bit canceled;
byte completions;        /* workers that were told that theirs were the last items */

/* The ledger: what became of each item. */
byte runs[COUNT], lost[COUNT], skipped[COUNT];
byte kills, killed; /* killed: worker + 1 whose death is the next step */
bit dead[WORKERS], burying;

/* In a d_step: every item has its fate. */
inline count_over(n)
{
    n = 0;
    i = 0;
    do
    :: i < COUNT ->
        if
        :: runs[i] || lost[i] || skipped[i] -> n++
        :: else
        fi;
        i++
    :: else -> break
    od
}

#define lane_finished(w) ((lane[w].before[lane[w].phase] + lane[w].cursor[lane[w].phase]) % 256)
#define unmarked(v) (lane[v].thief == 0)
#ifdef STEAL_WITHOUT_MARK
#define free_to_steal(v) true
#else
#define free_to_steal(v) unmarked(v)
#endif

/* The fate of items [from, to) of a claim that is given up because the batch was cancelled. */
inline give_up(from, to)
{
    do
    :: from < to -> assert(!runs[from] && !lost[from] && !skipped[from]); skipped[from]++; from++
    :: else -> break
    od
}

inline call_item()
{
    assert(!runs[i] && !lost[i] && !skipped[i]);
    runs[i]++
}

/* theft_finish: the words of the progress are one step, for nobody looks at them before the phase selects them. */
inline theft_progress()
{
#ifndef CURSOR_BEFORE_SWAP
    item = lane[v].cursor[lane[v].phase];
#endif
    item = most(item, unit_item(split));
    lane[me].before[phase] = (lane_finished(me) + 256 - item) % 256;
    lane[me].cursor[phase] = item
}

inline theft_publish()
{
    d_step {
        lane[me].begin = split; lane[me].end = lane[me].split_end; lane[me].phase = phase;
#ifndef PUBLISH_BEFORE_PROGRESS
        lane[me].before[1 - phase] = 0; lane[me].cursor[1 - phase] = 0 /* not used any more */
#endif
    }
}

/* What is not used any more must not make states differ: neither an empty range that nobody has marked, ... */
inline settle()
{
    if
    :: lane[me].begin == lane[me].end && unmarked(me) ->
        lane[me].before[0] = lane_finished(me); lane[me].before[1] = 0;
        lane[me].cursor[0] = 0; lane[me].cursor[1] = 0;
        lane[me].begin = 0; lane[me].end = 0; lane[me].phase = 0
    :: else
    fi
}

/* ... nor old numbers. */
inline forget()
{
    i = 0; v = 0; n = 0; upto = 0; split = 0; item = 0; phase = 0; busy = 0; stolen = 0; good = 0; marked = 0
}

#if DEATHS
#define MORTAL provided (!killed || killed == _pid)
#define OR_DIE unless { atomic { killed == me + 1 -> killed = 0; dead[me] = 1; retires = 0 } }
#else
#define MORTAL
#define OR_DIE
#endif

proctype worker(byte me) MORTAL
{
    byte seen, at_entry, done; /* of one lanes_work */
    byte b, e, p;              /* a range as it was read */
    byte i, v, n, upto, split, item, phase;
    bit busy, stolen, good, marked, retires;
live:
    {
        d_step { seen = wakes; at[me] = 1; at_entry = lane_finished(me) }
drain:
        /* lane_claim: one step, for while the own range is not empty only its end changes, and never back */
        atomic {
            forget();
            b = lane[me].begin; e = lane[me].end; p = lane[me].phase;
            if
            :: b == e -> goto steal
            :: b < e -> upto = b + 1
#ifndef CHUNKED
            :: e - b > 3 -> upto = b + (e - b) / 2
#endif
            :: b < e && canceled -> upto = b + (e - b) / 2 + (e - b == 1)
            fi;
#ifdef CLAIM_WITHOUT_SWAP
        };
        d_step {
            lane[me].end = e;
#endif
            lane[me].begin = upto;
            i = lane[me].cursor[p]; upto = unit_item(upto); b = 0; e = 0
        };
one: /* lane_run */
        do
#ifdef CANCEL
        :: i < upto && !canceled -> d_step { lane[me].cursor[p] = i; call_item(); i++ }
        :: atomic { i < upto && canceled -> give_up(i, upto) }
#else
        :: atomic { i < upto -> lane[me].cursor[p] = i; call_item(); i++ }
#endif
        :: atomic { i >= upto -> lane[me].cursor[p] = upto } break
        od;
#ifdef RECYCLE
        if
        :: atomic { kills < DEATHS -> kills++; retires = 1; goto leave }
        :: skip
        fi;
#endif
        goto drain;
steal:
        atomic {
            n = 1;
            busy = 0;
            stolen = 0;
            good = unmarked(me);
            if
            :: good -> lane[me].thief = me + 1
            :: else
            fi
        };
        do
        :: atomic { good && !marked && n < WORKERS && !stolen ->
               v = (me + n) % WORKERS;
               n++;
               if /* range_left looks before: it may have been something else then */
               :: lane[v].begin == lane[v].end
               :: free_to_steal(v) -> lane[v].thief = me + 1; marked = 1
               :: !free_to_steal(v) -> busy = 1
               fi
           }
        :: atomic { marked -> /* lane_move_half */
               phase = 1 - lane[me].phase;
               lane[me].victim = v + 1;
               b = lane[v].begin; e = lane[v].end; p = lane[v].phase
           };
           do
           :: atomic { b != e && !stolen -> split = b + (e - b) / 2; lane[me].split_end = e };
#ifdef CURSOR_BEFORE_SWAP
              item = lane[v].cursor[p];
#endif
#ifndef NO_INTENT
              lane[me].split = split;
#endif
              d_step {
                  stolen = lane[v].begin == b && lane[v].end == e && lane[v].phase == p;
                  if
                  :: stolen -> lane[v].end = split
                  :: else -> b = lane[v].begin; e = lane[v].end; p = lane[v].phase
                  fi
              }
#ifdef PUBLISH_BEFORE_PROGRESS
           :: stolen -> theft_publish(); atomic { theft_progress() }; break
#else
           :: atomic { stolen -> theft_progress() }; theft_publish(); break
#endif
           :: b == e && !stolen -> break
           od;
           atomic { lane[v].thief = 0; marked = 0; b = 0; e = 0; p = 0; split = 0; item = 0; phase = 0; v = 0 };
           atomic { lane[me].split = NO_SPLIT; lane[me].victim = 0; lane[me].split_end = 0 }
        :: atomic { !marked && (!good || n == WORKERS || stolen) ->
               if
               :: good -> lane[me].thief = 0
               :: else
               fi
           };
           break
        od;
        if
        :: stolen -> goto drain
        :: good && busy && !stolen -> goto steal
        :: (!good || !busy) && !stolen
        fi;
leave:
        atomic {
            done = lane_finished(me) - at_entry;
            i = unfinished;
#ifdef COUNT_NOT_ATOMIC
        };
        d_step {
#endif
            unfinished = i - done;
            if
            :: done && i == done -> completions++; count_over(n); assert(completions == 1 && n == COUNT)
            :: else
            fi
        };
        d_step { at[me] = 0; b = 0; e = 0; p = 0; done = 0; at_entry = 0; forget(); settle() };
        if
        :: retires -> goto gone
        :: else
        fi;
end_idle:
        wakes != seen;
        goto live
    } OR_DIE;
gone:
    atomic { dead[me] = 1; retires = 0; seen = 0; done = 0; at_entry = 0; b = 0; e = 0; p = 0; forget() };
    /* bury: one at a time, as there is one supervisor */
    atomic { !burying -> burying = 1 };
    /* A mark is set and cleared by its owner alone: which lane has this one's does not change meanwhile. */
    atomic {
        do
        :: v < WORKERS && (v == me || lane[v].thief != me + 1) -> v++
        :: else -> break
        od
    };
    if
    :: atomic { v < WORKERS -> split = lane[me].split; b = lane[v].begin; e = lane[v].end; p = lane[v].phase };
       if
       :: atomic { split != NO_SPLIT && lane[me].victim == v + 1 && e == split &&
                       !(lane[me].begin == split && lane[me].end == lane[me].split_end) ->
                   phase = 1 - lane[me].phase; theft_progress() };
          theft_publish()
       :: else
       fi;
       lane[v].thief = 0
    :: v == WORKERS
    fi;
    atomic {
        lane[me].split = NO_SPLIT; lane[me].victim = 0; lane[me].split_end = 0; /* nobody else reads them */
#ifndef OWN_MARK_STAYS
        if
        :: lane[me].thief == me + 1 -> lane[me].thief = 0
        :: else
        fi
#endif
    };
    /* repair_claim */
    atomic {
        b = lane[me].begin; e = lane[me].end; p = lane[me].phase;
        i = lane[me].cursor[p];
        upto = unit_item(b);
        n = (i + 1 == upto -> b : (i + 1) / UNIT)
    };
    if
    :: i < upto ->
#ifndef WHOLE_CLAIM_BACK
        lane[me].cursor[p] = i + 1;
#endif
        d_step { assert(!lost[i] && runs[i] <= 1 && !skipped[i]); lost[i] = 1 };
        do
        :: atomic {
               good = lane[me].begin == b && lane[me].end == e && lane[me].phase == p;
               if
               :: good -> lane[me].begin = n
               :: else -> b = lane[me].begin; e = lane[me].end; p = lane[me].phase
               fi
           };
           if
           :: good -> break
           :: else
           fi
        od
    :: else
    fi;
    atomic { at[me] = 0; wakes++; dead[me] = 0; burying = 0; seen = 0; b = 0; e = 0; p = 0; done = 0; at_entry = 0; forget() };
    goto live
}

/* Whoever kills workers and cancels batches, at any time. */
proctype fate()
{
    byte w;

    do
    :: atomic { kills < DEATHS && !killed ->
           if
           :: w = 0
#if DEATHS > 1 || COUNT % (WORKERS * UNIT) /* else every worker is like every other */
           :: w = 1
#if WORKERS > 2
           :: w = 2
#endif
#endif
           fi;
           if
           :: !dead[w] -> killed = w + 1; kills++
           :: else
           fi }
#ifdef CANCEL
    :: !canceled -> canceled = 1
#endif
    :: break
    od
}

/* Nobody can take another step: everybody sleeps, for ever. */
proctype verdict()
{
    byte i, n, w;

    timeout;
    d_step {
        count_over(n);
        assert(n == COUNT);
        for (i : 0 .. COUNT - 1) {
            assert(runs[i] + skipped[i] == 1 || lost[i]);
            assert(runs[i] <= 1 && lost[i] <= 1 && skipped[i] <= 1)
        }
        n = 0;
        for (w : 0 .. WORKERS - 1) {
            assert(lane[w].begin == lane[w].end);
            assert(lane[w].thief == 0 && lane[w].split == NO_SPLIT && !at[w]);
            n = n + lane_finished(w)
        }
        assert(n == COUNT);
        assert(kills || completions == 1)
    }
}

init {
    byte w, u;

    d_step {
        for (w : 0 .. WORKERS - 1) {
            u = UNITS / WORKERS * w + least(w, UNITS % WORKERS);
            lane[w].begin = u;
            lane[w].end = u + UNITS / WORKERS + (w < UNITS % WORKERS -> 1 : 0);
            lane[w].split = NO_SPLIT;
            lane[w].before[0] = (256 - unit_item(u)) % 256;
            lane[w].cursor[0] = unit_item(u)
        }
    };
    atomic {
        for (w : 0 .. WORKERS - 1) {
            run worker(w)
        };
        run fate();
        run verdict()
    }
}
