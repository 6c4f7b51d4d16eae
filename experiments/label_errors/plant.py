#!/usr/bin/env python3
"""Plants label errors in a list of tracks, to try the report `errors` where the truth is known.

    genrebench dataset describe gtzan audio=none --out list
    python3 plant.py list/manifest.csv --share 0.05 --seed 0 --out planted

writes planted/manifest.csv, in which 5 % of the tracks, drawn at random, have another genre, drawn
at random too, and planted/changed.txt with their ids, which the option known_errors of the report
reads. Columns that give the genre away (splits, checksums) are left out. With --folders an id gets
its old genre before it, blues/blues.00000, for embeddings that lie in such folders.
"""
import argparse
import csv
import os
import random

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("manifest", help="a list with the columns id and genre")
parser.add_argument("--share", type=float, default=0.05, help="share of the tracks that change")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--folders", action="store_true", help="put the old genre before the id")
parser.add_argument("--out", required=True, help="folder to write into")
arguments = parser.parse_args()

with open(arguments.manifest, newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
genres = sorted({row["genre"] for row in rows})
draw = random.Random(arguments.seed)
changed = sorted(draw.sample(range(len(rows)), round(arguments.share * len(rows))))
for row in rows:
    if arguments.folders:
        row["id"] = row["genre"] + "/" + row["id"]
for number in changed:
    others = [genre for genre in genres if genre != rows[number]["genre"]]
    rows[number]["genre"] = draw.choice(others)

os.makedirs(arguments.out, exist_ok=True)
kept = [name for name in ("id", "genre", "artist", "song", "title") if name in rows[0]]
with open(os.path.join(arguments.out, "manifest.csv"), "w", newline="", encoding="utf-8") as file:
    writer = csv.DictWriter(file, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
with open(os.path.join(arguments.out, "changed.txt"), "w", encoding="utf-8") as file:
    file.writelines(rows[number]["id"] + "\n" for number in changed)
print(f"{len(changed)} of {len(rows)} tracks have another genre")
