"""Reference values of tests over several datasets, for tests/reports/statistics/.

Run with: python3 make.py   (the files here were made with SciPy 1.17.1, statsmodels 0.15.0,
scikit-posthocs 0.17.1, autorank 1.3.0, baycomp 1.0.3 and NumPy 2.4.6)

Writes, beside itself, files of lines "name value value ...":
  scores.txt      the inputs: scores of a case, a row per dataset
  ranks.txt       ranks, Friedman's test with Iman and Davenport's F, Nemenyi's test
  wilcoxon.txt    Wilcoxon's signed rank test, with ties and zeros
  range.txt       the studentized range with infinitely many degrees of freedom
  bayesian.txt    Bayesian signed rank tests: those of a Python version with the random numbers of
                  the C++ one, and those of baycomp with its own
  combined.txt    random-effects meta-analysis
"""
import itertools
import math
import os

import autorank
import baycomp
import numpy as np
import pandas as pd
import scikit_posthocs
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.meta_analysis import combine_effects

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(20261130)


def save(name, rows):
    with open(os.path.join(here, name + ".txt"), "w", encoding="ascii") as file:
        for key, values in rows:
            file.write(key + "".join(f" {value:.17g}" for value in np.ravel(values)) + "\n")


# Scores of methods on datasets of unequal difficulty; rounded ones have ties.
def scores(n, k, spread, digits):
    base = random.uniform(0.4, 0.9, (n, 1)) + np.linspace(0.0, spread, k)
    return np.round(base + random.normal(0.0, 0.03, (n, k)), digits)


cases = {
    "clear": scores(8, 4, 0.15, 6),
    "tied": scores(12, 5, 0.04, 2),
    "pair": scores(10, 2, 0.03, 6),
    "many": scores(20, 9, 0.08, 3),
}
save("scores", [(f"{name}.{i}", row) for name, case in cases.items() for i, row in enumerate(case)])

rows = []
for name, case in cases.items():
    n, k = case.shape
    ranks = stats.rankdata(-case, axis=1)
    rows.append((f"{name}.mean_ranks", ranks.mean(axis=0)))
    if k > 2:
        chi_square, p = stats.friedmanchisquare(*case.T)
    else:  # SciPy asks for three; the formula is the same
        ties = sum((c**3 - c).sum() for c in (np.unique(r, return_counts=True)[1] for r in case))
        chi_square = (12.0 / (k * n * (k + 1)) * (ranks.sum(axis=0) ** 2).sum() - 3 * n * (k + 1)) \
            / (1 - ties / (k * (k * k - 1) * n))
        p = stats.chi2.sf(chi_square, k - 1)
    f = (n - 1) * chi_square / (n * (k - 1) - chi_square)
    rows.append((f"{name}.friedman", [chi_square, p, f, stats.f.sf(f, k - 1, (k - 1) * (n - 1))]))
    rows.append((f"{name}.nemenyi", scikit_posthocs.posthoc_nemenyi_friedman(case).to_numpy()))
    for alpha in (0.05, 0.1):
        rows.append((f"{name}.critical_difference.{alpha}",
                     stats.studentized_range.ppf(1 - alpha, k, np.inf) / math.sqrt(2)
                     * math.sqrt(k * (k + 1) / (6 * n))))
# autorank chooses a test itself: with data that are not normal, Friedman's and Nemenyi's.
skewed = pd.DataFrame(np.exp(8 * cases["many"]))
result = autorank.autorank(skewed, alpha=0.05, force_mode="nonparametric")
assert result.posthoc == "nemenyi"
rows.append(("autorank.many.critical_difference.0.05", result.cd))
rows.append(("autorank.many.mean_ranks",
             result.rankdf["meanrank"].reindex(range(skewed.shape[1])).to_numpy()))
save("ranks", rows)

# Differences: SciPy's own exact distribution where no two are equal, else all assignments of signs.
differences = {
    "small": random.normal(0.02, 0.03, 9),
    "ties": np.round(random.normal(0.01, 0.03, 11), 2),
    "zeros": np.array([0.0, 0.01, 0.0, -0.02, 0.03, 0.03, -0.01, 0.05]),
    "fifty": random.normal(0.008, 0.03, 50),
    "normal": random.normal(0.005, 0.03, 70),
    "normal_ties": np.round(random.normal(0.005, 0.03, 80), 2),
}
rows = []
for name, d in differences.items():
    ranks = stats.rankdata(np.abs(d))
    kept = d != 0
    positive, negative = ranks[d > 0].sum(), ranks[d < 0].sum()
    equal = len(np.unique(np.abs(d))) < len(d) or not kept.all()
    if kept.sum() > 50:
        p = stats.wilcoxon(d, zero_method="pratt", correction=False, method="asymptotic").pvalue
    elif not equal:
        p = stats.wilcoxon(d, method="exact").pvalue
    else:
        p = stats.wilcoxon(d, zero_method="pratt",
                           method=stats.PermutationMethod(n_resamples=10**9)).pvalue
        r = ranks[kept]
        sums = np.array(list(itertools.product((0, 1), repeat=len(r)))) @ r
        smaller = min(positive, negative)
        assert abs(p - min(1.0, 2.0 * np.mean(sums <= smaller + 1e-9))) < 1e-12
    rows += [(f"{name}.differences", d), (f"{name}.test", [positive, negative, kept.sum(), p])]
save("wilcoxon", rows)

rows = []
for k in (2, 3, 5, 10, 40, 100):
    for q in (0.5, 2.0, 3.5, 5.0, 7.5):
        rows.append((f"above.{k}.{q}", stats.studentized_range.sf(q, k, np.inf)))
    for alpha in (0.1, 0.05, 0.001):
        rows.append((f"quantile.{k}.{alpha}", stats.studentized_range.ppf(1 - alpha, k, np.inf)))
