"""Measures what viewers of a live view cost a writer: times of small transactions with three
viewers and without, in turns.

usage: measure_serve.py GENREBENCH STORE [TRANSACTIONS]

Works on a copy of STORE. Prints the median and the 99th percentile of each turn, in milliseconds.
"""

import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

TURNS = 4
VIEWERS = 3


def write(store, n):
    """Adds points of a curve as a worker does. Returns the sorted times in ms."""
    database = sqlite3.connect(store, isolation_level=None, timeout=30)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    run, = database.execute("SELECT max(key) FROM runs").fetchone()
    split, name = database.execute("SELECT split, name FROM metrics LIMIT 1").fetchone()
    step, = database.execute("SELECT coalesce(max(step), 0) FROM metrics WHERE run = ?",
                             (run,)).fetchone()
    times = []
    for _ in range(n):
        step += 1
        begin = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO metrics VALUES (?, ?, ?, ?, 0.5)", (run, step, split, name))
        database.execute("UPDATE runs SET wall_s = wall_s + 1 WHERE key = ?", (run,))
        database.execute("COMMIT")
        times.append(1e3 * (time.perf_counter() - begin))
        time.sleep(0.01)
    database.close()
    return sorted(times)


def follow(address, version):
    with urllib.request.urlopen(f"{address}api/events?since={version}") as events:
        while events.readline():
            pass


def with_viewers(program, store, work):
    serve = subprocess.Popen([program, "serve", "--db", store, "--json"], stdout=subprocess.PIPE,
                             text=True)
    text = ""
    while not text.endswith("}\n"):
        text += serve.stdout.readline()
    address = json.loads(text)["address"]
    with urllib.request.urlopen(address + "api/runs") as answer:
        version = json.load(answer)["version"]
    viewers = [threading.Thread(target=follow, args=(address, version)) for _ in range(VIEWERS)]
    for viewer in viewers:
        viewer.start()
    result = work()
    serve.send_signal(signal.SIGINT)
    serve.wait()
    for viewer in viewers:
        viewer.join()
    return result


def main():
    program, source = sys.argv[1:3]
    n = int(sys.argv[3]) if len(sys.argv) > 3 else 1200
    with tempfile.TemporaryDirectory() as folder:
        store = str(pathlib.Path(folder) / "runs.db")
        with sqlite3.connect(source) as original, sqlite3.connect(store) as copy:
            original.backup(copy)
        for _ in range(TURNS):
            alone = write(store, n)
            watched = with_viewers(program, store, lambda: write(store, n))
            print("; ".join(f"{name}: median {times[n // 2]:.3f}, 99 % {times[n * 99 // 100]:.3f}"
                            for name, times in (("alone", alone), ("with viewers", watched))))


if __name__ == "__main__":
    main()
