"""Measures how fast a live view lists a store of many runs in a browser, and how smoothly the list
scrolls.

usage: measure_list.py GENREBENCH STORE [RUNS, default 30000] [TURNS, default 5]

Works on a copy of STORE, whose runs it repeats, with other ids, until there are RUNS. Each turn
opens the page in a browser of its own, which has nothing in its cache. It prints when the list
was there (milliseconds since the address was opened; the first rows are drawn), the processor time
of the page until then, how long it took to sort by another column, and the times between pictures
while the list was scrolled. The load of the machine stands beside them: they are for a quiet one.
"""

import hashlib
import os
import pathlib
import sqlite3
import sys
import tempfile

import serve_test
import webdriver

TABLES = {"parameters": "name, value", "metrics": "step, split, name, value"}

LISTED = """
  (function look() {
    if (document.querySelectorAll('.grid .row').length > 5)
      requestAnimationFrame(() => setTimeout(() => { window.listed = performance.now(); }, 0));
    else requestAnimationFrame(look);
  })();"""

SCROLL = """
  const done = arguments[arguments.length - 1];
  const body = document.querySelector('.grid .body'), times = [];
  let last = performance.now(), n = 0;
  (function step() {
    const now = performance.now();
    times.push(now - last);
    last = now;
    body.scrollTop += 700;
    if (++n < 240) requestAnimationFrame(step);
    else done(times.slice(5).sort((a, b) => a - b));
  })();"""

SORT = """
  const begin = performance.now();
  [...document.querySelectorAll('.head button')].find(
      b => b.innerText.startsWith(arguments[0])).click();
  document.querySelector('.grid .row').getBoundingClientRect();
  return performance.now() - begin;"""


def repeat_runs(source, file, n_runs):
    with sqlite3.connect(source) as original, sqlite3.connect(file) as store:
        original.backup(store)
        store.execute("DELETE FROM predictions")
        columns = [row[1] for row in store.execute("PRAGMA table_info(runs)")][2:]
        known = store.execute("SELECT key FROM runs ORDER BY key").fetchall()
        experiment, position = store.execute(
            "SELECT experiment_id, max(position) FROM experiment_runs").fetchone()
        key = known[-1][0]
        for n in range(n_runs - len(known)):
            key += 1
            like = known[n % len(known)][0]
            values = ", ".join(columns)
            store.execute(f"INSERT INTO runs (key, id, {values}) SELECT ?, ?, {values} FROM runs "
                          "WHERE key = ?", (key, hashlib.sha256(str(n).encode()).hexdigest(), like))
            for table, names in TABLES.items():
                store.execute(f"INSERT INTO {table} (run, {names}) SELECT ?, {names} FROM {table} "
                              "WHERE run = ?", (key, like))
            store.execute("INSERT INTO experiment_runs VALUES (?, ?, ?)",
                          (experiment, position + 1 + n, key))


def turn(address):
    with webdriver.Browser() as browser:
        browser.command("Performance.enable", timeDomain="threadTicks")
        browser.command("Page.addScriptToEvaluateOnNewDocument", source=LISTED)
        browser.open(address)
        listed = browser.wait("window.listed", 60)
        metrics = {entry["name"]: entry["value"]
                   for entry in browser.command("Performance.getMetrics")["metrics"]}
        n_rows = browser.run("return Number(document.querySelector('.grid').ariaRowCount)")
        sort = browser.run(SORT, "test/accuracy")
        frames = browser.run_async(SCROLL)
    print(f"{n_rows} rows after {listed:.0f} ms (the page computed "
          f"{1000 * metrics['TaskDuration']:.0f} ms), sorted in {sort:.0f} ms; pictures while "
          f"scrolling: median {frames[len(frames) // 2]:.1f} ms, 99 % "
          f"{frames[len(frames) * 99 // 100]:.1f} ms; load {os.getloadavg()[0]:.1f}", flush=True)


def main():
    program, source = sys.argv[1:3]
    n_runs = int(sys.argv[3]) if len(sys.argv) > 3 else 30000
    with tempfile.TemporaryDirectory() as folder:
        store = str(pathlib.Path(folder) / "runs.db")
        repeat_runs(source, store, n_runs)
        with serve_test.Serve(program, store) as serve:
            for _ in range(int(sys.argv[4]) if len(sys.argv) > 4 else 5):
                turn(serve.address)


if __name__ == "__main__":
    main()