save("range", rows)


# The random numbers of base/random.hpp.
class MersenneTwister64:
    """Source: Nishimura, ACM TOMACS 10, 2000; as the C++ standard fixes it."""

    def __init__(self, seed):
        self.state = [seed]
        for i in range(1, 312):
            previous = self.state[-1]
            self.state.append((6364136223846793005 * (previous ^ (previous >> 62)) + i) % 2**64)
        self.index = 312

    def __call__(self):
        if self.index == 312:
            for i in range(312):
                x = (self.state[i] & 0xFFFFFFFF80000000) | (self.state[(i + 1) % 312] & 0x7FFFFFFF)
                odd = 0xB5026F5AA96619E9 if x & 1 else 0
                self.state[i] = self.state[(i + 156) % 312] ^ (x >> 1) ^ odd
            self.index = 0
        x = self.state[self.index]
        self.index += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return x ^ (x >> 43)


def derive_seed(seed, purpose):
    value = 0xCBF29CE484222325
    for c in purpose.encode():
        value = ((value ^ c) * 0x100000001B3) % 2**64
    z = (seed + 0x9E3779B97F4A7C15 + value) % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return z ^ (z >> 31)


def half(condition, equal):
    return np.where(equal, 0.5, condition.astype(float))


def bayesian(d, rope, n_draws, seed):
    """Of all pairs of differences, with a pseudo-dataset of weight 1/2 at 0."""
    twister = MersenneTwister64(derive_seed(seed, "bayesian signed rank"))

    def uniform():
        return (twister() >> 11) * 2.0**-53

    z = np.concatenate([[0.0], d])
    sums = z[:, None] + z[None, :]
    first = half(sums > 2 * rope, np.abs(sums - 2 * rope) <= 1e-12)
    second = half(sums < -2 * rope, np.abs(sums + 2 * rope) <= 1e-12)
    wins = np.zeros(3)
    for _ in range(n_draws):
        radius = math.sqrt(-2.0 * math.log(1.0 - uniform()))
        w = [0.5 * (radius * math.cos(2.0 * math.pi * uniform())) ** 2]
        w += [-math.log1p(-uniform()) for _ in d]
        w = np.array(w) / sum(w)
        one, two = w @ first @ w, w @ second @ w
        wins[np.argmax([one, 1.0 - one - two, two])] += 1
    return wins / n_draws


pairs = {
    "better": (random.normal(0.02, 0.015, 10), 0.01),
    "equal": (random.normal(0.001, 0.006, 12), 0.01),
    "unsure": (random.normal(0.008, 0.02, 7), 0.01),
    "at_the_ends": (np.array([1, -1, 2, 0, 1, 3]) / 64, 1 / 64),
    "no_region": (random.normal(0.004, 0.02, 9), 0.0),
}
rows = []
for name, (d, rope) in pairs.items():
    rows.append((f"{name}.differences", d))
    rows.append((f"{name}.rope", rope))
    rows.append((f"{name}.same_numbers", bayesian(d, rope, 20000, 7)))
    theirs = baycomp.SignedRankTest.probs(np.zeros(len(d)), d, rope, nsamples=200000,
                                          random_state=1)
    rows.append((f"{name}.baycomp", [theirs[-1], theirs[1] if rope > 0 else 0.0, theirs[0]]))
save("bayesian", rows)

def weighted_squares(value, variance):
    return np.sum((value - np.average(value, weights=1 / variance)) ** 2 / variance)


effects = {
    "spread": ([0.041, -0.012, 0.025, 0.060], [0.012, 0.010, 0.015, 0.020]),
    "alike": ([0.020, 0.024, 0.018], [0.015, 0.010, 0.020]),
    "two": ([0.030, 0.010], [0.005, 0.008]),
}
rows = []
for name, (value, error) in effects.items():
    value, error = np.array(value), np.array(error)
    k = len(value)
    # With a smaller tolerance rounding takes the iteration past its end, and it gives 0.
    r = combine_effects(value, error**2, method_re="iterated", use_t=True, atol=1e-8, maxiter=1000)
    spread = brentq(lambda v: weighted_squares(value, error**2 + v) - (k - 1), 0.0, 1.0,
                    xtol=1e-18) if r.q > k - 1 else 0.0
    assert abs(spread - r.tau2) < 1e-10
    low, high = r.conf_int(alpha=0.05, use_t=True)[1]
    se = r.sd_eff_w_re
    # Hartung and Knapp's variance, never below that of the effects alone.
    half_width = stats.t.ppf(0.975, k - 1) * se * math.sqrt(max(1.0, r.scale_hksj_re))
    # Paule and Mandel's variance makes it that of the effects alone.
    assert np.allclose([r.mean_effect_re - half_width, r.mean_effect_re + half_width], [low, high])
    rows.append((f"{name}.values", value))
    rows.append((f"{name}.errors", error))
    rows.append((f"{name}.combined",
                 [r.mean_effect_re, se, math.sqrt(r.tau2), r.q, max(0.0, r.i2), low, high,
                  2 * stats.t.sf(abs(r.mean_effect_re) / se, k - 1)]))
    rows.append((f"{name}.weights", r.weights_re / r.weights_re.sum()))
    if k > 2:
        reach = stats.t.ppf(0.975, k - 2) * math.sqrt(r.tau2 + se**2)
        rows.append((f"{name}.prediction", [r.mean_effect_re - reach, r.mean_effect_re + reach]))
save("combined", rows)
