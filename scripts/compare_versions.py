"""Compares what two builds of genrebench gave. scripts/compare-versions.sh starts it.

  compare_versions.py make-track FILE   writes a long track of recurring parts
  compare_versions.py compare FOLDER    compares FOLDER/old with FOLDER/new and FOLDER/same_store;
                                        exit code 1 where they differ
"""

import array
import csv
import io
import json
import math
import pathlib
import random
import re
import sqlite3
import sys
import wave

# Left out, as they may differ between two runs of one program.
TIMING_METRICS = ("seconds", "samples_per_second", "data_wait_s")
TIMING_COLUMNS = ("wall_s", "mean_wall_s", "time a run", "time an epoch", "samples/s")

# Left out, as they name the build: paragraphs of reports.
BUILD_PARAGRAPHS = re.compile(
    r"by this program, commit |by commit |^The runs were made with different things")

# Left out of stores: times, hosts, workers, the environment, kept models, and paths of experiments.
# For each table the query before schema 6, and the one from then on, which reads the views.
NO_TIMES = "NOT IN ({})".format(", ".join(f"'{name}'" for name in TIMING_METRICS))
STORE_QUERIES = {
    "experiments": ("SELECT name, description FROM experiments ORDER BY name",) * 2,
    "plans": ("SELECT e.name, p.position, p.run_id FROM experiment_runs p JOIN experiments e"
              " ON e.id = p.experiment_id ORDER BY 1, 2",
              "SELECT experiment, position, run_id FROM v_experiments ORDER BY 1, 2"),
    "runs": ("SELECT id, status, message, seed, dataset_fingerprint, identity_version FROM runs"
             " ORDER BY id",
             "SELECT run_id, status, message, seed, dataset_fingerprint, identity_version"
             " FROM v_runs ORDER BY run_id"),
    "parameters": ("SELECT run_id, key, value FROM parameters ORDER BY 1, 2",
                   "SELECT run_id, name, value FROM v_parameters ORDER BY 1, 2"),
    "facts": ("SELECT run_id, key, value FROM facts ORDER BY 1, 2",
              "SELECT run_id, name, value FROM v_facts ORDER BY 1, 2"),
    "metrics": (f"SELECT run_id, step, split, name, value FROM metrics WHERE name {NO_TIMES}"
                " ORDER BY 1, 2, 3, 4",
                f"SELECT run_id, step, split, metric, value FROM (SELECT *, -1 AS step"
                f" FROM v_metrics UNION ALL SELECT run_id, split, metric, value, step"
                f" FROM v_curves) WHERE metric {NO_TIMES} ORDER BY 1, 2, 3, 4"),
    "predictions": ("SELECT run_id, split, track, truth, predicted, probabilities, cluster"
                    " FROM predictions ORDER BY 1, 2, 3",
                    "SELECT run_id, split, track, truth, predicted, probabilities, cluster"
                    " FROM v_predictions ORDER BY 1, 2, 3"),
    "bad tracks": ("SELECT run_id, track, message FROM bad_tracks ORDER BY 1, 2",
                   "SELECT run_id, track, message FROM v_bad_tracks ORDER BY 1, 2"),
}
FIRST_WITH_VIEWS = 6

# Text for readers: differences are listed, and are no failure.
TEXT_FORMATS = (".md", ".html", ".tex")


class Differences:
    def __init__(self):
        self.failures, self.remarks = [], []

    def fail(self, text):
        self.failures.append(text)

    def remark(self, text):
        self.remarks.append(text)


def shortened(value, width=100):
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= width else text[:width] + "…"


def first_difference(old, new):
    """Where two lists differ first, in words; empty where they are equal."""
    for place, (a, b) in enumerate(zip(old, new)):
        if a != b:
            return f"number {place + 1} is {shortened(b)}, was {shortened(a)}"
    return "" if len(old) == len(new) else f"{len(new)} instead of {len(old)}"


def rows_of(store, what):
    """Rows of one kind. Probabilities are lists of 32-bit floats in every schema."""
    has_views = store.execute("PRAGMA user_version").fetchone()[0] >= FIRST_WITH_VIEWS
    rows = store.execute(STORE_QUERIES[what][has_views]).fetchall()
    if what != "predictions":
        return rows

    def floats(value):
        if isinstance(value, bytes):
            return array.array("f", value)
        return array.array("f", json.loads(value or "[]"))
    return [(*row[:5], floats(row[5]), row[6]) for row in rows]


def compare_stores(old, new, differences):
    stores = [sqlite3.connect(f"file:{path}?mode=ro", uri=True) for path in (old, new)]
    for what in STORE_QUERIES:
        rows = [rows_of(store, what) for store in stores]
        if rows[0] != rows[1]:
            differences.fail(f"{old.name}, {what}: {first_difference(*rows)}")
    for store in stores:
        store.close()


