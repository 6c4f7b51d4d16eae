"""Reference values for tests/reports/statistics/calibration_test.cpp and
tests/harness/run/temperature_test.cpp.

Run with: python3 make.py
The files here were made with Python 3.11, NumPy 1.26.4, SciPy 1.17.1, scikit-learn 1.9.1, torchmetrics 1.2.1
(torch 1.13.0) and uncertainty-calibration 0.1.4, which is the program of Kumar, Liang and Ma
(NeurIPS 2019).

Writes, beside itself: forecasts.txt (a track a row: its class, then the probabilities of 5 classes,
single-precision numbers written so that they are read back exactly), ties.txt (likewise; few
distinct probabilities, some 0 and some 1), and expected.txt (a name and its values a row; those of
ties.txt begin with "ties.").
"""
import os
import calibration as kumar
import numpy as np
import torch
from scipy import optimize, stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss
from torchmetrics.functional.classification import multiclass_calibration_error

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(20190923)
N, K, BINS, WIDE_BINS = 303, 5, 10, 15
EPS = float(np.finfo(np.float32).eps)


def make_forecasts():
    """Too sure of itself where it is sure, too little where it is not."""
    logits = random.normal(0, 2.6, (N, K)) + np.log([3, 2, 1.5, 1, 0.5])
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    truth = []
    for row in p:
        others = row * (np.arange(K) != row.argmax())
        right = random.random() < 0.5 + 0.28 * row.max()
        truth.append(row.argmax() if right else random.choice(K, p=others / others.sum()))
    return np.array(truth), p.astype(np.float32).astype(np.float64)


def make_ties():
    """Shares of 4 neighbours, as of a k-nearest-neighbour method."""
    truth = random.integers(0, 3, 120)
    counts = np.array([random.multinomial(4, np.where(np.arange(3) == t, 0.6, 0.2)) for t in truth])
    return truth, counts / 4.0


def top(p, truth):
    return p.max(axis=1), (p.argmax(axis=1) == truth).astype(float)


def in_bins(values, n_bins):
    """The bin of each value: the limits of Kumar's bins, empty ones left out."""
    bins = kumar.utils.get_equal_bins(list(values), n_bins)
    place = np.searchsorted(bins, values)
    return np.unique(place, return_inverse=True)[1]


def debiased_ece(confidence, right, bin):
    """Kumar's normal_debiased_ce with power 1, the mean over its draws by the folded normal."""
    total = 0.0
    for b in np.unique(bin):
        c, r, n = confidence[bin == b].mean(), right[bin == b].mean(), (bin == b).sum()
        deviation = np.sqrt(r * (1 - r) / n)
        mean = abs(r - c) if deviation == 0 else stats.foldnorm.mean(
            abs(r - c) / deviation, scale=deviation)
        total += n / len(bin) * (2 * abs(r - c) - mean)
    return total


def brier_parts(p, truth, n_bins):
    """Reliability, generalised resolution, uncertainty: sums over the classes."""
    reliability = resolution = uncertainty = 0.0
    for k in range(p.shape[1]):
        x, o = p[:, k], (truth == k).astype(float)
        bin = in_bins(x, n_bins)
        for b in np.unique(bin):
            m = bin == b
            share = m.mean()
            reliability += share * (x[m].mean() - o[m].mean()) ** 2
            resolution += share * (o[m].mean() - o.mean()) ** 2
            resolution -= share * np.var(x[m])
            resolution += share * 2 * np.mean((o[m] - o[m].mean()) * (x[m] - x[m].mean()))
        uncertainty += o.mean() * (1 - o.mean())
    return reliability, resolution, uncertainty


def area(confidence, right):
    """Below the risk over coverage; a threshold accepts tracks of equal confidence together."""
    n, total = len(right), 0.0
    for c in confidence:
        accepted = confidence >= c
        total += 1 - right[accepted].mean()
    return total / n


def risk(confidence, right, coverage):
    order = np.sort(confidence)[::-1]
    threshold = order[int(np.ceil(coverage * len(order) - 1e-9)) - 1]
    return 1 - right[confidence >= threshold].mean()


