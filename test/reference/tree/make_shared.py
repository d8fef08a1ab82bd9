"""Answers of scikit-learn on the numeric columns of public sets, which lie beside the clone and are not kept here.

    python test/reference/tree/make_shared.py ../shared/data/trees
"""
import json
import os
import sys

import pandas as pd
import sklearn
from sklearn.tree import DecisionTreeClassifier

SETS = {"iris": "class", "credit-g": "class", "weather.numeric": "play"}


def answer(folder, name, target, seed, options):
    rows = pd.read_csv(os.path.join(folder, f"{name}.csv"), keep_default_na=False)
    types = pd.api.types
    columns = [
        c for c in rows.columns if c != target and types.is_numeric_dtype(rows[c]) and not types.is_bool_dtype(rows[c])
    ]
    model = DecisionTreeClassifier(random_state=seed, **options).fit(rows[columns], rows[target])
    tree = model.tree_
    return {
        "set": name,
        "target": target,
        "columns": columns,
        "seed": seed,
        "options": options,
        "feature": [int(f) if f >= 0 else None for f in tree.feature],
        "threshold": [None if f < 0 else float(t) for f, t in zip(tree.feature, tree.threshold)],
        "rows": [int(n) for n in tree.n_node_samples],
    }


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    ways = [{}, {"max_depth": 3}, {"criterion": "entropy", "min_samples_leaf": 5}]
    made = {
        "versions": {"scikit-learn": sklearn.__version__},
        "trees": [
            answer(sys.argv[1], name, target, seed, options)
            for name, target in SETS.items()
            for seed in (0, 42)
            for options in ways
        ],
    }
    with open(os.path.join(here, "shared.json"), "w", encoding="utf-8") as out:
        json.dump(made, out, separators=(",", ":"))
        out.write("\n")
