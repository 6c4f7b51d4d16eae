"""Reference values for the tests of the report `compare`: McNemar's tests, Holm's correction, and a
paired bootstrap over artists that is written anew and draws the same resamples.

Run with: python3 make.py
(the files here were made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1 and statsmodels
0.15.0)

Writes, beside itself:
mcnemar.txt    per line: only the first right, only the second right, exact p (statsmodels), mid-p
holm.txt       p-values on the first line, corrected ones on the second (statsmodels)
answers.txt    per line: track, artist (-1: not known), genre, answers of two methods
bootstrap.txt  per line: name and value, of the difference first - second on answers.txt:
               mean, standard error, degrees of freedom, ends of the BCa-t interval of 95 %, its
               inverted p, and the p of Student's t; for accuracy and for macro F1
"""
import os

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

here = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1


class Twister:
    """mt19937_64 as the C++ standard defines it (Nishimura and Matsumoto)."""

    def __init__(self, seed):
        self.state = [seed & MASK]
        for i in range(1, 312):
            before = self.state[-1]
            self.state.append((6364136223846793005 * (before ^ (before >> 62)) + i) & MASK)
        self.place = 312

    def next(self):
        if self.place == 312:
            for i in range(312):
                x = (self.state[i] & 0xFFFFFFFF80000000) | (self.state[(i + 1) % 312] & 0x7FFFFFFF)
                y = x >> 1
                if x & 1:
                    y ^= 0xB5026F5AA96619E9
                self.state[i] = self.state[(i + 156) % 312] ^ y
            self.place = 0
        x = self.state[self.place]
        self.place += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return (x ^ (x >> 43)) & MASK

    def below(self, n):
        limit = (MASK // n) * n
        value = self.next()
        while value >= limit:
            value = self.next()
        return value % n


def derive_seed(seed, purpose):
    """derive_seed() of base/random.hpp."""
    h = 0xCBF29CE484222325
    for c in purpose.encode():
        h = ((h ^ c) * 0x100000001B3) & MASK
    z = (seed + 0x9E3779B97F4A7C15 + h) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def write(name, lines):
    with open(os.path.join(here, name), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def write_mcnemar():
    lines = []
    for b, c in [(0, 0), (1, 0), (0, 5), (5, 5), (10, 12), (3, 15), (40, 22), (0, 30), (113, 87),
                 (7, 8)]:
        exact = mcnemar([[0, b], [c, 0]], exact=True).pvalue if b + c else 1.0
        few = min(b, c)
        tail, point = stats.binom.cdf(few, b + c, 0.5), stats.binom.pmf(few, b + c, 0.5)
        mid = 2 * tail - point if b != c else 1.0
        lines.append(f"{b} {c} {min(1.0, exact):.17g} {mid:.17g}")
    write("mcnemar.txt", lines)


def write_holm():
    p = np.round(np.random.default_rng(7).beta(0.4, 2.0, 15), 6)
    p[3] = p[8]  # a tie
    corrected = multipletests(p, method="holm")[1]
    write("holm.txt", [" ".join(f"{v:.17g}" for v in row) for row in (p, corrected)])


def make_answers():
    """Tracks of 24 artists of 3 genres, some of unknown artist, and one artist of two genres."""
    random = np.random.default_rng(20250301)
    rows, track = [], 0
    for artist in range(24):
        genre = artist % 3
        ease = random.normal((0.6, 0.0), 0.6)
        for _ in range(1 + random.geometric(0.35)):
            of = 2 if artist == 3 and track % 4 == 0 else genre
            said = [of if random.normal() < e else int(random.integers(0, 3)) for e in ease]
            rows.append((track, artist, of, *said))
            track += 1
    for _ in range(7):
        of = int(random.integers(0, 3))
        rows.append((track, -1, of, *(of if random.random() < 0.6 else (of + 1) % 3 for _ in "ab")))
        track += 1
    return np.array(rows)


def accuracy(rows, weights, column):
    return weights[rows[:, column] == rows[:, 2]].sum() / weights.sum()


def macro_f1(rows, weights, column):
    scores = []
    for genre in np.unique(rows[:, 2]):
        is_true, said = rows[:, 2] == genre, rows[:, column] == genre
        both = weights[is_true].sum() + weights[said].sum()
        scores.append(2 * weights[is_true & said].sum() / both)
    return np.mean(scores)


def bootstrap(rows, score):
    """First - second by a bootstrap over artists within genres, whose shares stay as they are."""
    keys = np.array([(a, -1) if a >= 0 else (-1, t) for t, a, *_ in rows])
    clusters = sorted({tuple(key) for key in keys})
    cluster_of = np.array([clusters.index(tuple(key)) for key in keys])
    genre = []  # of most of the answers; of several such the first
    for c in range(len(clusters)):
        values, counts = np.unique(rows[cluster_of == c, 2], return_counts=True)
        genre.append(values[np.argmax(counts)])
    genre = np.array(genre)
    strata = [np.flatnonzero(genre == g) for g in np.unique(genre)]
    assert all(len(s) > 1 for s in strata)
    stratum_of = genre[cluster_of]

    def difference(of_clusters):
        weights = of_clusters[cluster_of].astype(float)
        for g in np.unique(stratum_of):
            inside = stratum_of == g
            weights[inside] *= inside.sum() / weights[inside].sum()
        return score(rows, weights, 3) - score(rows, weights, 4)

    random = Twister(derive_seed(0, "bootstrap"))
    resampled = []
    for _ in range(2000):
        weights = np.zeros(len(clusters))
        for members in strata:
            for _ in range(len(members) - 1):
                weights[members[random.below(len(members))]] += 1
        resampled.append(difference(weights))
    resampled = np.array(resampled)
    mean = difference(np.ones(len(clusters)))

    sizes = np.bincount(cluster_of).astype(float)
    squares = cubes = denominator = 0.0
    for members in strata:
        without = []
        for c in members:
            weights = np.ones(len(clusters))
            weights[c] = 0
            without.append(difference(weights))
        influence = (len(members) - 1) * (np.mean(without) - np.array(without))
        variance = (influence ** 2).sum()
        squares += variance
        cubes += (influence ** 3).sum()
        effective = sizes[members].sum() ** 2 / (sizes[members] ** 2).sum()
        denominator += variance ** 2 / max(1.0, effective - 1)
    skew, degrees = cubes / (6 * squares ** 1.5), squares ** 2 / denominator

    tiny = 1e-12
    share = ((resampled < mean - tiny).mean() + (resampled <= mean + tiny).mean()) / 2
    bias = stats.norm.ppf(share)

    def end(z):
        shifted = bias + z
        return np.quantile(resampled, stats.norm.cdf(bias + shifted / (1 - skew * shifted)))

    z = stats.t.ppf(0.975, degrees)
    # The z at which the end is 0.
    beyond = (resampled <= tiny).mean() if mean > 0 else (resampled < -tiny).mean()
    w = stats.norm.ppf(beyond) - bias
    at_zero = w / (1 + skew * w) - bias
    inverted = 2 * stats.t.cdf(at_zero if mean > 0 else -at_zero, degrees)
    error = resampled.std(ddof=1)
    return {"mean": mean, "standard_error": error, "degrees_of_freedom": degrees, "low": end(-z),
            "high": end(z), "inverted_p": min(1.0, inverted),
            "student_p": 2 * stats.t.sf(abs(mean) / error, degrees)}


def main():
    print(f"NumPy {np.__version__}, SciPy {scipy.__version__}, "
          f"statsmodels {statsmodels.__version__}")
    write_mcnemar()
    write_holm()
    rows = make_answers()
    write("answers.txt", [" ".join(map(str, row)) for row in rows])
    lines = []
    for name, score in (("accuracy", accuracy), ("macro_f1", macro_f1)):
        lines += [f"{name}.{key} {value:.17g}" for key, value in bootstrap(rows, score).items()]
    write("bootstrap.txt", lines)


main()
