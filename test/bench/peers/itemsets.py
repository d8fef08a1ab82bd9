"""Frequent itemsets of a file of baskets: itemsets.py BASKETS SUPPORT OUT"""

import sys

import pandas as pd
from mlxtend.frequent_patterns import fpgrowth
from mlxtend.preprocessing import TransactionEncoder

separator = "," if sys.argv[1].endswith(".csv") else None
with open(sys.argv[1], encoding="utf8") as file:
    baskets = [line.split(separator) for line in file.read().splitlines()]
encoder = TransactionEncoder()
table = pd.DataFrame(encoder.fit_transform(baskets), columns=encoder.columns_)
found = fpgrowth(table, min_support=float(sys.argv[2]), use_colnames=True)
found["itemset"] = [";".join(sorted(items)) for items in found["itemsets"]]
found["length"] = found["itemsets"].str.len()
found["count"] = (found["support"] * len(baskets)).round().astype(int)
found[["itemset", "length", "count", "support"]].to_csv(sys.argv[3], index=False)
