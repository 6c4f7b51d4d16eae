"""Times spectral clustering by SciPy with scikit-learn and by genrebench. Run by run_spectral.sh.

The two take turns; times are milliseconds of processor time; each side runs in one thread.

spectral.py PROGRAM FOLDER   PROGRAM: spectral_timings; FOLDER: for generated matrices
"""
import os
import subprocess
import sys
import time

import numpy as np
import scipy.linalg
import scipy.sparse.linalg
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

program, folder = sys.argv[1], sys.argv[2]
rounds = int(os.environ.get("ROUNDS", "15"))
ours = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(task, file):
    ours.stdin.write(f"{task} {file}\n")
    ours.stdin.flush()
    return [float(x) for x in ours.stdout.readline().split()]


def cluster(affinity, k=5):
    """Ng, Jordan and Weiss with ARPACK at its default tolerance and scikit-learn's k-means.

    Times are without and with k-means.
    """
    start = time.process_time()
    root = 1.0 / np.sqrt(affinity.sum(axis=1))
    laplacian = affinity * root[:, None] * root
    values, vectors = scipy.sparse.linalg.eigsh(laplacian, k=k, which="LA")
    rows = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    middle = time.process_time() - start
    labels = KMeans(k, n_init=10, random_state=0).fit_predict(rows)
    return middle, time.process_time() - start, values[::-1], labels, laplacian


def blocks(n, rng):
    group = np.arange(n) * 5 // n
    affinity = rng.uniform(0.5, 1.0, (n, n)) * np.where(group[:, None] == group, 1.0, 0.1)
    return np.tril(affinity, -1) + np.tril(affinity, -1).T


def unstructured(n, rng):
    affinity = rng.random((n, n))
    return np.tril(affinity, -1) + np.tril(affinity, -1).T


def clouds(n, rng):
    points = 3.0 * np.eye(5)[np.arange(n) * 5 // n] + rng.standard_normal((n, 5))
    squares = (points**2).sum(axis=1)
    affinity = np.exp(-np.maximum(squares[:, None] + squares - 2.0 * points @ points.T, 0.0) / 8.0)
    affinity = (affinity + affinity.T) / 2
    np.fill_diagonal(affinity, 0.0)
    return affinity


print("| graph | n | SciPy ms | SciPy + k-means ms | ours ms (with k-means) | ratio "
      "| ratio to SciPy without k-means | adjusted Rand |")
print("|---|---|---|---|---|---|---|---|")
for n in (60, 200, 600, 2000):
    for name, graph in (("blocks", blocks), ("random", unstructured), ("clouds", clouds)):
        affinity = graph(n, np.random.default_rng(n))
        file = os.path.join(folder, f"{name}{n}.f64")
        affinity.tofile(file)
        _, _, values, labels, laplacian = cluster(affinity)
        got = np.array(ask("values", file))
        assert np.abs(got[:5] - values).max() < 1e-10, (name, n, got, values)
        if n <= 600:
            assert abs(got[5] - scipy.linalg.eigvalsh(laplacian)[-6]) < 1e-3, (name, n)
        agreement = adjusted_rand_score(labels, ask("labels", file))
        assert name == "random" or agreement > 0.99, (name, n, agreement)
        times = []
        for _ in range(rounds if n > 600 else 3 * rounds):
            without, total, *_ = cluster(affinity)
            times.append((without, total, ask("cluster", file)[0]))
        without, total, mine = 1e3 * np.median(times, axis=0)
        print(f"| {name} | {n} | {without:.2f} | {total:.2f} | {mine:.2f} | {mine / total:.3f} "
              f"| {mine / without:.3f} | {agreement:.3f} |", flush=True)
        os.remove(file)
ours.stdin.close()
ours.wait()
