"""What scikit-learn's scalers and imputers make of a small table with gaps: python make.py > answers.json

`exact` are the scalers' own numbers for arrays, to the last bit.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

rng = np.random.default_rng(11)
x = np.column_stack(
    [
        np.round(rng.normal(50, 12, 25), 3),
        np.round(rng.lognormal(10, 1, 25), 2),
        np.full(25, 0.1),
        1e9 + rng.integers(0, 5, 25),
        rng.integers(0, 2, 25) * (rng.random(25) < 0.2),
    ]
).astype(float)
gaps = x.copy()
gaps[[0, 7, 24], 0] = np.nan
gaps[[3, 7], 1] = np.nan



def fitted(table):
    """The fitted parameters, and the last rows as they come out."""
    z, m, r = (scaler.fit(table) for scaler in (StandardScaler(), MinMaxScaler(), RobustScaler()))
    return {
        "x": table.tolist(),
        "mean": z.mean_.tolist(),
        "deviation": z.scale_.tolist(),
        "middle": r.center_.tolist(),
        "span": r.scale_.tolist(),
        **{name: s.transform(table)[-20:].tolist() for name, s in (("zscore", z), ("minmax", m), ("robust", r))},
    }


def table(rows, columns):
    numbers = [np.round(rng.normal(50, 12, rows), 2), np.round(rng.lognormal(3, 1, rows), 1), rng.integers(1, 6, rows)]
    return np.column_stack(numbers[:columns]).astype(float)


answers = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "exact": [fitted(table(rows, columns)) for rows, columns in ((2, 1), (7, 3), (8, 1), (9, 2), (130, 3), (200, 1), (1037, 2))],
    "x": x.tolist(),
    "zscore": StandardScaler().fit_transform(x).tolist(),
    "minmax": MinMaxScaler().fit_transform(x).tolist(),
    "robust": RobustScaler().fit_transform(x).tolist(),
    "gaps": [[None if np.isnan(v) else v for v in row] for row in gaps],
    "mean": SimpleImputer(strategy="mean").fit_transform(gaps).tolist(),
    "median": SimpleImputer(strategy="median").fit_transform(gaps).tolist(),
}
json.dump(answers, sys.stdout)
print()
