"""Reference predictions of scikit-learn on 150 generated examples, for tests/baselines/golden_test.cpp.

Run with: python3 make.py   (the files here were made with scikit-learn 1.9.1 and NumPy 2.4.6)
Writes, beside itself: train.txt and test.txt (class, then 6 features, a row an example) and one file a model:
probabilities a row a test example, or predicted classes. The features are single-precision numbers, written so
that they are read back exactly.
"""
import os, warnings
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(20240501)

# Four overlapping classes of unequal size and spread; the last feature is noise, the fifth depends on the first.
sizes = [50, 40, 35, 25]
centres = random.normal(0, 1.2, (4, 6))
x = np.vstack([c + random.normal(0, 0.8 + 0.2 * k, (n, 6)) for k, (n, c) in enumerate(zip(sizes, centres))])
x[:, 4] = 0.7 * x[:, 0] + 0.5 * x[:, 4]
x[:, 5] = random.normal(0, 1, len(x))
y = np.repeat(np.arange(4), sizes)
order = random.permutation(len(x))
x, y = x[order].astype(np.float32).astype(np.float64), y[order]
train, test = slice(0, 100), slice(100, 150)


def save(name, values, fmt="%.12g"):
    np.savetxt(os.path.join(here, name + ".txt"), values, fmt=fmt)


for name, part in (("train", train), ("test", test)):
    save(name, np.column_stack([y[part], x[part]]), ["%d"] + ["%.9g"] * 6)

probabilities = {
    "naive_bayes": GaussianNB(),
    "naive_bayes_uniform_smooth": GaussianNB(priors=[0.25] * 4, var_smoothing=0.1),
    "softmax_c1": LogisticRegression(C=1.0, solver="newton-cg", max_iter=10000, tol=1e-12),
    "softmax_c100": LogisticRegression(C=100.0, solver="newton-cg", max_iter=10000, tol=1e-12),
    "knn_5_euclidean_uniform": KNeighborsClassifier(5, algorithm="brute"),
    "knn_7_euclidean_distance": KNeighborsClassifier(7, algorithm="brute", weights="distance"),
    "knn_4_manhattan_distance": KNeighborsClassifier(4, algorithm="brute", metric="manhattan", weights="distance"),
    "knn_6_cosine_distance": KNeighborsClassifier(6, algorithm="brute", metric="cosine", weights="distance"),
}
for name, model in probabilities.items():
    save(name, model.fit(x[train], y[train]).predict_proba(x[test]))

for kernel in ("linear", "rbf"):
    for c in (0.1, 1.0, 100.0):
        model = SVC(kernel=kernel, C=c, gamma="auto").fit(x[train], y[train])
        save(f"svm_{kernel}_c{c:g}", model.predict(x[test]), "%d")
# libsvm's calibration draws its folds at random: the mean over 40 seeds.
save("svm_rbf_platt_mean", np.mean([SVC(C=1.0, gamma="auto", probability=True, random_state=s)
                                    .fit(x[train], y[train]).predict_proba(x[test]) for s in range(40)], axis=0))

# Trees whose splits have no equals, so that no seed matters: checked here.
trees = {
    "tree_depth4_leaf3": dict(max_depth=4, min_samples_leaf=3),
    "tree_leaf10": dict(max_depth=4, min_samples_leaf=10),
    "tree_8_leaves": dict(max_leaf_nodes=8, min_samples_leaf=3),
    "tree_decrease": dict(min_impurity_decrease=0.02, min_samples_leaf=5),
    "tree_split30": dict(min_samples_split=30, min_samples_leaf=4),
}
for name, options in trees.items():
    answers = [DecisionTreeClassifier(random_state=s, **options).fit(x[train], y[train]).predict_proba(x[test])
               for s in range(50)]
    assert all(np.array_equal(a, answers[0]) for a in answers), name
    save(name, answers[0])
print("scikit-learn", sklearn.__version__, "NumPy", np.__version__)
