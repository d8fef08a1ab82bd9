"""What scikit-learn finds on small sets: python make.py > answers.json

`groups` are the labels as scikit-learn numbers them; lode numbers the largest group 0. The scores take
scipy's distances for scikit-learn's own, which come from |a|^2 - 2ab + |b|^2 and lose digits where rows are alike.
"""

import json
import sys

import numpy as np
import scipy
import sklearn
import sklearn.metrics.cluster._unsupervised as scores
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_blobs, make_moons
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.preprocessing import StandardScaler

scores.pairwise_distances = lambda a, b=None: cdist(a, a if b is None else b)
rng = np.random.default_rng(7)


def skewed(n):
    return np.column_stack([rng.lognormal(10, 0.6, n), rng.poisson(3, n), rng.integers(18, 80, n)])


def duplicated():
    return np.repeat(np.array([[0.0, 0.0], [1.0, 0.5], [5.0, 5.0], [5.5, 4.0], [9.0, 0.0]]), 6, axis=0)


sets = {
    "blobs-60": (make_blobs(60, centers=3, random_state=1)[0], 3, {}),
    "blobs-overlapping-120": (make_blobs(120, centers=4, cluster_std=3, random_state=2)[0], 4, {}),
    "blobs-5d-90": (make_blobs(90, n_features=5, centers=5, random_state=3)[0], 5, {}),
    "moons-80": (make_moons(80, noise=0.1, random_state=4)[0], 2, {}),
    "uniform-100": (rng.random((100, 2)), 6, {}),
    "uniform-many-groups-60": (rng.random((60, 3)), 20, {}),
    "skewed-raw-80": (skewed(80), 3, {}),
    "skewed-scaled-80": (StandardScaler().fit_transform(skewed(80)), 4, {}),
    "iris": (load_iris().data, 3, {}),
    "one-column-40": (np.sort(rng.normal(size=(40, 1)), axis=0), 3, {}),
    "far-from-zero-50": (make_blobs(50, centers=3, random_state=5)[0] + 1e6, 3, {}),
    "duplicated-30": (duplicated(), 5, {}),
    "as-many-groups-as-rows-6": (rng.random((6, 2)), 6, {}),
    "random-init-70": (make_blobs(70, centers=4, random_state=6)[0], 4, {"init": "random"}),
    "random-init-uniform-50": (rng.random((50, 2)), 5, {"init": "random", "n_init": 3}),
    "two-passes-100": (rng.random((100, 2)), 5, {"n_init": 1, "max_iter": 2}),
    "zero-tolerance-100": (rng.random((100, 2)), 5, {"n_init": 2, "tol": 0}),
    "loose-tolerance-100": (rng.random((100, 2)), 5, {"n_init": 2, "tol": 0.05}),
}
# Two of the first centres lie where no row is nearest to them, so groups start empty.
starts = {
    "empty-at-start-40": (
        make_blobs(40, centers=2, random_state=8)[0],
        [[0, 0], [1000, 1000], [-1000, 2000], [-3, 5]],
    ),
    "given-start-50": (rng.random((50, 2)), [[0.1, 0.1], [0.9, 0.9], [0.1, 0.9]]),
}

cases = []


def record(name, x, k, seed, model, options):
    labels = model.labels_
    scored = 2 <= len(set(labels.tolist())) < len(x)
    cases.append(
        {
            "name": name,
            "k": k,
            "seed": seed,
            "options": options,
            "x": np.asarray(x, dtype=float).tolist(),
            "groups": labels.tolist(),
            "centers": model.cluster_centers_.tolist(),
            "inertia": float(model.inertia_),
            "iterations": int(model.n_iter_),
            "silhouette": float(silhouette_score(cdist(x, x), labels, metric="precomputed")) if scored else None,
            "davies_bouldin": float(davies_bouldin_score(x, labels)) if scored else None,
            "calinski_harabasz": float(calinski_harabasz_score(x, labels)) if scored else None,
        }
    )


for name, (x, k, options) in sets.items():
    x = np.round(x, 4)
    for seed in [0, 42]:
        model = KMeans(k, random_state=seed, **{"n_init": 10, **options}).fit(x)
        record(name, x, k, seed, model, options)
for name, (x, start) in starts.items():
    x = np.round(x, 4)
    model = KMeans(len(start), init=np.array(start, dtype=float), n_init=1, random_state=0).fit(x)
    record(name, x, len(start), 0, model, {"init": start})

versions = {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
json.dump({"versions": versions, "cases": cases}, sys.stdout)
print()
