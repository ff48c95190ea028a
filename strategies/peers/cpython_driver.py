"""The Python side of cpython.c: CPython's own pool, and a thread for each call that the host has under way.

Runs in a forked child of the host, so that tasks lie where they lie in the host, and ctypes calls them by their address.
"""
import contextlib
import ctypes
import functools
import itertools
import mmap
import multiprocessing
import multiprocessing.pool
import os
import socket
import struct
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

OK, FAILED, BROKEN = range(3)
REQUEST = struct.Struct("=7Q8Q8QQ")  # struct cpython_request up to its answer
ANSWER = struct.Struct("=3Q200s")


class TaskFailed(Exception):
    """The task returned args[0], called with the records args[1]."""


@functools.cache
def function_at(address):
    return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(address)


@functools.cache
def vector(length):
    return ctypes.c_char_p * length


def call(address, out_size, context, *records):
    """Run one item in a worker: what is pickled, as CPython does it, are the records and the result."""
    out = ctypes.create_string_buffer(out_size)
    code = function_at(address)(vector(len(records))(*records), out, context)
    if code:
        raise TaskFailed(code, records)
    return out.raw


def begin(address, setup, workers, numbers):
    """Bind a new worker and run the host's initializer."""
    number = next(numbers) if numbers else multiprocessing.current_process()._identity[-1] - 1
    start = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)(address)
    if start(setup, number % workers):
        raise RuntimeError("a worker could not begin")


class Processes:
    def __init__(self, workers, initargs, limit):
        context = multiprocessing.get_context("fork")
        self.pool = context.Pool(workers, begin, initargs, maxtasksperchild=limit or None)

    def map(self, function, columns, chunk):
        if len(columns) == 1:
            return self.pool.map(function, columns[0], chunk or None)
        return self.pool.starmap(function, list(zip(*columns)), chunk or None)

    def terminate(self):
        self.pool.terminate()

    def end(self):
        self.pool.close()
        self.pool.join()


class Threads(Processes):
    def __init__(self, workers, initargs, limit):
        self.pool = multiprocessing.pool.ThreadPool(workers, begin, (*initargs[:-1], itertools.count()))


class Executor:
    def __init__(self, workers, initargs, limit):
        context = multiprocessing.get_context("fork")
        self.pool = ProcessPoolExecutor(workers, context, begin, initargs)

    def map(self, function, columns, chunk):
        return list(self.pool.map(function, *columns, chunksize=chunk or 1))

    def terminate(self):
        self.pool.shutdown(cancel_futures=True)  # one that does not wait leaves its workers behind when we end

    def end(self):
        self.pool.shutdown()


def column(memory, offset, size, count):
    """The records of one column as bytes objects."""
    if not size:
        return [b""] * count
    with memoryview(memory) as view, view[offset : offset + size * count] as part:
        return [record for record, in struct.iter_unpack(f"{size}s", part)]


def perform(pool, memory):
    """Answer one request: map or starmap over the columns that lie in the memory."""
    count, chunk, nargs, out_size, address, context, context_size, *rest = REQUEST.unpack_from(memory)
    sizes, offsets, out = rest[:nargs], rest[8 : 8 + nargs], rest[16]
    columns = [column(memory, at, size, count) for at, size in zip(offsets, sizes)]
    broadcast = memory[context : context + context_size] if context_size else None
    try:
        results = pool.map(functools.partial(call, address, out_size, broadcast), columns, chunk)
    except TaskFailed as failure:  # CPython does not say which item it was; its arguments do
        code, records = failure.args
        return FAILED, next(i for i, item in enumerate(zip(*columns)) if item == records), code % 2**64, b""
    except Exception as problem:
        return BROKEN, 0, 0, repr(problem).encode()[:199]
    memory[out : out + out_size * count] = b"".join(results)
    return OK, 0, 0, b""


def serve(pool, channel, descriptor):
    """Answer requests until the host closes its end."""
    memory = None
    with contextlib.suppress(OSError):
        while channel.recv(1):
            size = os.fstat(descriptor).st_size
            if memory is None or len(memory) != size:
                memory = mmap.mmap(descriptor, size)
            ANSWER.pack_into(memory, REQUEST.size, *perform(pool, memory))
            channel.send(b".")


def main():
    kind, *numbers = sys.argv[1:]
    workers, control, address, setup, limit = map(int, numbers)
    control = socket.socket(fileno=control)
    pool = {"pool": Processes, "threads": Threads, "executor": Executor}[kind](
        workers, (address, setup, workers, None), limit
    )
    control.send(b".")
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if order == b"c":
            channel = socket.socket(fileno=descriptors[0])
            threading.Thread(target=serve, args=(pool, channel, descriptors[1]), daemon=True).start()
        elif order == b"t":
            pool.terminate()
        else:
            pool.end()
            os._exit(0)


main()
