"""What mlxtend finds in baskets: python make.py > answers.json

Run in the folder of this script. The order lines are the project's own fixture; Groceries lies beside the project
(../shared/data, see its ORIGIN.txt). Confidence thresholds are no fractions of small numbers: mlxtend divides rounded
supports, and loses rules that are exactly as sure as asked (4 of 5 baskets at 0.8). p-values are SciPy's, their correction statsmodels'.
"""

import csv
import json
import pathlib
import sys
from math import comb

import mlxtend
import numpy as np
import pandas as pd
import scipy
import statsmodels
from mlxtend.frequent_patterns import association_rules, fpgrowth, fpmax
from mlxtend.preprocessing import TransactionEncoder
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

root = pathlib.Path(__file__).resolve().parents[3]


def orders(by):
    baskets = {}
    with open(root / "fixtures" / "orders.csv", encoding="utf8", newline="") as file:
        for row in csv.DictReader(file):
            baskets.setdefault(row[by], []).append(row["product"])
    return list(baskets.values())


def groceries():
    with open(root.parent / "shared" / "data" / "groceries" / "groceries.csv", encoding="utf8") as file:
        return [line.rstrip("\n").split(",") for line in file]


def encoded(baskets):
    encoder = TransactionEncoder()
    return pd.DataFrame(encoder.fit_transform(baskets), columns=encoder.columns_)


def number(value):
    return "inf" if value == float("inf") else float(value)


def sets(table, n):
    return sorted([";".join(sorted(items)), round(support * n)] for support, items in table.itertuples(index=False))


COLUMNS = {
    "support": "support",
    "confidence": "confidence",
    "lift": "lift",
    "leverage": "leverage",
    "conviction": "conviction",
    "zhang": "zhangs_metric",
    "jaccard": "jaccard",
    "kulczynski": "kulczynski",
    "certainty": "certainty",
}


def benjamini_hochberg(p, tests):
    most = 2_000_000
    if tests <= most:
        return multipletests(np.append(p, np.ones(tests - len(p))), method="fdr_bh")[1][: len(p)]
    # More than can be laid down: p.adjust's own line, n / i * p from the largest p down.
    order = np.argsort(p)[::-1]
    ranks = len(p) - np.arange(len(p))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.minimum.accumulate(tests / ranks * p[order]))
    return adjusted


def case(name, baskets, support, confidence, max_right, keep_itemsets):
    n = len(baskets)
    table = encoded(baskets)
    frequent = fpgrowth(table, min_support=support, use_colnames=True)
    maximal = fpmax(table, min_support=support, use_colnames=True)
    rules = association_rules(frequent, metric="confidence", min_threshold=confidence)
    rules = rules[[len(items) <= max_right for items in rules["consequents"]]]
    p_values = []
    for _, rule in rules.iterrows():
        a, c, x = (round(rule[k] * n) for k in ("antecedent support", "consequent support", "support"))
        p_values.append(fisher_exact([[x, a - x], [c - x, n - a - c + x]], alternative="greater").pvalue)
    # The rules found are the smallest p of all that could be made of the frequent items, each length by itself: the
    # others stand beside them with p = 1.
    items = sum(len(found) == 1 for found in frequent["itemsets"])
    lengths = np.array([len(a) + len(c) for a, c in zip(rules["antecedents"], rules["consequents"])])
    adjusted = np.zeros(len(rules))
    for length in set(lengths):
        sides = sum(comb(length, right) for right in range(1, min(max_right, length - 1) + 1))
        possible = comb(items, int(length)) * sides
        adjusted[lengths == length] = benjamini_hochberg(np.array(p_values)[lengths == length], possible)
    rows = []
    for (_, rule), p, q in zip(rules.iterrows(), p_values, adjusted):
        sides = [";".join(sorted(rule["antecedents"])), ";".join(sorted(rule["consequents"]))]
        rows.append(sides + [number(rule[column]) for column in COLUMNS.values()] + [float(p), float(q)])
    return {
        "name": name,
        "min_support": support,
        "min_confidence": confidence,
        "max_rhs": max_right,
        "frequent": sets(frequent, n) if keep_itemsets else len(frequent),
        "maximal": sets(maximal, n) if keep_itemsets else len(maximal),
        "rules": sorted(rows, key=lambda row: row[:2]),
    }


json.dump(
    {
        "versions": {
            "python": sys.version.split()[0],
            "mlxtend": mlxtend.__version__,
            "pandas": pd.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "columns": ["antecedents", "consequents", *COLUMNS, "p_value", "p_adjusted"],
        "cases": [
            case("order_id", orders("order_id"), 0.01, 0.41, 1, True),
            case("customer_id", orders("customer_id"), 0.03, 0.31, 9, True),
            case("groceries", groceries(), 0.006, 0.25, 1, False),
            case("groceries", groceries(), 0.001, 0.77, 9, False),
        ],
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
