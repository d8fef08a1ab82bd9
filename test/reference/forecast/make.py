"""What statsmodels answers on made series: python make.py > answers.json

ETS: the likelihood, the expectations one step ahead and the forecasts for given parameters and first states.
Theta: its forecasts, where the season is taken out with or without a test that both make alike.
Holt-Winters, simple smoothing: the same for given parameters, up to m - 1 periods ahead: for m periods statsmodels puts
the season before the last in place of the last (holtwinters/model.py: s[nobs + m - 1] is written twice). STL, MSTL, the classical decomposition, autocorrelations,
the slope with Newey and West's interval: all that is determined.
"""

import json
import sys

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.seasonal import MSTL, STL, seasonal_decompose
from statsmodels.tsa.stattools import acf

rng = np.random.default_rng(8)


def monthly(n, m=12):
    t = np.arange(n)
    season = 1 + 0.2 * np.sin(2 * np.pi * t / m) + 0.1 * np.cos(4 * np.pi * t / m)
    return (100 + 1.5 * t) * season * np.exp(0.05 * rng.normal(size=n))


def floats(values):
    return [float(value) for value in np.asarray(values).ravel()]


def ets(y, m):
    answers = []
    for error in ("add", "mul"):
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            for season in (None, "add", "mul"):
                if season == "mul" and error == "add":
                    continue
                if season == "mul":
                    answers.append(multiplicative(y, m, trend, damped))
                    continue
                alpha, beta, gamma, phi = 0.31, 0.07, 0.12, 0.93
                first = {"initial_level": float(np.mean(y[:m]))}
                params = [alpha]
                if trend:
                    params.append(beta)
                    first["initial_trend"] = 1.1
                if season:
                    params.append(gamma)
                    wave = np.sin(2 * np.pi * np.arange(m) / m)
                    first["initial_seasonal"] = 20 * wave if season == "add" else 1 + 0.2 * wave
                if damped:
                    params.append(phi)
                model = ETSModel(
                    pd.Series(y),
                    error=error,
                    trend=trend,
                    damped_trend=damped,
                    seasonal=season,
                    seasonal_periods=m if season else None,
                    initialization_method="known",
                    **first,
                )
                result = model.smooth(params)
                letters = {"add": "A", "mul": "M", None: "N"}
                answers.append(
                    {
                        "error": letters[error],
                        "trend": "Ad" if damped else letters[trend],
                        "season": letters[season],
                        "parameters": {
                            "alpha": alpha,
                            "beta": beta if trend else 0,
                            "gamma": gamma if season else 0,
                            "phi": phi if damped else 1,
                        },
                        "first": {
                            "level": first["initial_level"],
                            "slope": first.get("initial_trend", 0),
                            "season": floats(first.get("initial_seasonal", [])),
                        },
                        "log_likelihood": float(result.llf),
                        "fitted": floats(result.fittedvalues),
                        "forecast": floats(result.forecast(15)),
                    }
                )
                if error == "add":
                    frame = result.get_prediction(start=len(y), end=len(y) + 14)
                    answers[-1]["variance"] = floats(frame.forecast_variance)
    return answers


def multiplicative(y, m, trend, damped):
    """ETS(M,.,M) by ExponentialSmoothing, whose season is that of the model's equations (and of R): gamma weighs
    y / (l + b) before this period. ETSModel weighs y / l after it, by gamma / (1 - alpha), which is another model."""
    alpha, beta, gamma, phi = 0.31, 0.07, 0.12, 0.93
    wave = 1 + 0.2 * np.sin(2 * np.pi * np.arange(m) / m)
    known = {"initial_level": float(np.mean(y[:m])), "initial_seasonal": wave}
    given = {"smoothing_level": alpha, "smoothing_seasonal": gamma}
    if trend:
        known["initial_trend"] = 1.1
        given["smoothing_trend"] = beta / alpha
    if damped:
        given["damping_trend"] = phi
    result = ExponentialSmoothing(
        y,
        trend=trend,
        seasonal="mul",
        damped_trend=damped,
        seasonal_periods=m,
        initialization_method="known",
        **known,
    ).fit(optimized=False, **given)
    expected = np.asarray(result.fittedvalues)
    errors = (y - expected) / expected
    n = len(y)
    return {
        "error": "M",
        "trend": "Ad" if damped else ("A" if trend else "N"),
        "season": "M",
        "parameters": {
            "alpha": alpha,
            "beta": beta if trend else 0,
            "gamma": gamma,
            "phi": phi if damped else 1,
        },
        "first": {
            "level": known["initial_level"],
            "slope": known.get("initial_trend", 0),
            "season": floats(wave),
        },
        "log_likelihood": float(
            -n / 2 * (np.log(2 * np.pi * np.mean(errors**2)) + 1) - np.sum(np.log(np.abs(expected)))
        ),
        "fitted": floats(expected),
        "forecast": floats(result.forecast(m - 1)),
    }


