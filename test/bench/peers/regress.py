import sys

import pandas as pd
from sklearn.linear_model import LinearRegression

data = pd.read_csv(sys.argv[1])
used = data[["age", "income", "price"]].dropna()
model = LinearRegression().fit(used[["age", "income"]], used["price"])
data.loc[used.index, "predicted"] = model.predict(used[["age", "income"]])
data["residual"] = data["price"] - data["predicted"]
data.to_csv(sys.argv[2], index=False)
