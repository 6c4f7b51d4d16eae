"""Writes the reference values of tests/signal/{affinity,k_means,spectral_clustering,mds}_test.cpp, with NumPy, SciPy and scikit-learn.

Made with NumPy 2.4.6, SciPy 1.17.1, scikit-learn 1.9.1: python make.py
"""
import pathlib

import numpy as np
import scipy.linalg
from sklearn.cluster import KMeans
from sklearn.manifold import spectral_embedding
from sklearn.metrics import adjusted_rand_score

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(20)
n, k = 40, 4


def write(name, values, form="%.17g"):
    np.savetxt(folder / f"{name}.txt", np.atleast_2d(values), fmt=form)


# Four groups in five dimensions, in mixed order; distances as SEM's are: not symmetric, and not zero on the diagonal.
truth = rng.integers(0, k, n)
points = np.round(3.0 * np.eye(5)[truth] + 0.7 * rng.standard_normal((n, 5)), 4)
distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
sem = np.round(distances * rng.uniform(0.8, 1.2, (n, n)) + 0.05 * rng.random((n, n)), 4)
write("points", points, "%.4f")
write("sem", sem, "%.4f")

symmetric = (sem + sem.T) / 2
others = np.sort(symmetric + np.diag(np.full(n, np.inf)), axis=1)
exponents = {
    "literal": symmetric**2,
    "median": (symmetric / np.median(symmetric)) ** 2,
    "self_tuning": symmetric**2 / np.outer(others[:, 6], others[:, 6]),
}
for name, exponent in exponents.items():
    affinity = np.exp(-exponent)
    np.fill_diagonal(affinity, 0.0)
    root = np.sqrt(affinity.sum(axis=1))
    laplacian = affinity / np.outer(root, root)
    values, vectors = scipy.linalg.eigh(laplacian)
    leading = vectors[:, ::-1][:, :k]
    # The same eigenvectors by scikit-learn's own path: 1 - eigenvalue of its Laplacian, vectors divided by the root of the degree.
    embedding = spectral_embedding(affinity, n_components=k, eigen_solver="arpack", drop_first=False, random_state=0) * root[:, None]
    projector = leading @ leading.T
    q, _ = np.linalg.qr(embedding)
    assert np.abs(q @ q.T - projector).max() < 1e-9, name
    rows = leading / np.linalg.norm(leading, axis=1)[:, None]
    labels = KMeans(k, n_init=50, random_state=0).fit_predict(rows)
    print(name, "adjusted Rand index against the groups:", adjusted_rand_score(truth, labels))
    write(f"{name}_eigenvalues", values[::-1])
    write(f"{name}_laplacian_row0", laplacian[0])
    write(f"{name}_projector_row0", projector[0])
    write(f"{name}_labels", labels, "%d")

write("k_means_inertia", [[clusters, KMeans(clusters, n_init=200, tol=0, random_state=0).fit(points).inertia_] for clusters in range(1, 9)])

centring = np.eye(n) - 1.0 / n
plain = symmetric.copy()
np.fill_diagonal(plain, 0.0)
values, vectors = scipy.linalg.eigh(-0.5 * centring @ plain**2 @ centring)
write("mds", np.abs(vectors[:, [-1, -2]] * np.sqrt(values[[-1, -2]])))