def holt_winters(y, m):
    answers = []
    for trend, season, damped in (("add", "add", False), ("add", "add", True), ("add", None, True), (None, None, False)):
        wave = 20 * np.sin(2 * np.pi * np.arange(m) / m)
        known = {"initial_level": float(y[0])}
        if trend:
            known["initial_trend"] = 1.2
        if season:
            known["initial_seasonal"] = wave
        model = ExponentialSmoothing(
            y,
            trend=trend,
            seasonal=season,
            damped_trend=damped,
            seasonal_periods=m if season else None,
            initialization_method="known",
            **known,
        )
        # statsmodels takes beta as a part of alpha
        given = {"smoothing_level": 0.4}
        if trend:
            given["smoothing_trend"] = 0.15
        if season:
            given["smoothing_seasonal"] = 0.2
        if damped:
            given["damping_trend"] = 0.9
        result = model.fit(optimized=False, **given)
        answers.append(
            {
                "trend": "Ad" if damped else ("A" if trend else "N"),
                "season": "A" if season else "N",
                "parameters": {
                    "alpha": 0.4,
                    "beta": 0.4 * 0.15 if trend else 0,
                    "gamma": 0.2 if season else 0,
                    "phi": 0.9 if damped else 1,
                },
                "first": {
                    "level": float(y[0]),
                    "slope": 1.2 if trend else 0,
                    "season": floats(wave) if season else [],
                },
                "fitted": floats(result.fittedvalues),
                "forecast": floats(result.forecast(m - 1)),
            }
        )
    return answers


def theta(y, m):
    model = ThetaModel(y, period=m, deseasonalize=m > 1)
    result = model.fit()
    alpha = float(result.params["alpha"])
    level = y[0]
    # The squares that its search has reached, to be held against those of another search.
    adjusted = y
    if m > 1:
        kind = "mul" if model.method in ("auto", "mul", "multiplicative") and np.all(y > 0) else "add"
        season = seasonal_decompose(y, model={"mul": "multiplicative", "add": "additive"}[kind], period=m).seasonal
        adjusted = y / season if kind == "mul" else y - season
        level = adjusted[0]
    squares = 0.0
    for value in adjusted:
        squares += (value - level) ** 2
        level += alpha * (value - level)
    return {
        "y": floats(y),
        "m": m,
        "forecast": floats(result.forecast(18)),
        "alpha": alpha,
        "squares": float(squares),
    }


def stl(y, m, **options):
    result = STL(y, period=m, **options).fit()
    return {
        "y": floats(y),
        "m": m,
        "options": options,
        "trend": floats(result.trend),
        "season": floats(result.seasonal),
        "weights": floats(result.weights),
    }


def slope(y, m=1):
    """On the period and the places of the season; of the interval of Newey and West and the plain one the wider."""
    n = len(y)
    places = np.eye(m)[np.arange(n) % m]
    x = np.column_stack([np.arange(n), places])
    lags = int(np.floor(4 * (n / 100) ** (2 / 9)))
    plain = sm.OLS(y, x).fit()
    robust = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    low, high = max((fit.conf_int(0.05)[0] for fit in (plain, robust)), key=lambda ends: ends[1] - ends[0])
    return {"y": floats(y), "m": m, "slope": float(plain.params[0]), "lower": float(low), "upper": float(high)}


y = monthly(97)
spiked = monthly(120)
spiked[50] *= 3
hours = 50 + 8 * np.sin(2 * np.pi * np.arange(400) / 24) + 5 * np.cos(2 * np.pi * np.arange(400) / 56)
hours += rng.normal(size=400)
mstl = MSTL(hours, periods=(24, 56)).fit()
wandering = np.cumsum(rng.normal(size=80)) + 0.3 * np.arange(80)

json.dump(
    {
        "versions": {"statsmodels": statsmodels.__version__, "numpy": np.__version__},
        "ets": {"y": floats(y), "m": 12, "models": ets(y, 12)},
        "holt_winters": {"y": floats(y), "m": 12, "models": holt_winters(y, 12)},
        "theta": [theta(y, 12), theta(wandering + 50 + 3 * rng.normal(size=80), 1), theta(monthly(60, 4), 4)],
        "stl": [
            stl(y, 12),
            stl(spiked, 12, robust=True, seasonal=13),
            stl(hours, 24, seasonal=11, trend=51),
            stl(hours, 24, seasonal=11, seasonal_deg=0),
        ],
        "mstl": {
            "y": floats(hours),
            "lengths": [24, 56],
            "trend": floats(mstl.trend),
            "seasons": [floats(mstl.seasonal[:, 0]), floats(mstl.seasonal[:, 1])],
        },
        "decompose": [
            {
                "y": floats(series),
                "m": m,
                "kind": kind,
                "indices": floats(seasonal_decompose(series, period=m, model=kind).seasonal[:m]),
            }
            for series, m in ((y, 12), (monthly(33, 7), 7))
            for kind in ("additive", "multiplicative")
        ],
        "acf": {"y": floats(wandering), "r": floats(acf(wandering, nlags=15, fft=False)[1:])},
        "slope": [slope(wandering), slope(y), slope(y, 12), slope(y[:24], 12), slope(y[:30], 4)],
    },
    sys.stdout,
)
