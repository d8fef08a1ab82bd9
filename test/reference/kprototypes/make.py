"""What kmodes finds in groups of numbers and texts: python make.py > answers.json

The groups are clear, so that whoever starts often enough finds the same: labels are compared as a partition.
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from kmodes.kprototypes import KPrototypes

rng = np.random.default_rng(3)
cases = []
for i in range(12):
    k = int(rng.integers(2, 6))
    n = int(rng.integers(60, 160))
    p = int(rng.integers(1, 4))
    q = int(rng.integers(1, 4))
    group = np.arange(n) % k
    numbers = np.round(rng.normal(0, 1, (k, p))[group] * 8 + rng.normal(0, 0.5, (n, p)), 3)
    texts = np.where(rng.random((n, q)) < 0.85, group[:, None] % 4, rng.integers(0, 4, (n, q)))
    gamma = None if i % 2 == 0 else float(np.round(rng.random() * 4, 2))
    model = KPrototypes(k, init="Cao", n_init=30, gamma=gamma, random_state=i)
    labels = model.fit_predict(np.column_stack([numbers.astype(object), texts.astype(str).astype(object)]), categorical=list(range(p, p + q)))
    cases.append({"k": k, "numbers": numbers.tolist(), "texts": texts.astype(int).tolist(), "given_gamma": gamma,
                  "gamma": float(model.gamma), "labels": labels.tolist(), "cost": float(model.cost_)})

json.dump({"versions": {"kmodes": version("kmodes"), "numpy": np.__version__, "python": sys.version.split()[0]}, "cases": cases}, sys.stdout)
print()
