"""Groups that scikit-learn finds in public data, as the cluster command numbers them: python make.py DATA > answers.json

DATA is the folder that holds clustering/, mall_customers/ and telco_churn/. Labels are one character a row, in base 36,
`-` where the row has a missing value; the largest group is 0, of equal ones the one whose first row comes first.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

data = Path(sys.argv[1])
scalers = {"zscore": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}
cases = []


def case(file, columns, k, seed, scale="zscore"):
    table = pd.read_csv(data / file, dtype=str, keep_default_na=False)[columns]
    table = table.apply(pd.to_numeric, errors="coerce")
    whole = table.notna().all(axis=1).to_numpy()
    x = table[whole].to_numpy(dtype=float)
    scaled = scalers[scale]().fit_transform(x) if scale in scalers else x
    model = KMeans(k, random_state=seed, n_init=10).fit(scaled)
    sizes = np.bincount(model.labels_, minlength=k)
    first = [int(np.argmax(model.labels_ == group)) for group in range(k)]
    order = sorted(range(k), key=lambda group: (-sizes[group], first[group]))
    place = np.argsort(order)
    labels = np.full(len(table), -1)
    labels[whole] = place[model.labels_]
    centers = model.cluster_centers_
    if scale in scalers:
        fitted = scalers[scale]().fit(x)
        centers = fitted.inverse_transform(centers)
    cases.append(
        {
            "file": file,
            "columns": columns,
            "k": k,
            "seed": seed,
            "scale": scale,
            "labels": "".join("-" if label < 0 else np.base_repr(label, 36).lower() for label in labels),
            "centers": centers[order].tolist(),
            "inertia": float(model.inertia_),
            "iterations": int(model.n_iter_),
            "silhouette": float(silhouette_score(scaled, model.labels_)),
        }
    )


mall = "mall_customers/Mall_Customers.csv"
money = ["Age", "Annual Income (k$)", "Spending Score (1-100)"]
case(mall, money, 5, 42)
case(mall, money, 6, 0, "minmax")
case(mall, money[1:], 5, 1, "none")
telco = "telco_churn/Telco-Customer-Churn.csv"
case(telco, ["tenure", "MonthlyCharges", "TotalCharges"], 4, 42)
case(telco, ["SeniorCitizen", "tenure", "MonthlyCharges", "TotalCharges"], 3, 7, "robust")
case("clustering/other/iris.csv", ["x1", "x2", "x3", "x4"], 3, 42)
case("clustering/sipu/s1.csv", ["x1", "x2"], 15, 42, "none")
case("clustering/sipu/aggregation.csv", ["x1", "x2"], 7, 3)
case("clustering/fcps/hepta.csv", ["x1", "x2", "x3"], 7, 42)
case("clustering/other/chameleon_t4_8k.csv", ["x1", "x2"], 6, 42)

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__}
json.dump({"versions": versions, "cases": cases}, sys.stdout)
print()
