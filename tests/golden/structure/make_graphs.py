"""Writes graphs.txt: the graph of librosa's example "Laplacian segmentation" for random windows, and
silhouettes.txt: scikit-learn's silhouettes.

Made with librosa 0.11.0 (SciPy 1.17.1, NumPy 2.4.6) and scikit-learn 1.9.1: python make_graphs.py
"""
import pathlib

import librosa
import numpy as np
import scipy.ndimage
import scipy.sparse.csgraph
from sklearn.metrics import silhouette_score

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(11)


def text(matrix):
    return "".join(" ".join(f"{x:.17g}" for x in row) + "\n" for row in np.atleast_2d(matrix))


with open(folder / "graphs.txt", "w") as out:
    for n, dimensions, noise in ((24, 3, 0.3), (40, 6, 1.0), (61, 4, 0.1)):
        # Windows of three kinds that take turns, as in a song.
        kinds = rng.normal(size=(dimensions, 3))
        order = np.repeat(rng.integers(0, 3, n), 6)[:n]
        harmony = kinds[:, order] + noise * rng.normal(size=(dimensions, n))
        timbre = harmony[:2] + rng.normal(size=(2, n))
        links = librosa.segment.recurrence_matrix(harmony, width=3, mode="affinity", sym=True)
        enhance = librosa.segment.timelag_filter(scipy.ndimage.median_filter)
        filtered = enhance(links, size=(1, 7), mode="constant")
        squares = np.sum(np.diff(timbre, axis=1) ** 2, axis=0)
        path = np.exp(-squares / np.median(squares))
        chain = np.diag(path, k=1) + np.diag(path, k=-1)
        degrees, others = np.sum(chain, axis=1), np.sum(filtered, axis=1)
        share = degrees.dot(degrees + others) / np.sum((degrees + others) ** 2)
        graph = share * filtered + (1 - share) * chain
        laplacian = scipy.sparse.csgraph.laplacian(graph, normed=True)
        values = 1.0 - np.sort(np.linalg.eigvalsh(laplacian))[:6]
        out.write(f"{n} {dimensions}\n")
        for matrix in (harmony, timbre, links, filtered, path, graph, values):
            out.write(text(matrix))

with open(folder / "silhouettes.txt", "w") as out:
    for n, clusters in ((5, 2), (12, 3), (30, 4), (30, 20)):
        points = rng.normal(size=(2, n))
        labels = rng.permutation(np.arange(n) % clusters)
        out.write(f"{n} {silhouette_score(points.T, labels):.17g} {' '.join(map(str, labels))}\n")
        out.write(text(points))
