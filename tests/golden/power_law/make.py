"""Reference fits of SciPy for tests/reports/statistics/power_law_test.cpp.

Run with: python3 make.py   (the file here was made with SciPy 1.14.1 and NumPy 2.2.6)
Writes fits.txt beside itself: one case per line, "sizes ; errors ; a b c ; loss".
"""
import os
import numpy as np
from scipy.optimize import curve_fit, least_squares

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(17)
MARGIN = 0.01


def law(n, a, b, c):
    return a + b * n ** -c


def loss(p, n, e):
    z = ((law(n, *p) - e) / MARGIN) ** 2
    return float(np.sum(2 * (np.sqrt(1 + z) - 1)))


def fit(n, e):
    best = None
    for start in ([0.1, 1, 0.5], [0.01, 2, 1], [0.3, 0.5, 0.3], [0.2, 5, 2]):
        p, _ = curve_fit(law, n, e, p0=start, bounds=([0, 0, 0], [1, np.inf, 3]), method="trf",
                         loss="soft_l1", f_scale=MARGIN, x_scale="jac", ftol=1e-15, xtol=1e-15,
                         gtol=1e-15, max_nfev=100000)
        if best is None or loss(p, n, e) < loss(best, n, e):
            best = p
    return best


cases = []
for a, b, c, sizes, noise in [(0.2, 0.9, 0.6, [5, 10, 20, 40, 70], 0.002),
                              (0.1, 1.5, 0.8, [5, 10, 20, 40], 0.001),
                              (0.35, 1.2, 1.0, [3, 6, 12, 24, 48, 96], 0.004),
                              (0.15, 0.8, 0.5, [10, 20, 40, 80, 160, 320], 0.003),
                              (0.25, 2.0, 1.2, [4, 8, 16, 32, 64], 0.003)]:
    n = np.array(sizes, float)
    e = law(n, a, b, c) + random.normal(0, noise, len(n))
    cases.append((n, e))
n = np.array([5, 10, 20, 40, 80, 160], float)
odd = law(n, 0.2, 1.0, 0.7)
odd[3] += 0.08  # one odd point
cases.append((n, odd))

with open(os.path.join(here, "fits.txt"), "w") as out:
    for n, e in cases:
        p = fit(n, e)
        out.write(" ; ".join([" ".join(repr(float(v)) for v in n), " ".join(repr(float(v)) for v in e),
                              " ".join(repr(float(v)) for v in p), repr(loss(p, n, e))]) + "\n")
