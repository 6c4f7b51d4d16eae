#!/usr/bin/env python3
"""Checks that files, functions, parameter lists and lines stay short.

Limits: 450 lines per file, 70 lines per function, 6 parameters per function, 100 columns per line.
Applies to C++, CMake, shell, Python, YAML and Markdown files that git tracks; in Markdown to the
lines outside tables and fenced blocks. Exceptions stand, with their reasons, in
scripts/size-exceptions.txt. Functions and parameters are measured only where Universal Ctags is
installed.

usage: check-sizes.py [FILE...]        default: all files

Prints one line per violation, as FILE:LINE: what is wrong. Exit code: 0 none, 1 some, 2 the
exceptions cannot be read.
"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXCEPTIONS = ROOT / "scripts/size-exceptions.txt"
MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 70
MAX_PARAMETERS = 6
MAX_COLUMNS = 100
KINDS = ("file", "function", "parameters", "columns")
SUFFIXES = (".hpp", ".cpp", ".hpp.in", ".cmake", ".cmake.in", ".sh", ".py", ".yaml", ".yml",
            ".md")


def read_exceptions():
    """Returns [(kind, pattern of files)]."""
    exceptions = []
    for number, line in enumerate(EXCEPTIONS.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split(maxsplit=2)
        if len(words) < 3 or words[0] not in KINDS:
            raise ValueError(f"{EXCEPTIONS}:{number}: expected KIND PATTERN REASON, where KIND is "
                             f"one of {', '.join(KINDS)}")
        exceptions.append((words[0], words[1]))
    return exceptions


def is_source(name):
    return name.endswith(SUFFIXES) or pathlib.Path(name).name in ("CMakeLists.txt", ".clang-tidy")


def tracked_files():
    done = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], check=True,
                          capture_output=True, text=True)
    return [name for name in done.stdout.splitlines() if is_source(name)
            and (ROOT / name).is_file()]


def parameter_count(signature):
    """Counts the parameters of "(const std::map<int, int>& a, int b = f(1, 2)) const"."""
    depth, commas, empty = 0, 0, True
    for character in signature:
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            depth -= 1
            if depth == 0:
                break
        elif character == "," and depth == 1:
            commas += 1
        if depth and not character.isspace() and character not in "()":
            empty = False
    return 0 if empty else commas + 1


def functions(names):
    """Yields ctags' records of the functions, methods and prototypes of C++ and Python files."""
    command = ["ctags", "--fields=+neS", "--kinds-C++=fp", "--output-format=json", "--sort=no",
               "--langmap=C++:+.in", "-f", "-", "-L", "-"]
    try:
        done = subprocess.run(command, cwd=ROOT, input="\n".join(names), capture_output=True,
                              text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        print("check-sizes: Universal Ctags is missing (package universal-ctags): functions are "
              "not measured", file=sys.stderr)
        return
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record.get("kind") in ("function", "prototype", "member", "method"):
            yield record


def check_text(name):
    """Yields (kind, line, message) for one file and its lines."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    if len(lines) > MAX_FILE_LINES:
        yield "file", 1, f"{len(lines)} lines, expected at most {MAX_FILE_LINES}"
    fenced = False
    for number, line in enumerate(lines, 1):
        if name.endswith(".md"):
            fenced ^= line.startswith("```")
            if fenced or line.startswith("|"):
                continue
        if len(line) > MAX_COLUMNS and not re.search(r"https?://\S{60}", line):
            yield "columns", number, f"{len(line)} columns, expected at most {MAX_COLUMNS}"


def check_function(record):
    """Yields (kind, message) for one function."""
    lines = record.get("end", record["line"]) - record["line"] + 1
    if lines > MAX_FUNCTION_LINES:
        yield "function", f"{lines} lines, expected at most {MAX_FUNCTION_LINES}"
    parameters = parameter_count(record.get("signature", ""))
    if parameters > MAX_PARAMETERS:
        yield "parameters", f"{parameters} parameters, expected at most {MAX_PARAMETERS}: a struct?"


def main():
    names = [name for name in sys.argv[1:] if is_source(name)] if sys.argv[1:] else tracked_files()
    try:
        exceptions = read_exceptions()
    except (OSError, ValueError) as error:
        print(f"check-sizes: {error}", file=sys.stderr)
        return 2
    found = [(name, kind, line, message) for name in names
             for kind, line, message in check_text(name)]
    for record in functions([name for name in names if name.endswith((".cpp", ".hpp", ".py"))]):
        found += [(record["path"], kind, record["line"], f"{record['name']}: {message}")
                  for kind, message in check_function(record)]
    problems = [f"{name}:{line}: {message}" for name, kind, line, message in found
                if not any(kind == excepted and fnmatch.fnmatch(name, pattern)
                           for excepted, pattern in exceptions)]
    print("\n".join(problems) if problems else f"{len(names)} files are within the limits")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
