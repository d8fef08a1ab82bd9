"""Folds and held-out rows of scikit-learn, and scores of its trees on them.

    python test/reference/tree/make_folds.py

Tables are those of make.py.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict, cross_val_score, train_test_split
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from make import table


def fold_of(folds, rows, target):
    found = np.zeros(rows, dtype=int)
    for fold, (_, test) in enumerate(folds.split(np.zeros(rows), target)):
        found[test] = fold
    return [int(f) for f in found]


def answer(seed):
    columns, target, options = table(seed)
    x = np.array(columns).T
    rows = len(target)
    is_number = options["criterion"] == "squared_error"
    kind = KFold if is_number else StratifiedKFold
    stratify = None if is_number or min(np.unique(target, return_counts=True)[1]) < 2 else target
    train, test = train_test_split(np.arange(rows), test_size=0.25, random_state=seed, stratify=stratify)
    model = (DecisionTreeRegressor if is_number else DecisionTreeClassifier)(random_state=seed, **options)
    made = {
        "seed": seed,
        "plain": fold_of(kind(5), rows, target),
        "shuffled": fold_of(kind(5, shuffle=True, random_state=seed), rows, target),
        "test": sorted(int(i) for i in test),
        "cv": [float(s) for s in cross_val_score(model, x, target, cv=5)],
    }
    if is_number:
        return made
    said = cross_val_predict(model, x, target, cv=5)
    labels = sorted(set(target))
    scores = precision_recall_fscore_support(target, said, labels=labels, zero_division=np.nan)
    made["confusion"] = confusion_matrix(target, said, labels=labels).tolist()
    made["precision"], made["recall"], made["f1"] = ([None if np.isnan(v) else float(v) for v in s] for s in scores[:3])
    if len(labels) == 2:
        shares = cross_val_predict(model, x, target, cv=5, method="predict_proba")[:, 1]
        made["auc"] = float(roc_auc_score(np.array(target) == labels[1], shares))
    return made


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    made = {"versions": {"scikit-learn": sklearn.__version__}, "tables": [answer(seed) for seed in range(24)]}
    with open(os.path.join(here, "folds.json"), "w", encoding="utf-8") as out:
        json.dump(made, out, separators=(",", ":"))
        out.write("\n")
