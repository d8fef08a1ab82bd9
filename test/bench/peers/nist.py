"""Right digits of numpy, scikit-learn and statsmodels on NIST's sets: python nist.py FOLDER OUT.json"""

import json
import math
import sys

import numpy as np
import statsmodels.api as sm
from sklearn.linear_model import LinearRegression

folder, out = sys.argv[1:]
degrees = {"Norris": 1, "Pontius": 2, "NoInt1": 1, "NoInt2": 1, "Filip": 10}


def digits(got, certified):
    worst = 15.0
    for value, text in zip(got, certified):
        want = float(text)
        error = abs(value - want) / (abs(want) or 1)
        if not error < 1e15:
            return 0.0
        worst = min(worst, -math.log10(error) if error > 0 else 15.0)
    return max(worst, 0.0)


found = {}
for name, certified in json.load(open(f"{folder}/certified.json")).items():
    data = np.loadtxt(f"{folder}/{name}.csv", delimiter=",", skiprows=1, ndmin=2)
    y, x = data[:, 0], data[:, 1:]
    degree = degrees.get(name, 5 if name.startswith("Wampler") else None)
    if degree is not None:
        x = np.column_stack([x[:, 0] ** k for k in range(1, degree + 1)])
    intercept = not name.startswith("NoInt")
    design = sm.add_constant(x) if intercept else x
    model = LinearRegression(fit_intercept=intercept).fit(x, y)
    want = [estimate for estimate, _ in certified["coef"].values()]
    found[name] = {
        "numpy lstsq": digits(np.linalg.lstsq(design, y, rcond=None)[0], want),
        "scikit-learn": digits([*([model.intercept_] if intercept else []), *model.coef_], want),
        "statsmodels pinv": digits(sm.OLS(y, design).fit().params, want),
        "statsmodels qr": digits(sm.OLS(y, design).fit(method="qr").params, want),
    }
json.dump(found, open(out, "w"))
