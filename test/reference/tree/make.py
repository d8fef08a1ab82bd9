"""Answers of scikit-learn's decision trees on made tables.

    python test/reference/tree/make.py

A table is made by drawing from numpy's RandomState(number of the table), in the order of `table` below; the test draws
the same numbers from lode's RandomState, so the tables themselves are not kept. The trees are: each node in depth-first
order with its feature, threshold, rows and impurity; importances; and the cost-complexity path.
"""
import json
import math
import os

import numpy as np
import sklearn
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

TABLES = 240
KINDS = ("few", "integers", "continuous", "tenths", "thousands")


def table(seed):
    """Columns, target and options of a table. Every draw is one call, so that the order is plain."""
    rs = np.random.RandomState(seed)
    rows = 20 + rs.randint(120)
    width = 1 + rs.randint(6)
    kinds = [KINDS[rs.randint(5)] for _ in range(width)]
    missing = 0.15 if seed % 4 == 3 else 0.0
    columns = [[0.0] * rows for _ in range(width)]
    for i in range(rows):
        for j, kind in enumerate(kinds):
            u = rs.random_sample()
            if kind == "few":
                value = math.floor(u * 3)
            elif kind == "integers":
                value = math.floor(u * 20)
            elif kind == "continuous":
                value = u
            elif kind == "tenths":
                value = math.floor(u * 100) / 10
            else:
                value = 50000 + math.floor(u * 1000000) / 100
            columns[j][i] = value
    classes = 0 if seed % 3 == 2 else 2 + rs.randint(3)
    target = []
    for i in range(rows):
        u = rs.random_sample()
        first, last = columns[0][i], columns[-1][i]
        if classes == 0:
            target.append(math.floor(10 * u) + (5 if last > columns[-1][0] else 0) + (0.25 if seed % 2 else 0))
        else:
            lean = 1 if first > columns[0][0] else 0
            target.append((math.floor(u * classes) if u < 0.8 else lean) % classes)
    for i in range(rows):
        for j in range(width):
            if missing > 0 and rs.random_sample() < missing:
                columns[j][i] = math.nan
    options = {
        "criterion": "squared_error" if classes == 0 else ("entropy" if seed % 5 == 1 else "gini"),
        "max_depth": None if rs.randint(3) == 0 else 2 + rs.randint(5),
        "min_samples_leaf": 1 + (0 if rs.randint(2) == 0 else rs.randint(5)),
        "min_samples_split": 2 + (0 if rs.randint(2) == 0 else rs.randint(10)),
    }
    if classes > 0 and seed % 7 == 0:
        options["class_weight"] = "balanced"
    return columns, target, options


def between_alphas(alphas):
    """A price halfway up the path and not on one of its steps: on a step rounding decides, there as here."""
    middle = len(alphas) // 2
    above = [a for a in alphas if a > alphas[middle] + 1e-9]
    return (alphas[middle] + above[0]) / 2 if above else alphas[middle] + 1


def answer(seed):
    columns, target, options = table(seed)
    x = np.array(columns).T
    model = DecisionTreeRegressor if options["criterion"] == "squared_error" else DecisionTreeClassifier
    fitted = model(random_state=seed, **options).fit(x, target)
    tree = fitted.tree_
    path = model(random_state=seed, **options).cost_complexity_pruning_path(x, target)
    alpha = between_alphas([float(a) for a in path.ccp_alphas])
    pruned = model(random_state=seed, ccp_alpha=alpha, **options).fit(x, target).tree_
    return {
        "feature": [int(f) if f >= 0 else None for f in tree.feature],
        "threshold": [
            None if f < 0 else ("inf" if math.isinf(t) else float(t)) for f, t in zip(tree.feature, tree.threshold)
        ],
        "rows": [int(n) for n in tree.n_node_samples],
        "missing_left": [int(m) if f >= 0 else None for f, m in zip(tree.feature, tree.missing_go_to_left)],
        "impurity": [float(f"{i:.12g}") for i in tree.impurity],
        "importances": [float(f"{i:.12g}") for i in fitted.feature_importances_],
        "first_predictions": [float(p) for p in fitted.predict(x[:8])],
        "alpha": alpha,
        "path": [float(f"{a:.12g}") for a in path.ccp_alphas],
        "pruned_feature": [int(f) if f >= 0 else None for f in pruned.feature],
    }


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    made = {
        "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "tables": [answer(seed) for seed in range(TABLES)],
    }
    with open(os.path.join(here, "sklearn.json"), "w", encoding="utf-8") as out:
        json.dump(made, out, separators=(",", ":"))
        out.write("\n")
