// An arena of oneTBB, and its parallel_for.
#include "tbb_loop.h"

#include <new>
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

namespace
{

// Tells of each thread that joins or leaves the arena.
class observer : public tbb::task_scheduler_observer
{
  public:
    observer(tbb::task_arena &arena, const tbb_hooks &hooks) : tbb::task_scheduler_observer(arena), hooks_(hooks)
    {
        observe(true);
    }
    ~observer() override
    {
        observe(false);
    }
    void on_scheduler_entry(bool) override
    {
        hooks_.enter(hooks_.arg, slot());
    }
    void on_scheduler_exit(bool) override
    {
        hooks_.leave(hooks_.arg, slot());
    }

  private:
    static std::size_t slot()
    {
        return static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
    }

    const tbb_hooks hooks_;
};

} // namespace

struct tbb_loop {
    tbb_loop(std::size_t workers, const tbb_hooks &hooks)
        : limit(tbb::global_control::max_allowed_parallelism, workers), arena(static_cast<int>(workers)),
          watch(arena, hooks)
    {
    }

    tbb::global_control limit; // oneTBB's own is the number of CPUs, and applies where it is lower
    tbb::task_arena arena;     // one of its threads is the caller
    observer watch;
};

tbb_loop *tbb_loop_open(std::size_t workers, const tbb_hooks *hooks)
{
    return new (std::nothrow) tbb_loop(workers, *hooks);
}

void tbb_loop_run(tbb_loop *loop, std::size_t count, std::size_t grain,
                  void (*run)(void *arg, std::size_t first, std::size_t last), void *arg)
{
    using range = tbb::blocked_range<std::size_t>;
    const auto body = [=](const range &r) { run(arg, r.begin(), r.end()); };

    loop->arena.execute([&] {
        if (grain)
            tbb::parallel_for(range(0, count, grain), body, tbb::simple_partitioner());
        else
            tbb::parallel_for(range(0, count), body, tbb::auto_partitioner());
    });
}

void tbb_loop_close(tbb_loop *loop)
{
    delete loop;
}
