#!/usr/bin/env python3
"""Checks that includes point downwards only.

Reads every `#include "..."` of the C++ sources and compares it with the table "Allowed arrows" in
docs/architecture.md. Also reports includes of files that do not exist, circles between files,
circles between folders, and a folder that has grown to a quarter of the code.

usage: check-arrows.py [--root FOLDER]

Prints one line per violation, as FILE:LINE: what is wrong. Exit code: 0 none, 1 some, 2 the table
cannot be read.
"""

import argparse
import pathlib
import re
import sys

TABLE_FILE = "docs/architecture.md"
TABLE_HEADING = "## Allowed arrows"
SUFFIXES = (".hpp", ".cpp", ".hpp.in")
INCLUDE = re.compile(r'\s*#\s*include\s+"([^"]+)"')
LARGEST_SHARE = 0.25


class TableError(Exception):
    """The table of allowed arrows is missing or malformed."""


def read_table(text):
    """Returns {folder: [folders that it may include]} from the Markdown table of arrows."""
    _, found, rest = text.partition(TABLE_HEADING + "\n")
    if not found:
        raise TableError(f"{TABLE_FILE}: there is no heading '{TABLE_HEADING}'")
    allowed = {}
    for line in rest.splitlines():
        if line.startswith("## "):
            break
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| `") or len(cells) < 2:
            continue
        targets = re.findall(r"`([^`]+)`", cells[-1])
        for folder in re.findall(r"`([^`]+)`", cells[0]):
            allowed[folder] = targets
    if not allowed:
        raise TableError(f"{TABLE_FILE}: there is no table below '{TABLE_HEADING}'")
    for folder, targets in allowed.items():
        for target in targets:
            if not any(is_inside(known, target) for known in allowed):
                raise TableError(f"{TABLE_FILE}: `{folder}` may include `{target}`, "
                                 "which has no row")
    return allowed


def is_inside(folder, parent):
    """Whether `folder` is `parent` or lies below it."""
    return folder == parent or folder.startswith(parent + "/")


def row_of(folder, allowed):
    """The longest row that `folder` lies in, or None."""
    rows = [row for row in allowed if is_inside(folder, row)]
    return max(rows, key=len) if rows else None


def folder_of(path):
    return path.rpartition("/")[0]


def read_includes(root, allowed):
    """Returns {file: [(line number, included file)]} and {file: number of lines}."""
    includes, lengths = {}, {}
    for top in sorted({row.split("/")[0] for row in allowed}):
        for path in sorted((root / top).rglob("*")):
            if not path.name.endswith(SUFFIXES):
                continue
            name = path.relative_to(root).as_posix()
            lines = path.read_text(encoding="utf-8").splitlines()
            lengths[name] = len(lines)
            matches = ((number, INCLUDE.match(line)) for number, line in enumerate(lines, 1))
            includes[name] = [(number, match[1]) for number, match in matches if match]
    return includes, lengths


def check_arrows(includes, allowed):
    """Yields one message per include that the table does not allow or that leads nowhere."""
    for name, targets in includes.items():
        row = row_of(folder_of(name), allowed)
        if row is None:
            yield f"{name}:1: its folder has no row in the table of {TABLE_FILE}"
            continue
        for number, target in targets:
            if target not in includes and target + ".in" not in includes:
                yield f'{name}:{number}: includes "{target}", which does not exist'
                continue
            may = [row, *allowed[row]]
            if not any(is_inside(folder_of(target), parent) for parent in may):
                rule = ", ".join(allowed[row]) or "nothing"
                yield (f'{name}:{number}: includes "{target}", but {row} may include only {rule} '
                       f"({TABLE_FILE})")


def find_circle(graph):
    """Returns the nodes of one circle in {node: set of nodes}, the first one repeated, or None."""
    done = set()
    for start in sorted(graph):
        path, positions, stack = [], {}, [(start, None)]
        while stack:
            node, children = stack.pop()
            if children is None:
                if node in done:
                    continue
                positions[node] = len(path)
                path.append(node)
                children = iter(sorted(graph.get(node, ())))
            child = next(children, None)
            if child is None:
                done.add(node)
                del positions[path.pop()]
            elif child in positions:
                return path[positions[child]:] + [child]
            else:
                stack += [(node, children), (child, None)]
    return None


def check_circles(includes):
    """Yields one message for a circle between files and one for a circle between folders."""
    files, folders, witness = {}, {}, {}
    for name, targets in includes.items():
        files[name] = {target for _, target in targets if target != name}
        for number, target in targets:
            source, destination = folder_of(name), folder_of(target)
            if source != destination:
                folders.setdefault(source, set()).add(destination)
                witness.setdefault((source, destination), f"{name}:{number}")
    circle = find_circle(files)
    if circle:
        yield f"{circle[0]}:1: files include each other in a circle: {' -> '.join(circle)}"
    circle = find_circle(folders)
    if circle:
        steps = ", ".join(f"{a} -> {b} ({witness[a, b]})" for a, b in zip(circle, circle[1:]))
        yield f"{circle[0]}: folders include each other in a circle: {steps}"


def check_shares(lengths):
    """Yields a message if the files directly in one folder are a quarter of the code or more."""
    totals = {}
    for name, lines in lengths.items():
        totals[folder_of(name)] = totals.get(folder_of(name), 0) + lines
    folder, lines = max(totals.items(), key=lambda item: item[1])
    share = lines / max(1, sum(totals.values()))
    if share >= LARGEST_SHARE:
        yield f"{folder}: holds {share:.0%} of the code, expected less than {LARGEST_SHARE:.0%}"


def main():
    parser = argparse.ArgumentParser(description="Checks that includes point downwards only.")
    parser.add_argument("--root", type=pathlib.Path, help="the source tree; default: this one",
                        default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    try:
        allowed = read_table((root / TABLE_FILE).read_text(encoding="utf-8"))
    except (OSError, TableError) as error:
        print(f"check-arrows: {error}", file=sys.stderr)
        return 2
    includes, lengths = read_includes(root, allowed)
    problems = [*check_arrows(includes, allowed), *check_circles(includes), *check_shares(lengths)]
    n_includes = sum(map(len, includes.values()))
    print("\n".join(problems) if problems
          else f"{n_includes} includes of {len(includes)} files point downwards")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
