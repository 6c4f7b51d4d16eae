"""A small sweep whose runs the tests beside this file export: two methods, two seeds, a table of
features of its own."""
import json
import os
import pathlib
import sqlite3
import subprocess

EXPERIMENT = """name: exported sweep
description: Two methods on two genres.
dataset: {{name: feature_table, root: "{table}"}}
features: {{name: table}}
split: {{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}}
method: {{mlp: {{epochs: 5}}}}
sweep: {{grid: {{method.name: [mlp, knn]}}}}
seeds: [0, 1]
"""


class Sweep:
    """A folder with a store of four runs."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.store = self.folder / "runs.db"
        table = self.folder / "table.csv"
        rows = ["filename,x,y,label"]
        for i in range(40):
            genre = "R&B" if i % 2 else "polka"
            rows.append(f"{i}.wav,{i % 2 * 2 + i * 37 % 24 * 0.13},{i % 5},{genre}")
        table.write_text("\n".join(rows) + "\n")
        self.file = self.folder / "sweep.yaml"
        self.file.write_text(EXPERIMENT.format(table=table))
        self.run("run", self.file, "--quiet", "--no-cache")

    def run(self, *words, code=0, store=None):
        """Runs the program on the store. @return what it printed on standard output"""
        ended = subprocess.run([self.program, *map(str, words), "--db", str(store or self.store)],
                               capture_output=True, text=True, cwd=self.folder, check=False)
        assert ended.returncode == code, (words, ended.returncode, ended.stdout, ended.stderr)
        return ended.stdout

    def while_it_ran(self):
        """@return a store as the sweep's was when the runs with curves were in their third epoch"""
        earlier = self.folder / "earlier.db"
        with sqlite3.connect(self.store) as now, sqlite3.connect(earlier) as copy:
            now.backup(copy)
            runs = "run IN (SELECT run FROM metrics WHERE step >= 3)"
            copy.execute("UPDATE runs SET status = 'running', wall_s = 0 WHERE key IN "
                         "(SELECT run FROM metrics WHERE step >= 3)")
            copy.execute(f"DELETE FROM predictions WHERE {runs}")
            copy.execute(f"DELETE FROM metrics WHERE {runs} AND (step < 0 OR step > 3)")
        return earlier

    def query(self, sql):
        """The rows of a query, as dictionaries."""
        return json.loads(self.run("query", sql, "--json"))

    def runs(self):
        """By the run's id: its values as an exporter names them, {(name, step): value}."""
        values = {row["run_id"]: {} for row in self.query("SELECT run_id FROM v_runs")}
        for row in self.query("SELECT * FROM v_metrics"):
            values[row["run_id"]][f"{row['split']}/{row['metric']}", 0] = row["value"]
        for row in self.query("SELECT * FROM v_curves"):
            values[row["run_id"]][f"{row['metric']}/{row['split']}", row["step"]] = row["value"]
        return values


def loopback_environment():
    """The environment without proxies, which would be asked for 127.0.0.1 too."""
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
