"""Looks at `genrebench serve` with a real browser while two workers work on a sweep.

usage: serve_test.py GENREBENCH

Exit code: 0 passed, 1 failed, 77 skipped: chromium or chromedriver is missing.
"""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import webdriver

HOSTILE = """</script><img src=x onerror="document.title='hit'">"""

QUICK = f"""
name: '{HOSTILE.replace("'", "''")}'
dataset: {{name: synthetic, tracks_per_genre: 6}}
split: {{kind: stratified, train_fraction: 0.6, valid_fraction: 0.2}}
features: {{name: mfcc_statistics}}
sweep:
  grid:
    method.name: [knn, naive_bayes]
seeds: [0, 1, 2]
"""

# Long enough to be looked at; nothing waits for its end.
SLOW = """
name: slow
dataset: {name: synthetic, tracks_per_genre: 6}
split: {kind: stratified, train_fraction: 0.6, valid_fraction: 0.2}
features: {name: mfcc_statistics}
method: {name: mlp, epochs: 100000, patience: auto, units: 512}
seeds: [0, 1, 2, 3]
"""


def refused(address, **headers):
    """Returns the status of a request."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Serve:
    """A live view of a store. Use it as a context."""

    def __init__(self, program, store):
        self.process = subprocess.Popen([program, "serve", "--db", store, "--json"],
                                        stdout=subprocess.PIPE, text=True)
        text = ""
        while not text.endswith("}\n"):
            line = self.process.stdout.readline()
            assert line, "genrebench serve ended"
            text += line
        self.address = json.loads(text)["address"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=60) == 0, "serve did not close cleanly"


def check_list(browser, address):
    """Filter, sort, groups, choice."""
    browser.open(address + "#runs")
    browser.wait("document.body.dataset.ready")
    rows = "document.querySelectorAll('.grid .row').length"
    browser.wait(f"{rows} === 6")
    # The name of the experiment stays text.
    assert HOSTILE in browser.run("return document.querySelector('.grid .row').textContent")
    assert browser.run("return document.images.length") == 0
    fill = ("const box = document.querySelector('input[type=search]'); box.value = arguments[0];"
            "box.dispatchEvent(new Event('input'))")
    browser.run(fill, "method.name=knn")
    browser.wait(f"{rows} === 3")
    browser.run(fill, "accuracy>2")
    browser.wait(f"{rows} === 0")
    browser.run(fill, "")
    browser.run("[...document.querySelectorAll('.head button')].find(b => "
                "b.innerText.startsWith('test/accuracy')).click()")
    cells = browser.run("return [...document.querySelectorAll('.grid .row')].map(row => "
                        "[row.getAttribute('aria-rowindex'),"
                        " row.innerText.match(/([\\d.]+) %/)[1]])"
                        ".sort((a, b) => a[0] - b[0]).map(pair => Number(pair[1]))")
    assert cells == sorted(cells, reverse=True), cells
    browser.run("const group = document.querySelectorAll('.tools select')[0];"
                "group.value = '(seeds)'; group.dispatchEvent(new Event('change'))")
    browser.wait("document.querySelectorAll('.grid .row.group').length === 2")
    assert "±" in browser.run("return document.querySelector('.grid .row.group').innerText")
    browser.run("document.querySelectorAll('.grid .row.group input')[0].click();"
                "document.querySelectorAll('.grid .row.group input')[1].click()")
    browser.run("location.hash = 'compare'")
    text = browser.wait("document.querySelector('table.compare')?.innerText")
    assert "method.name" in text and "test/accuracy" in text, text
    browser.run("location.hash = 'runs'")
    browser.wait("document.querySelector('.grid')")
    browser.run("[...document.querySelectorAll('button')].find(b => "
                "b.innerText === 'Choose none').click();"
                "const group = document.querySelectorAll('.tools select')[0];"
                "group.value = ''; group.dispatchEvent(new Event('change'))")


def check_run_page(browser, address):
    """Results, confusion and a track that plays."""
    run = browser.run("return document.querySelector('.grid .row')?.dataset.run || "
                      "fetch('api/runs').then(a => a.json()).then(l => l.ids[0])")
    browser.open(address + "#run=" + run)
    browser.wait("document.querySelector('table.confusion')")
    browser.run("const box = [...document.querySelectorAll('section select')][0];"
                "box.value = 'all'; box.dispatchEvent(new Event('change'))")
    browser.wait("document.querySelector('.play')")
    browser.run("document.querySelector('.play').click()")
    browser.wait("document.querySelector('audio').currentTime > 0")


def check_report(browser, address):
    browser.open(address + "#reports")
    browser.wait("document.querySelector('button.main')")
    browser.run("document.querySelector('button.main').click()")
    browser.wait("!document.querySelector('button.main').disabled")
    assert browser.run("return document.querySelector('iframe').getAttribute('sandbox')") == ""


# Notes when the page first shows what: {"running ID": ms, "step N": ms}, by the machine's clock.
WATCH_PAGE = """
  window.shown = {};
  setInterval(() => {
    const seen = what => { window.shown[what] ??= Date.now(); };
    for (const row of document.querySelectorAll('.grid .row'))
      if (row.querySelector('.status.running')) seen('running ' + row.dataset.run);
    for (const chart of document.querySelectorAll('.chart[data-last]'))
      seen('step ' + chart.dataset.last);
  }, 10);"""


class StoreWatch(threading.Thread):
    """Notes when the store first has what, as WATCH_PAGE does for the page."""

    def __init__(self, store):
        super().__init__(daemon=True)
        self.store, self.had, self.over = store, {}, False

    def run(self):
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as store:
            while not self.over:
                now = 1000 * time.time()
                lasts = []
                for run, last in store.execute(
                        "SELECT id, (SELECT max(step) FROM metrics WHERE run = key) FROM runs "
                        "WHERE status = 'running'"):
                    self.had.setdefault(f"running {run}", now)
                    lasts.append(last or 0)
                # A band begins and ends with the steps that two runs have. Those that came between
                # two looks came at about the same time.
                lasts.sort(reverse=True)
                for step in range(lasts[min(1, len(lasts) - 1)] if lasts else 0, 0, -1):
                    if f"step {step}" in self.had:
                        break
                    self.had[f"step {step}"] = now
                time.sleep(0.01)

    def delays(self, shown, kind):
        """@return seconds from the store to the page"""
        return sorted((shown[what] - self.had[what]) / 1000 for what in shown
                      if what.startswith(kind) and what in self.had)


def told(what, delays):
    assert delays, f"no {what} was seen in both the store and the page"
    print(f"{what}: {len(delays)} shown {delays[len(delays) // 2]:.2f} s after they were stored "
          f"(median), {delays[-1]:.2f} s at most")


def check_sweep(browser, address, program, store, experiment):
    """Rows and curves of a sweep of two workers, one of which is killed."""
    browser.open(address + "#runs")
    browser.wait("document.body.dataset.ready")
    browser.run(WATCH_PAGE)
    watch = StoreWatch(store)
    watch.start()
    sweep = subprocess.Popen([program, "run", experiment, "--db", store, "--workers", "2",
                              "--heartbeat", "1", "--cache", str(pathlib.Path(store).parent / "c")],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)
    try:
        browser.wait("document.querySelectorAll('.grid .row .status.running').length === 2", 60)
        browser.run("location.hash = 'curves'")
        last = "Number(document.querySelector('.chart')?.dataset.last ?? 0)"
        first = browser.wait(last, 60)
        browser.wait("document.querySelector('.chart canvas')")
        browser.wait(f"document.querySelectorAll('.chart').length > 1 && {last} > {first}", 60)
        browser.wait("Object.keys(shown).filter(what => what.startsWith('step')).length > 10", 60)
        browser.run("location.hash = 'workers'")
        browser.wait("document.querySelectorAll('tr.at-work').length === 2", 60)
        victim = browser.run("return Number(document.querySelector('tr.at-work').innerText"
                             ".match(/process (\\d+)/)[1])")
        os.kill(victim, signal.SIGKILL)
        killed = time.monotonic()
        browser.wait("[...document.querySelectorAll('tr.lost')].some(row => row.innerText"
                     f".includes('process {victim}'))", 60)
        print(f"the killed worker: shown as lost after {time.monotonic() - killed:.2f} s")
        shown = browser.run("return shown")
        told("rows of running runs", watch.delays(shown, "running"))
        told("steps of curves", watch.delays(shown, "step"))
    finally:
        watch.over = True
        os.killpg(sweep.pid, signal.SIGKILL)
        sweep.wait()


def main():
    program = os.path.abspath(sys.argv[1])
    if not webdriver.programs():
        print("skipped: chromium or chromedriver is missing")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        store = str(folder / "runs.db")
        (folder / "quick.yaml").write_text(QUICK)
        (folder / "slow.yaml").write_text(SLOW)
        subprocess.run([program, "run", folder / "quick.yaml", "--db", store, "--cache",
                        folder / "c", "--quiet"], check=True)
        with Serve(program, store) as serve, webdriver.Browser() as browser:
            origin = serve.address.rsplit("/", 2)[0]
            assert refused(serve.address) == 200
            assert refused(origin + "/") == 403
            assert refused(serve.address, Origin="https://example.org") == 403
            check_list(browser, serve.address)
            check_run_page(browser, serve.address)
            check_report(browser, serve.address)
            check_sweep(browser, serve.address, program, store, folder / "slow.yaml")
            # A policy that was broken, a script that failed: the browser says so.
            complaints = [entry["message"] for entry in browser.log()
                          if entry["level"] == "SEVERE"]
            assert not complaints, complaints
    print("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