def without_times_csv(text):
    rows = list(csv.reader(io.StringIO(text)))
    dropped = {i for i, name in enumerate(rows[0]) if name in TIMING_COLUMNS} if rows else set()
    return [[cell for i, cell in enumerate(row) if i not in dropped] for row in rows]


def without_times_table(table):
    dropped = {i for i, name in enumerate(table["columns"]) if name in TIMING_COLUMNS}
    rows = [[cell for i, cell in enumerate(row) if i not in dropped] for row in table["rows"]]
    return dict(table, rows=rows)


def comparable_json(text, with_times):
    document = json.loads(text)
    if not isinstance(document, dict) or "body" not in document:
        return document
    document["body"] = [part for part in document["body"]
                        if part["type"] != "paragraph"
                        or not BUILD_PARAGRAPHS.search(part["text"])]
    if with_times:
        return document
    document["body"] = [without_times_table(part) if part["type"] == "table" else part
                        for part in document["body"]]
    for table in document["data"]:
        table["records"] = [{name: value for name, value in record.items()
                             if name not in TIMING_COLUMNS} for record in table["records"]]
    return document


def json_difference(old, new, where=""):
    """The place of the first difference, such as body/2/notes/0."""
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        pairs = [(key, old[key], new[key]) for key in old]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(str(place), a, b) for place, (a, b) in enumerate(zip(old, new))]
    else:
        return f"{where or 'the document'} is {shortened(new)}, was {shortened(old)}"
    for key, a, b in pairs:
        if a != b or (isinstance(a, dict) and list(a) != list(b)):
            return json_difference(a, b, f"{where}/{key}" if where else key)
    return ""


def compare_files(name, old, new, with_times, differences):
    if old == new:
        return
    suffix = pathlib.PurePath(name).suffix
    if suffix == ".csv" and not with_times:
        difference = first_difference(*(without_times_csv(text.decode()) for text in (old, new)))
        if difference:
            differences.fail(f"{name}: row {difference}")
    elif suffix == ".json":
        documents = [comparable_json(text, with_times) for text in (old, new)]
        difference = json_difference(*documents)
        if difference:
            differences.fail(f"{name}: {difference}")
    elif suffix in TEXT_FORMATS:
        lines = [text.decode().split("\n") for text in (old, new)]
        n = sum(a != b for a, b in zip(*lines)) + abs(len(lines[0]) - len(lines[1]))
        differences.remark(f"{name}: {n} of {len(lines[0])} lines")
    else:
        differences.fail(f"{name}: the bytes differ")


def compare_folders(label, old, new, with_times, differences):
    names = [{str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
             for folder in (old, new)]
    for missing in sorted(names[0] - names[1]):
        differences.fail(f"{label}/{missing}: the new program does not write it")
    for added in sorted(names[1] - names[0]):
        differences.fail(f"{label}/{added}: the old program does not write it")
    for name in sorted(names[0] & names[1]):
        compare_files(f"{label}/{name}", (old / name).read_bytes(), (new / name).read_bytes(),
                      with_times, differences)
    return len(names[0])


def compare(folder):
    differences = Differences()
    stores = sorted(path.name for path in (folder / "old").glob("*.db"))
    for name in stores:
        compare_stores(folder / "old" / name, folder / "new" / name, differences)
    n_files = 0
    for label, old, new, with_times in (
            ("reports", "old/reports", "new/reports", False),
            ("reports of the old runs", "old/reports", "same_store", True),
            ("segment", "old/segment", "new/segment", True)):
        n_files += compare_folders(label, folder / old, folder / new, with_times, differences)
    if differences.remarks:
        print("Texts that differ (times and names of builds are in them; read them):")
        for text in differences.remarks:
            print("  " + text)
    if differences.failures:
        print("Differences:")
        for text in differences.failures:
            print("  " + text)
        return 1
    print(f"No difference in {len(stores)} stores ({', '.join(STORE_QUERIES)})"
          f" and {n_files} files.")
    return 0


def make_track(path):
    """90 s of three parts in the order a b a c a b: chords with noise, the same in every file."""
    rate_hz, noise = 22050, random.Random(1)
    chords = {"a": (220, 277, 330), "b": (196, 247, 294), "c": (262, 330, 392)}
    samples = array.array("h")
    for part in "abacab":
        for i in range(15 * rate_hz):
            time_s = i / rate_hz
            loudness = 0.5 if (2 * time_s) % 1 < 0.3 else 0.2
            value = sum(math.sin(2 * math.pi * f_hz * time_s) for f_hz in chords[part]) / 3
            value = value * loudness + noise.gauss(0, 0.02 if part == "a" else 0.06)
            samples.append(int(max(-1.0, min(1.0, value)) * 30000))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "make-track":
        make_track(pathlib.Path(arguments[1]))
        return 0
    if len(arguments) == 2 and arguments[0] == "compare":
        return compare(pathlib.Path(arguments[1]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
