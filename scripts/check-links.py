#!/usr/bin/env python3
"""Checks that the links and the paths in the Markdown files lead somewhere, and that commands in
them can be pasted into any shell.

Looks at each `[text](target)` of the files that git tracks, or of all files where there is no git.
A target is a file or folder of this tree, with or without `#anchor`; an anchor must be the heading
of a Markdown file, written as GitHub writes it. Addresses with a scheme (https:, mailto:) are not
followed. A path of this tree in backticks, such as `base/files.hpp`, must exist too; its suffix may
be left out.

Words of commands with square brackets must stand in quotes, 'seeds=[0]': zsh takes them for a
pattern of file names otherwise, and refuses the command.

usage: check-links.py [--root FOLDER]

Prints one line per broken link, as FILE:LINE: what is wrong. Exit code: 0 none, 1 some.
"""

import argparse
import pathlib
import re
import subprocess
import sys
from urllib.parse import unquote

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
SHELLS = ("sh", "bash", "zsh", "shell", "console")
CODE = re.compile(r"`[^`]*`")
PATH = re.compile(r"`((?:base|signal|harness|pipeline|datasets|baselines|models|reports|cli|cmake|"
                  r"docs|examples|experiments|scripts|tests)/[\w./-]*)`")


def markdown_files(root):
    done = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"],
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [root / name for name in sorted(set(done.stdout.split("\n"))) if name
                and (root / name).exists()]
    return sorted(root.rglob("*.md"))


def lines_of(path):
    """Yields (number, line, language) of the lines; the language is None outside fenced code."""
    fence, language = None, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        mark = re.match(r"\s*(```+|~~~+)\s*(\w*)", line)
        if mark and (fence is None or mark[1].startswith(fence)):
            fence, language = (mark[1], mark[2]) if fence is None else (None, None)
        else:
            yield number, line, language


def prose_lines(path):
    """Yields (number, line) of the lines outside fenced code."""
    return ((number, line) for number, line, language in lines_of(path) if language is None)


def commands(path):
    """Yields (number, text) of the shell's lines in fenced code, and of our commands in prose."""
    for number, line, language in lines_of(path):
        if language in SHELLS:
            yield number, line
        elif language is None:
            for code in CODE.findall(line):
                if re.match(r"`\$?genrebench ", code):
                    yield number, code.strip("`")


def anchors_of(path, known={}):
    """The anchors of a Markdown file's headings, by GitHub's rule."""
    if path not in known:
        counts, anchors = {}, set()
        for _, line in prose_lines(path):
            heading = HEADING.match(line)
            if not heading:
                continue
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            counts[anchor] = counts.get(anchor, 0) + 1
            anchors.add(anchor if counts[anchor] == 1 else f"{anchor}-{counts[anchor] - 1}")
        known[path] = anchors
    return known[path]


def check_file(path, root):
    """Yields one message per broken link, and per bare pattern, of one file."""
    name = path.relative_to(root).as_posix()
    for number, text in commands(path):
        bare = re.sub(r"'[^']*'|\"[^\"]*\"|\\.|(^|\s)#.*|(^|\s)\[\[?\s.*", "", text)
        if "[" in bare:
            yield f"{name}:{number}: {text.strip()}: expected quotes around words with brackets"
    for number, line in prose_lines(path):
        for target in LINK.findall(CODE.sub("", line)):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            file, _, anchor = unquote(target).partition("#")
            found = (path.parent / file).resolve() if file else path
            if file.startswith("/"):
                yield f"{name}:{number}: {target}: expected a relative link"
            elif not found.is_relative_to(root) or not found.exists():
                yield f"{name}:{number}: {target}: there is no such file or folder"
            elif anchor and found.suffix == ".md" and anchor not in anchors_of(found):
                yield f"{name}:{number}: {target}: no heading has this anchor"
        for target in PATH.findall(line):
            if not any((root / (target + suffix)).exists() for suffix in ("", ".hpp", ".cpp")):
                yield f"{name}:{number}: `{target}`: there is no such file or folder"


def main():
    parser = argparse.ArgumentParser(description="Checks the relative links in Markdown files.")
    parser.add_argument("--root", type=pathlib.Path, help="the source tree; default: this one",
                        default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root.resolve()
    files = markdown_files(root)
    problems = [message for path in files for message in check_file(path, root)]
    print("\n".join(problems) if problems
          else f"the links of {len(files)} Markdown files are right")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
