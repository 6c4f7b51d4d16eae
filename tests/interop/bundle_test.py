"""`genrebench export bundle` makes a folder that others can read: mlcroissant reads the description
of the dataset, and the run can be done again from it.

Run with: python3 bundle_test.py GENREBENCH
Without mlcroissant that part is left out, and the test ends with 77, which ctest takes as skipped.
"""
import csv
import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

from exported_sweep import Sweep

try:
    import mlcroissant
except ImportError as error:
    print("without mlcroissant:", error)
    mlcroissant = None


def check_crate(folder):
    crate = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"]), "an id is there twice"
    assert entities["ro-crate-metadata.json"]["conformsTo"]["@id"] == \
        "https://w3id.org/ro/crate/1.1"
    root = entities["./"]
    assert root["license"]["@id"] == "https://spdx.org/licenses/CC-BY-4.0"
    assert entities[root["author"][0]["@id"]]["name"] == "Ada Lovelace"
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {part["@id"] for part in root["hasPart"]} == names - {"ro-crate-metadata.json"}
    for part in root["hasPart"]:
        file = folder / part["@id"]
        assert entities[part["@id"]]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def check_croissant(folder):
    dataset = mlcroissant.Dataset(jsonld=folder / "dataset/feature_table/croissant.json")
    assert not dataset.metadata.issues.errors, dataset.metadata.issues.errors
    records = list(dataset.records("tracks"))
    assert len(records) == 40
    assert {record["tracks/genre"].decode() for record in records} == {"polka", "R&B"}


def main():
    with tempfile.TemporaryDirectory() as scratch:
        sweep = Sweep(sys.argv[1], scratch)
        folder = pathlib.Path(scratch) / "bundle"
        command = ["export", "bundle", sweep.file, "--out", folder, "--author", "Ada Lovelace",
                   "--licence", "CC-BY-4.0", "--report", "summary"]
        sweep.run(*command)
        sweep.run(*command)  # takes the place of the first one
        check_crate(folder)
        with open(folder / "csv/metrics.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        expected = {(row["run_id"], row["split"], row["metric"]): row["value"]
                    for row in sweep.query("SELECT * FROM v_metrics")}
        assert {(row["run_id"], row["split"], row["metric"]): float(row["value"])
                for row in rows} == expected
        with sqlite3.connect(f"file:{folder}/runs.db?mode=ro", uri=True) as store:
            assert store.execute("SELECT count(*) FROM v_runs").fetchone() == (4,)
            assert store.execute("SELECT count(audio) FROM v_tracks").fetchone() == (0,)
        run_id = rows[0]["run_id"]
        again = subprocess.run([sweep.program, "reproduce", run_id[:12], "--db",
                                str(folder / "runs.db")], capture_output=True, text=True,
                               check=False)
        assert again.returncode == 0 and "identical: " in again.stdout, (again.stdout, again.stderr)
        (folder / "ro-crate-metadata.json").unlink()
        sweep.run(*command, code=2)  # another folder is not replaced
        if mlcroissant is None:
            sys.exit(77)
        check_croissant(folder)
    print("read by others")


if __name__ == "__main__":
    main()
