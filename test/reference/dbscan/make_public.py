"""Groups that scikit-learn's DBSCAN finds in public data: python make_public.py DATA > public.json

DATA is the folder that holds clustering/ and mall_customers/. Labels are base 36, parted by blanks.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import DBSCAN
from sklearn.preprocessing import StandardScaler

data = Path(sys.argv[1])
cases = []


def case(file, columns, eps, min_samples, scale="zscore", metric="euclidean"):
    x = pd.read_csv(data / file)[columns].to_numpy(dtype=float)
    scaled = StandardScaler().fit_transform(x) if scale == "zscore" else x
    model = DBSCAN(eps=eps, min_samples=min_samples, metric=metric).fit(scaled)
    core = np.zeros(len(x), dtype=int)
    core[model.core_sample_indices_] = 1
    cases.append({"file": file, "columns": columns, "eps": eps, "min_samples": min_samples, "scale": scale, "metric": metric,
                  "labels": " ".join("-" if label < 0 else np.base_repr(label, 36).lower() for label in model.labels_),
                  "core": "".join(map(str, core))})


case("clustering/sipu/s1.csv", ["x1", "x2"], 0.1, 5)
case("clustering/sipu/aggregation.csv", ["x1", "x2"], 1.8, 6, "none")
case("clustering/fcps/hepta.csv", ["x1", "x2", "x3"], 0.5, 4)
case("clustering/fcps/lsun.csv", ["x1", "x2"], 0.3, 5)
case("clustering/sipu/compound.csv", ["x1", "x2"], 1.5, 3, "none")
case("clustering/other/iris.csv", ["x1", "x2", "x3", "x4"], 0.6, 5)
case("clustering/other/chameleon_t4_8k.csv", ["x1", "x2"], 10, 12, "none")
case("clustering/other/chameleon_t4_8k.csv", ["x1", "x2"], 0.05, 8, "zscore", "manhattan")
case("mall_customers/Mall_Customers.csv", ["Age", "Annual Income (k$)", "Spending Score (1-100)"], 0.5, 5)

json.dump({"versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__}, "cases": cases}, sys.stdout)
print()
