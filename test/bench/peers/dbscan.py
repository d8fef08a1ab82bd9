"""Dense groups of customers: dbscan.py CUSTOMERS EPS OUT"""

import sys

import pandas as pd
from sklearn.cluster import DBSCAN
from sklearn.preprocessing import StandardScaler

customers = pd.read_csv(sys.argv[1])
used = customers[["income", "price"]].dropna()
labels = DBSCAN(eps=float(sys.argv[2]), min_samples=10).fit(StandardScaler().fit_transform(used)).labels_
customers["cluster"] = pd.Series(labels, index=used.index).astype("Int64")
customers.to_csv(sys.argv[3], index=False)
