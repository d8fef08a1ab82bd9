"""Five groups of customers: cluster.py CUSTOMERS OUT; OUT ends in .json for the result alone"""

import json
import sys

import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

customers = pd.read_csv(sys.argv[1])
used = customers[["age", "income", "frequency", "recency"]].dropna()
model = KMeans(5, n_init=10, random_state=42).fit(StandardScaler().fit_transform(used))
if sys.argv[2].endswith(".json"):
    result = {"inertia": model.inertia_, "iterations": model.n_iter_, "sizes": pd.Series(model.labels_).value_counts().tolist()}
    json.dump(result, open(sys.argv[2], "w"))
else:
    customers["cluster"] = pd.Series(model.labels_, index=used.index).astype("Int64")
    customers.to_csv(sys.argv[2], index=False)
