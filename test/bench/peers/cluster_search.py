"""Two to ten groups of customers, the inertia of each: cluster_search.py CUSTOMERS OUT"""

import json
import sys

import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

columns = ["age", "income", "frequency", "recency"]
x = StandardScaler().fit_transform(pd.read_csv(sys.argv[1], usecols=columns)[columns].dropna())
tried = [{"k": k, "inertia": KMeans(k, n_init=10, random_state=42).fit(x).inertia_} for k in range(2, 11)]
json.dump(tried, open(sys.argv[2], "w"))
