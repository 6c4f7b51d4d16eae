#!/usr/bin/env python3
"""Writes tigerbeetle.txt and random.txt beside this file: series, and the change points that Apache
Otava finds in them. pip install apache-otava==0.8.0; the argument is tests/tigerbeetle_test.py of
its source distribution, which holds the published series.

A block is a line of values, then one line per setting: window, level, magnitude, and the indices.

The series of tigerbeetle is part of Apache Otava, Copyright The Apache Software Foundation, under
the Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0)."""
import importlib.util
import pathlib
import sys

import numpy as np
from otava.analysis import compute_change_points

HERE = pathlib.Path(__file__).parent
SETTINGS = [(30, 0.01, 0.05), (30, 0.05, 0.05), (30, 0.1, 0.05), (30, 0.2, 0.05), (30, 0.1, 0.0),
            (30, 0.01, 0.0), (30, 0.001, 0.0), (30, 0.0001, 0.0), (30, 0.00001, 0.0),
            (50, 0.001, 0.0)]


def block(values):
    lines = [" ".join(repr(float(v)) for v in values)]
    for window, level, magnitude in SETTINGS:
        points, _ = compute_change_points(list(values), window_len=window, max_pvalue=level,
                                          min_magnitude=magnitude)
        lines.append(" ".join(map(str, [window, level, magnitude, *[p.index for p in points]])))
    return "\n".join(lines) + "\n"


spec = importlib.util.spec_from_file_location("published", sys.argv[1])
published = importlib.util.module_from_spec(spec)
spec.loader.exec_module(published)
(HERE / "tigerbeetle.txt").write_text(block(published._get_series()))

random = np.random.default_rng(20)
blocks = []
for _ in range(6):
    levels = np.repeat(random.choice([1.0, 1.03, 1.1, 0.95], 4), 20)
    blocks.append(block(np.round(100 * levels * np.exp(0.015 * random.standard_normal(80)), 3)))
(HERE / "random.txt").write_text("".join(blocks))