def best_area(right):
    ordered = np.sort(right)[::-1]
    return np.mean(1 - np.cumsum(ordered) / np.arange(1, len(ordered) + 1))


def scaled(p, temperature):
    z = np.log(np.maximum(p, EPS)) / temperature
    q = np.exp(z - z.max(axis=1, keepdims=True))
    return q / q.sum(axis=1, keepdims=True)


def temperature(p, truth):
    def loss(log_t):
        q = scaled(p, np.exp(log_t))
        return -np.mean(np.log(q[np.arange(len(truth)), truth]))
    found = optimize.minimize_scalar(loss, bounds=(np.log(0.05), np.log(100)), method="bounded",
                                     options={"xatol": 1e-12})
    return np.exp(found.x), found.fun


def measures(truth, p, rows, prefix):
    clipped = np.clip(p, EPS, 1 - EPS)
    confidence, right = top(p, truth)
    bin = in_bins(confidence, BINS)
    binned = [list(zip(confidence[bin == b], right[bin == b])) for b in np.unique(bin)]
    t, t_loss = temperature(p, truth)
    rows += [
        (prefix + "log_loss", [log_loss(truth, clipped, labels=range(p.shape[1]))]),
        (prefix + "brier", [brier_score_loss(truth, p, labels=range(p.shape[1]),
                                             scale_by_half=False)]),
        (prefix + "overconfidence", [confidence.mean() - right.mean()]),
        (prefix + "brier_parts", brier_parts(p, truth, BINS)),
        (prefix + "ece", [kumar.utils.plugin_ce(binned, power=1)]),
        (prefix + "debiased_square", [kumar.utils.unbiased_square_ce(binned)]),
        (prefix + "debiased_ece", [debiased_ece(confidence, right, bin)]),
        (prefix + "area", [area(confidence, right)]),
        (prefix + "excess_area", [area(confidence, right) - best_area(right)]),
        (prefix + "risks", [risk(confidence, right, c / 10) for c in range(1, 11)]),
        (prefix + "temperature", [t]),
        (prefix + "loss_at_temperature", [t_loss]),
    ]


rows = []
truth, p = make_forecasts()
measures(truth, p, rows, "")
confidence, right = top(p, truth)
rows.append(("ece_of_kumar", [kumar.get_ece_em(p, truth, num_bins=BINS)]))
# Their own estimate draws at random: the mean of 400 of them, within about 1e-5 of the closed form.
np.random.seed(1)
bins = kumar.utils.get_equal_bins(list(confidence), BINS)
data = kumar.utils.bin(list(zip(confidence, right)), bins)
rows.append(("debiased_ece_drawn", [np.mean([kumar.utils.normal_debiased_ce(data, power=1)
                                             for _ in range(400)])]))
rows.append(("ece_of_equal_width", [float(multiclass_calibration_error(
    torch.tensor(p), torch.tensor(truth), num_classes=K, n_bins=WIDE_BINS, norm="l1"))]))
# A number of tracks that bins divide, so that scikit-learn's quantiles are the same bins.
shares, means = calibration_curve(right[:300], confidence[:300], n_bins=BINS, strategy="quantile")
rows.append(("shares_of_300", shares))
rows.append(("means_of_300", means))
weights = random.integers(0, 4, N).astype(float)
rows.append(("weights", weights))
rows.append(("weighted_log_loss", [log_loss(truth, np.clip(p, EPS, 1 - EPS), sample_weight=weights,
                                            labels=range(K))]))
rows.append(("weighted_brier", [brier_score_loss(truth, p, sample_weight=weights, labels=range(K),
                                                 scale_by_half=False)]))
tied_truth, tied = make_ties()
measures(tied_truth, tied, rows, "ties.")

for name, (y, q) in {"forecasts": (truth, p), "ties": (tied_truth, tied)}.items():
    with open(os.path.join(here, name + ".txt"), "w") as file:
        for label, row in zip(y, q):
            file.write(" ".join([str(label)] + [repr(float(v)) for v in row]) + "\n")
with open(os.path.join(here, "expected.txt"), "w") as file:
    for name, values in rows:
        file.write(" ".join([name] + [repr(float(v)) for v in values]) + "\n")
