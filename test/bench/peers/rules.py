"""Rules of one item on the right: rules.py BASKETS SUPPORT CONFIDENCE OUT"""

import sys

import pandas as pd
from mlxtend.frequent_patterns import association_rules, fpgrowth
from mlxtend.preprocessing import TransactionEncoder

with open(sys.argv[1], encoding="utf8") as file:
    baskets = [line.split(",") for line in file.read().splitlines()]
encoder = TransactionEncoder()
table = pd.DataFrame(encoder.fit_transform(baskets), columns=encoder.columns_)
found = fpgrowth(table, min_support=float(sys.argv[2]), use_colnames=True)
rules = association_rules(found, metric="confidence", min_threshold=float(sys.argv[3]))
rules = rules[rules["consequents"].str.len() == 1].rename(columns={"zhangs_metric": "zhang"})
for side in ("antecedents", "consequents"):
    rules[side] = [";".join(sorted(items)) for items in rules[side]]
rules.sort_values("lift", ascending=False).to_csv(sys.argv[4], index=False)
