"""A year ahead for each product, by the ETS form with the least AICc: forecast.py IN OUT"""

import sys
import warnings

import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

warnings.simplefilter("ignore")
frames = []
for product, rows in pd.read_csv(sys.argv[1]).groupby("product"):
    units = rows["units"].astype(float)
    units.index = pd.PeriodIndex(rows["month"], freq="M")
    best = None
    for error in ("add", "mul"):
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            for season in (None, "add", "mul"):
                if (error == "mul" or season == "mul") and (units <= 0).any() or (error == "add" and season == "mul"):
                    continue
                model = ETSModel(
                    units, error=error, trend=trend, damped_trend=damped, seasonal=season, seasonal_periods=12
                )
                fit = model.fit(disp=False)
                if best is None or fit.aicc < best.aicc:
                    best = fit
    ahead = best.forecast(12).rename("forecast").rename_axis("month").reset_index()
    ahead.insert(0, "product", product)
    frames.append(ahead)
pd.concat(frames).to_csv(sys.argv[2], index=False)
