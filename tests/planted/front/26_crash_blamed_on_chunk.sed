# strategies/fork_pipe.c
s/work_item_lost(work, first.of, lost, why)/work_item_lost(work, first.of, lost ? first.first : lost, why)/
