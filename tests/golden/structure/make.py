"""Writes segmentations.txt: random segmentations with the scores that mir_eval gives them, and labels.txt: label vectors with scikit-learn's.

Made with mir_eval 0.8.2 (NumPy 2.4.6) and scikit-learn 1.9.1: python make.py
"""
import pathlib
import warnings

import mir_eval
import numpy as np
from sklearn.metrics import (adjusted_mutual_info_score, adjusted_rand_score,
                             normalized_mutual_info_score)

warnings.simplefilter("ignore")
folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)


def segmentation(n, duration, decimals, labels, start=0.0):
    while True:
        inner = np.sort(np.round(rng.uniform(start, duration, n - 1), decimals))
        times = np.concatenate([[start], inner, [duration]])
        if (np.diff(times) > 0).all():
            return [[times[i], times[i + 1], str(rng.choice(labels))] for i in range(n)]


def scores(truth, estimate):
    def split(sections):
        return np.array([s[:2] for s in sections], dtype=float).reshape(-1, 2), [s[2] for s in sections]

    reference, reference_labels = mir_eval.util.adjust_intervals(*split(truth), t_min=0.0)
    estimated, estimated_labels = mir_eval.util.adjust_intervals(*split(estimate), t_min=0.0, t_max=reference.max())
    # adjust_intervals may leave sections of no length, which mir_eval then refuses; without them it takes the rest.
    kept = estimated[:, 1] > estimated[:, 0]
    estimated, estimated_labels = estimated[kept], [x for x, k in zip(estimated_labels, kept) if k]
    both = (reference, reference_labels, estimated, estimated_labels)
    nmi = mir_eval.segment.mutual_information(*both)[2]
    # Where one of the two has a single label, the information is zero, and mir_eval divides its rounding by 1e-10.
    if abs(nmi) < 1e-4:
        nmi = 0.0
    ami = mir_eval.segment.mutual_information(*both)[1]
    if abs(ami) < 1e-4:
        ami = 0.0
    return [
        mir_eval.segment.ari(*both),
        nmi,
        *mir_eval.segment.pairwise(*both),
        *mir_eval.segment.nce(*both)[:2],
        *mir_eval.segment.detection(reference, estimated, window=0.5),
        *mir_eval.segment.detection(reference, estimated, window=3.0),
        mir_eval.segment.nce(*both)[2],
        *mir_eval.segment.vmeasure(*both),
        mir_eval.segment.rand_index(*both),
        max(0.0, mir_eval.segment.mutual_information(*both)[0]),
        ami,
        *mir_eval.segment.detection(reference, estimated, window=0.5, trim=True),
        *mir_eval.segment.detection(reference, estimated, window=3.0, trim=True),
        *mir_eval.segment.deviation(reference, estimated),
    ]


cases = []
for i in range(60):
    decimals = [0, 1, 2, 6][i % 4]
    duration = float(np.round(rng.uniform(20.0, 300.0), decimals))
    truth = segmentation(int(rng.integers(1, 12)), duration, decimals, list("ABCD"))
    if i % 3 == 0:  # the same boundaries, moved a little, some labels changed
        shift = rng.normal(0.0, [0.3, 2.0][i % 2], len(truth) - 1)
        times = np.unique(np.clip(np.round([0.0, *[s[0] + d for s, d in zip(truth[1:], shift)], duration], decimals), 0.0, duration))
        estimate = [[a, b, truth[min(j, len(truth) - 1)][2] if rng.random() < 0.8 else "x"] for j, (a, b) in enumerate(zip(times, times[1:]))]
    else:
        estimate = segmentation(int(rng.integers(1, 14)), duration, decimals, ["0", "1", "2", "3", "4"])
    cases.append((truth, estimate))
simple = [[0.0, 10.0, "A"], [10.0, 20.0, "B"], [20.0, 30.0, "A"]]
cases += [
    (simple, simple),
    (simple, []),
    (simple, [[0.0, 30.0, "all"]]),
    ([[0.0, 30.0, "all"]], [[0.0, 30.0, "other"]]),
    ([[0.0, 30.0, "all"]], simple),
    (simple, [[0.0, 10.5, "A"], [10.5, 23.0, "B"], [23.0, 30.0, "C"]]),  # on the edges of the windows
    (simple, [[0.0, 9.4, "A"], [9.4, 16.9, "B"], [16.9, 30.0, "C"]]),
    (simple, [[2.0, 10.0, "A"], [10.0, 18.0, "B"]]),  # starts late, ends early
    (simple, [[0.0, 10.0, "A"], [10.0, 35.0, "B"], [35.0, 40.0, "C"]]),  # ends late
    (simple, [[0.0, 30.0, "A"], [30.0, 40.0, "B"]]),
    (simple, [[0.0, 5.0, "A"], [7.0, 20.0, "B"], [20.0, 30.0, "none"]]),  # a gap, with its own name
    (simple, [[0.0, 5.0, "a"], [5.0, 20.0, "b"], [20.0, 30.0, "A"]]),  # case counts for nothing
    ([[1.5, 10.0, "A"], [10.0, 19.95, "B"]], simple),  # the truth starts late
    (simple, [[0.0, 9.0, "A"], [9.0, 9.2, "B"], [9.2, 9.8, "A"], [9.8, 10.2, "C"], [10.2, 30.0, "A"]]),  # several near one
    (simple, [[0.0, 10.000004, "A"], [10.000004, 20.000006, "B"], [20.000006, 30.0, "A"]]),  # five decimals
    ([[0.0, 0.25, "A"]], [[0.0, 0.2, "A"], [0.2, 0.25, "B"]]),
]
with open(folder / "segmentations.txt", "w") as out:
    for truth, estimate in cases:
        out.write(f"case {len(truth)} {len(estimate)}\n")
        for start, end, label in truth + estimate:
            out.write(f"{float(start)!r} {float(end)!r} {label}\n")
        out.write(" ".join(f"{float(x):.17g}" for x in scores(truth, estimate)) + "\n")

with open(folder / "labels.txt", "w") as out:
    for n in (1, 2, 3, 10, 10, 50, 50):
        for a, b in ((1, 1), (1, 3), (3, 1), (2, 2), (4, 3), (n, n)):
            x, y = rng.integers(0, a, n), rng.integers(0, b, n)
            if a == n == b:
                x, y = rng.permutation(n), rng.permutation(n)
            nmi = normalized_mutual_info_score(x, y, average_method="geometric")
            ami = adjusted_mutual_info_score(x, y, average_method="max")
            out.write(f"{n} {adjusted_rand_score(x, y):.17g} {nmi:.17g} {ami:.17g} {' '.join(map(str, x))} {' '.join(map(str, y))}\n")
