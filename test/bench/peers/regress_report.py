import json
import sys

import pandas as pd
from sklearn.linear_model import LinearRegression

data = pd.read_csv(sys.argv[1], usecols=["age", "income", "price"]).dropna()
model = LinearRegression().fit(data[["age", "income"]], data["price"])
with open(sys.argv[2], "w") as out:
    json.dump([model.intercept_, *model.coef_], out)
