"""What scikit-learn's DBSCAN finds on 200 random sets: python make.py > answers.json

Values have few digits, so that rows lie exactly eps apart, stand twice, and have the same distance to two groups.
"""

import json
import sys

import numpy as np
import scipy
import sklearn
from sklearn.cluster import DBSCAN
from sklearn.datasets import make_blobs, make_circles, make_moons

rng = np.random.default_rng(20)


def points(kind, n, p):
    if kind == "uniform":
        return rng.random((n, p)) * 10
    if kind == "blobs":
        return make_blobs(n, n_features=p, centers=int(rng.integers(1, 6)), random_state=int(rng.integers(1 << 30)))[0]
    if kind == "moons":
        return make_moons(n, noise=0.08, random_state=int(rng.integers(1 << 30)))[0] * 4
    if kind == "circles":
        return make_circles(n, noise=0.05, factor=0.5, random_state=int(rng.integers(1 << 30)))[0] * 4
    if kind == "grid":
        return rng.integers(0, 8, (n, p)).astype(float)
    if kind == "skewed":
        return rng.lognormal(0, 1.5, (n, p))
    return np.repeat(rng.random((max(1, n // 10), p)) * 5, 10, axis=0)


cases = []
kinds = ["uniform", "blobs", "moons", "circles", "grid", "skewed", "repeated"]
for i in range(200):
    kind = kinds[i % len(kinds)]
    n = int(rng.integers(1, 130))
    p = 2 if kind in ("moons", "circles") else int(rng.choice([1, 2, 2, 3, 4, 6, 9]))
    x = np.round(points(kind, n, p), 2)
    eps = float(rng.choice([1.0, 2.0])) if kind == "grid" else float(np.round(rng.choice([0.1, 0.3, 0.5, 1, 2, 5]), 2))
    min_samples = int(rng.integers(1, 9))
    metric = "manhattan" if i % 5 == 4 else "euclidean"
    model = DBSCAN(eps=eps, min_samples=min_samples, metric=metric).fit(x)
    cases.append({"kind": kind, "metric": metric, "eps": eps, "min_samples": min_samples, "x": x.tolist(),
                  "labels": model.labels_.tolist(), "core": model.core_sample_indices_.tolist()})

# Degrees of places in and around a city, as radians; eps in metres over the mean radius of the earth.
for i in range(12):
    n = int(rng.integers(20, 120))
    centre = np.array([[48.85, 2.35], [-33.9, 151.2], [0.0, 180.0], [89.9, 10.0]][i % 4])
    degrees = np.round(centre + rng.normal(0, 0.02, (n, 2)), 4)
    degrees[:, 1] = (degrees[:, 1] + 180) % 360 - 180
    degrees[:, 0] = np.clip(degrees[:, 0], -90, 90)
    metres = float(rng.choice([200, 400, 1000]))
    model = DBSCAN(eps=metres / 6371008.8, min_samples=4, metric="haversine", algorithm="ball_tree").fit(np.radians(degrees))
    cases.append({"kind": "places", "metric": "haversine", "eps": metres, "min_samples": 4, "x": degrees.tolist(),
                  "labels": model.labels_.tolist(), "core": model.core_sample_indices_.tolist()})

versions = {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
json.dump({"versions": versions, "cases": cases}, sys.stdout)
print()
