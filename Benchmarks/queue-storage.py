#!/usr/bin/env python3
"""How fast can 2 KiB messages be made durable, and forgotten again? Compares ways to keep a queue.

    python3 Benchmarks/queue-storage.py [DIRECTORY]

Each way takes groups of 50 messages (50 clients that wait for their 250), syncs once a group, and removes the
messages of the group before in the same step, as a queue does whose mail is delivered at once. "files" is what
Postfix does: a file and a sync for each message. Only the ratios mean something: Python binds the statements.
Documentation/queue.md says what was made of the figures.
"""
import os
import shutil
import sqlite3
import sys
import tempfile
import time

GROUP = 50
WARM_UP, SECONDS = 4.0, 4.0
CONTENT = os.urandom(1024).hex().encode()
ENVELOPE = b"e" * 120


def measure(name, step):
    # A log that still grows is slower than one that is written over, so the first seconds do not count.
    group, count, start = 0, 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start - WARM_UP) < SECONDS:
        step(group)
        group += 1
        count += elapsed > 0
    print(f"{name:58} {count * GROUP / elapsed:9.0f} messages/s {elapsed / count * 1000:7.2f} ms a group", flush=True)


def files(directory):
    def step(group):
        for index in range(GROUP):
            path = f"{directory}/{group}-{index}"
            descriptor = os.open(path + "~", os.O_CREAT | os.O_WRONLY, 0o600)
            os.write(descriptor, ENVELOPE + CONTENT)
            os.fsync(descriptor)
            os.close(descriptor)
            os.rename(path + "~", path)
            if group:
                os.unlink(f"{directory}/{group - 1}-{index}")
    return step


def log(directory):
    descriptor = os.open(f"{directory}/log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def step(group):
        removals = b"".join(b"%16d" % (group * GROUP + index) for index in range(GROUP))
        os.write(descriptor, (ENVELOPE + CONTENT) * GROUP + removals)
        os.fdatasync(descriptor)
        if group % 1000 == 999:
            os.ftruncate(descriptor, 0)
    return step


def sqlite(directory, page, checkpoint, secure=0, recipients=False, sync="FULL"):
    store = sqlite3.connect(f"{directory}/store", isolation_level=None)
    for pragma in (f"page_size={page}", "journal_mode=WAL", f"synchronous={sync}", f"secure_delete={secure}",
                   f"wal_autocheckpoint={checkpoint}"):
        store.execute(f"PRAGMA {pragma}").fetchall()
    store.execute("CREATE TABLE message (number INTEGER PRIMARY KEY, id TEXT, envelope BLOB, content BLOB)")
    store.execute("CREATE TABLE recipient (message INTEGER, position INTEGER, address TEXT,"
                  " PRIMARY KEY (message, position)) WITHOUT ROWID")

    def step(group):
        first = group * GROUP
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT INTO message VALUES (?, 'abcdefghijklmno', ?, ?)",
                          [(first + index, ENVELOPE, CONTENT) for index in range(GROUP)])
        if recipients:
            store.executemany("INSERT INTO recipient VALUES (?, 0, 'john@example.org')",
                              [(first + index,) for index in range(GROUP)])
        if group:
            gone = [(first - GROUP + index,) for index in range(GROUP)]
            store.executemany("DELETE FROM message WHERE number = ?", gone)
            if recipients:
                store.executemany("DELETE FROM recipient WHERE message = ?", gone)
        store.execute("COMMIT")
    return step


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else "."
    ways = [
        ("a file and a sync each", files),
        ("own append-only log, a sync a group", log),
        ("SQLite, defaults of Debian (4 KiB pages, secure_delete)", lambda d: sqlite(d, 4096, 1000, 1)),
        ("SQLite, 4 KiB pages, checkpoint after 4 MiB", lambda d: sqlite(d, 4096, 1000)),
        ("SQLite, 8 KiB pages, checkpoint after 8 MiB", lambda d: sqlite(d, 8192, 1000)),
        ("SQLite, 8 KiB pages, checkpoint after 16 MiB", lambda d: sqlite(d, 8192, 2000)),
        ("SQLite, 16 KiB pages, checkpoint after 16 MiB", lambda d: sqlite(d, 16384, 1000)),
        ("SQLite, 8 KiB pages, checkpoint after 64 MiB", lambda d: sqlite(d, 8192, 8000)),
        ("SQLite, 8 KiB, 8 MiB, a row a recipient", lambda d: sqlite(d, 8192, 1000, recipients=True)),
        ("SQLite, 8 KiB, 8 MiB, synchronous = NORMAL (not durable)", lambda d: sqlite(d, 8192, 1000, sync="NORMAL")),
    ]
    for name, way in ways:
        directory = tempfile.mkdtemp(prefix=".queue-", dir=base)
        try:
            measure(name, way(directory))
        finally:
            shutil.rmtree(directory)


main()
