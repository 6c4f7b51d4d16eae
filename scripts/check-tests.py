#!/usr/bin/env python3
"""Checks that every unit has a test file of its name, or stands in tests/units-without-tests.txt,
and that no two test files of a program share a namespace: several are compiled at a time.

A unit is a .cpp file; the test of base/csv.cpp is tests/base/csv_test.cpp. The list names, for
units without one, the tests that cover them and the reason. A line that covers no unit, or names
a test that is not there, is wrong too.

usage: check-tests.py [--root FOLDER]

Prints one line per problem. Exit code: 0 none, 1 some.
"""

import argparse
import fnmatch
import pathlib
import re
import sys

FOLDERS = ("base", "signal", "harness", "pipeline", "datasets", "baselines", "models", "reports",
           "exports", "cli")
PROGRAMS = FOLDERS + ("contract", "faults")
LIST = "tests/units-without-tests.txt"


def read_list(root):
    """Yields (line number, pattern, tests)."""
    for number, line in enumerate((root / LIST).read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3 or not all(parts):
            sys.exit(f"{LIST}:{number}: expected PATTERN | TESTS | REASON")
        yield number, parts[0], [test.strip() for test in parts[1].split(",")]


def namespace_problems(root):
    """Yields a line for each namespace of a test file that its neighbours could have too."""
    for folder in PROGRAMS:
        owners = {}
        for path in sorted((root / "tests" / folder).rglob("*_test.cpp")):
            name = path.relative_to(root)
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                if line == "namespace {":
                    yield (f"{name}:{number}: an anonymous namespace, which neighbours share; "
                           f"expected 'namespace {path.stem} {{'")
                found = re.fullmatch(r"namespace (\w+_test) {", line)
                if found and owners.setdefault(found[1], name) != name:
                    yield (f"{name}:{number}: {owners[found[1]]} has the namespace {found[1]} too; "
                           f"expected 'namespace {path.parent.name}_{path.stem} {{'")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    units = sorted(str(path.relative_to(root).with_suffix(""))
                   for folder in FOLDERS for path in (root / folder).rglob("*.cpp"))
    untested = [unit for unit in units if not (root / "tests" / f"{unit}_test.cpp").exists()]
    problems = []
    left = set(untested)
    for number, pattern, tests in read_list(root):
        covered = {unit for unit in left if fnmatch.fnmatch(unit, pattern)}
        if not covered:
            problems.append(f"{LIST}:{number}: {pattern}: no unit without a test is left for it")
        left -= covered
        problems += [f"{LIST}:{number}: {test} is not there" for test in tests
                     if not (root / test).exists()]
    problems += [f"{unit}.cpp: expected tests/{unit}_test.cpp, or a line in {LIST}"
                 for unit in sorted(left)]
    problems += namespace_problems(root)
    print("\n".join(problems) if problems else
          f"{len(units) - len(untested)} units have a test file, {len(untested)} a reason for none")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
