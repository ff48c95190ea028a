# strategies/core/procs/books.c
s/barren >= BOOKS_BARREN_MAX/barren == 1000000000/
