"""Reference values of cleanlab for tests/reports/statistics/confident_learning_test.cpp.

Run with: python3 make.py   (the files here were made with cleanlab 2.9.0 and NumPy 2.4.6)
Writes, beside itself: examples.txt (a row per example: label, probabilities of 5 classes; no label names class 4),
expected.txt (a row per example: confident class or -1, self-confidence, normalized margin), joint.txt (the
confident joint, not calibrated), thresholds.txt, and n_errors.txt (the calibrated joint off the diagonal, computed
here without cleanlab's rounding to whole numbers).
"""
import os
import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.rank import get_label_quality_scores

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(17)
n, k = 300, 5
truth = random.integers(0, 4, n)
labels = np.where(random.random(n) < 0.15, random.integers(0, 4, n), truth)
logits = random.normal(0, 1.2, (n, k))
logits[np.arange(n), truth] += 2.2
p = np.exp(logits)
p = np.round(p / p.sum(axis=1, keepdims=True), 6)

joint, off = compute_confident_joint(labels, p, calibrate=False, return_indices_of_off_diagonals=True)
thresholds = get_confident_thresholds(labels, p)
confident = np.full(n, -1)
for i, row in enumerate(p):  # as cleanlab's documentation writes it
    reached = row >= thresholds - 1e-6
    if reached.sum() == 1:
        confident[i] = reached.argmax()
    elif reached.sum() > 1:
        confident[i] = row.argmax()
assert sorted(off) == [i for i in range(n) if confident[i] >= 0 and confident[i] != labels[i]]
counts = np.bincount(labels, minlength=k)
scaled = joint / joint.sum(axis=1, keepdims=True) * counts[:, None]


def save(name, values, fmt="%.12g"):
    np.savetxt(os.path.join(here, name + ".txt"), values, fmt=fmt)


save("examples", np.column_stack([labels, p]), ["%d"] + ["%.6f"] * k)
save("expected", np.column_stack([confident] + [
    get_label_quality_scores(labels, p, method=m) for m in ("self_confidence", "normalized_margin")]),
    ["%d", "%.12g", "%.12g"])
save("joint", joint, "%d")
save("thresholds", thresholds)
save("n_errors", [scaled.sum() - np.trace(scaled)])
