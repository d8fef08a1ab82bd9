"""What statsmodels and scikit-learn find on small sets: python make.py > answers.json"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy
import sklearn
import statsmodels.api as sm
import statsmodels.formula.api as smf
from sklearn.linear_model import ElasticNet, ElasticNetCV, Lasso, LassoCV, Ridge
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, mean_squared_error, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.linear_model import LinearRegression
import statsmodels
from statsmodels.stats.diagnostic import het_breuschpagan
from statsmodels.stats.outliers_influence import OLSInfluence, variance_inflation_factor
from statsmodels.stats.stattools import durbin_watson, jarque_bera

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20)


def customers(n):
    age = rng.integers(18, 80, n).astype(float)
    income = np.round(rng.lognormal(10.5, 0.5, n), 0)
    visits = rng.poisson(6, n).astype(float)
    spend = np.round(12 + 0.6 * age + 0.0011 * income - 2.5 * visits + rng.normal(0, 8, n), 2)
    return np.column_stack([age, income, visits]), spend


def correlated(n):
    base = rng.normal(0, 1, n)
    x = np.column_stack([np.round(base + rng.normal(0, s, n), 4) for s in (0.1, 0.2, 0.5, 1.0)])
    return x, np.round(1e6 + x @ [3, -1, 0.5, 0] + rng.standard_t(3, n), 3)


def far_from_zero(n):
    x = np.column_stack([1e4 + rng.integers(0, 50, n), 0.001 * rng.integers(1, 99, n)])
    return x, np.round(5 + 0.2 * (x[:, 0] - 1e4) + 40 * x[:, 1] + rng.normal(0, 1, n), 4)


sets = {
    "customers-60": (*customers(60), {}),
    "correlated-45": (*correlated(45), {}),
    "far-from-zero-40": (*far_from_zero(40), {}),
    "one-column-12": (lambda x, y: (x[:, :1], y, {}))(*customers(12)),
    "no-intercept-50": (*customers(50), {"intercept": False}),
    "weighted-40": (*customers(40), {"weights": np.round(rng.uniform(0.2, 5, 40), 2).tolist()}),
    "weighted-no-intercept-30": (
        *correlated(30),
        {"intercept": False, "weights": rng.integers(1, 9, 30).astype(float).tolist()},
    ),
}


def table(result):
    interval = result.conf_int(0.1)
    return {
        "estimate": result.params.tolist(),
        "error": result.bse.tolist(),
        "statistic": result.tvalues.tolist(),
        "p": result.pvalues.tolist(),
        "lower": interval[:, 0].tolist(),
        "upper": interval[:, 1].tolist(),
        "f": float(result.fvalue),
        "f_p": float(result.f_pvalue),
    }


def linear(x, y, options):
    exog = sm.add_constant(x) if options.get("intercept", True) else x
    weights = options.get("weights")
    model = sm.OLS(y, exog) if weights is None else sm.WLS(y, exog, weights=weights)
    result = model.fit(method="qr")
    answers = {
        "plain": table(result),
        "r2": result.rsquared,
        "adj_r2": result.rsquared_adj,
        "sigma": float(np.sqrt(result.mse_resid)),
        "df_resid": result.df_resid,
        "log_likelihood": result.llf,
        "aic": result.aic,
        "bic": result.bic,
        "durbin_watson": durbin_watson(result.wresid),
        "jarque_bera": [float(v) for v in jarque_bera(result.wresid)],
        "condition": None if weights else float(result.condition_number),
        "robust": {kind: table(model.fit(method="qr", cov_type=kind.upper())) for kind in ("hc0", "hc1", "hc2", "hc3")},
    }
    if weights is None:
        with_constant = sm.add_constant(x)
        answers["vif"] = [variance_inflation_factor(with_constant, j + 1) for j in range(x.shape[1])]
    if weights is None and options.get("intercept", True):
        answers["breusch_pagan"] = [float(v) for v in het_breuschpagan(result.resid, exog)[:2]]
        influence = OLSInfluence(result)
        cooks = influence.cooks_distance[0]
        order = np.argsort(-cooks, kind="stable")[:5]
        answers["cooks"] = [[int(i), float(cooks[i]), float(influence.hat_matrix_diag[i])] for i in order]
    new = x.mean(axis=0) * 1.1
    at = np.concatenate([[1.0], new]) if options.get("intercept", True) else new
    frame = result.get_prediction(at[None, :]).summary_frame(alpha=0.1)
    answers["at"] = new.tolist()
    answers["prediction"] = [float(frame[key].iloc[0]) for key in ("mean", "obs_ci_lower", "obs_ci_upper")]
    return answers


def penalised(x, y):
    folds = KFold(5)
    lasso_cv = LassoCV(cv=folds, tol=1e-13, max_iter=2_000_000).fit(x, y)
    net_cv = ElasticNetCV(cv=folds, l1_ratio=0.4, tol=1e-13, max_iter=2_000_000).fit(x, y)
    one = lambda m: {"intercept": float(m.intercept_), "slopes": m.coef_.tolist()}
    top = float(np.max(np.abs((x - x.mean(0)).T @ (y - y.mean()))) / len(y))
    return {
        "ridge": [{"alpha": a, **one(Ridge(alpha=a, solver="svd").fit(x, y))} for a in (0.01, 1.0, 250.0)],
        "lasso": [
            {"alpha": a, **one(Lasso(alpha=a, tol=1e-14, max_iter=5_000_000).fit(x, y))}
            for a in (top * 0.001, top * 0.05, top * 0.4, top * 1.1)
        ],
        "elasticnet": [
            {"alpha": a, "l1_ratio": r, **one(ElasticNet(alpha=a, l1_ratio=r, tol=1e-14, max_iter=5_000_000).fit(x, y))}
            for a, r in ((top * 0.01, 0.5), (top * 0.2, 0.2), (top * 0.1, 0.9))
        ],
        "lasso_cv": {"alpha": float(lasso_cv.alpha_), "mse": float(lasso_cv.mse_path_.mean(axis=1).min()), **one(lasso_cv)},
        "elasticnet_cv": {"alpha": float(net_cv.alpha_), "l1_ratio": 0.4, **one(net_cv)},
        "ols_cv": {
            "mse": float(
                np.mean([
                    mean_squared_error(y[test], LinearRegression().fit(x[train], y[train]).predict(x[test]))
                    for train, test in folds.split(x)
                ])
            )
        },
    }


def formulas():
    """Through patsy: text columns, products, powers, logarithms."""
    n = 90
    x, spend = customers(n)
    frame = pd.DataFrame(
        {
            "age": x[:, 0],
            "income": x[:, 1],
            "visits": x[:, 2],
            "city": rng.choice(["Austin", "Boston", "\u00c9vry", "boston"], n),
            "plan": rng.choice(["basic", "plus"], n),
            "zone": rng.choice([1, 2, 10], n),
            "spend": spend,
            "weight": np.round(rng.uniform(0.5, 3, n), 1),
        }
    )
    frame["spend"] += frame["zone"] * 2 + (frame["city"] == "Boston") * 7
    frame["stays"] = np.where(rng.random(n) < 1 / (1 + np.exp(-(frame["age"] - 45) / 12)), "yes", "no")
    pairs = [
        ("age + city", "age + city", {}),
        ("age + city + age:city", "age * city", {}),
        ("city + plan + city:plan", "plan*city", {}),
        ("age:city", "age:city", {}),
        ("0 + city + age", "0 + city + age", {"intercept": False}),
        ("age + I(age**2) + np.log(income)", "age + age^2 + log(income)", {}),
        ("C(zone) + age", "C(zone) + age", {}),
        ("zone + age", "zone + age", {}),
        ("age + income + age:income", "age + income + age:income", {"weights": "weight"}),
        ("C(city, Treatment('boston')) + age", "city + age", {"base": "city=boston"}),
    ]
    for formula, terms, options in pairs:
        model = (
            smf.wls(f"spend ~ {formula}", frame, weights=frame[options["weights"]])
            if "weights" in options
            else smf.ols(f"spend ~ {formula}", frame)
        )
        result = model.fit()
        yield {
            "formula": formula,
            "terms": terms,
            "options": options,
            "names": result.params.index.tolist(),
            "estimate": result.params.tolist(),
            "error": result.bse.tolist(),
            "r2": result.rsquared,
            "aic": result.aic,
            "f": float(result.fvalue),
            "fitted": result.fittedvalues.tolist(),
        }
    exog = sm.add_constant(frame[["age", "income"]])
    logit = sm.Logit((frame["stays"] == "yes").astype(int), exog).fit(disp=0, tol=1e-14)
    yield {"frame": {name: [str(v) for v in frame[name]] for name in frame}, "logit": logit.params.tolist()}


def logistic_sets():
    for name, n in (("customers-80", 80), ("customers-200", 200)):
        x, _ = customers(n)
        eta = -4 + 0.05 * x[:, 0] + 0.00004 * x[:, 1] - 0.1 * x[:, 2]
        y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int)
        yield name, x, y, {}
    x, _ = correlated(90)
    y = (rng.random(90) < 1 / (1 + np.exp(-(0.4 + x[:, 0])))).astype(int)
    yield "correlated-90", x, y, {}
    yield "no-intercept-90", x, y, {"intercept": False}


def logistic(x, y, options):
    exog = sm.add_constant(x) if options.get("intercept", True) else x
    result = sm.Logit(y, exog).fit(disp=0, tol=1e-14, maxiter=200)
    interval = result.conf_int(0.05)
    return {
        "estimate": result.params.tolist(),
        "error": result.bse.tolist(),
        "p": result.pvalues.tolist(),
        "lower": interval[:, 0].tolist(),
        "upper": interval[:, 1].tolist(),
        "log_likelihood": result.llf,
        "null_log_likelihood": result.llnull,
        "pseudo_r2": result.prsquared,
        "lr_p": float(result.llr_pvalue),
        "aic": result.aic,
        "bic": result.bic,
        "auc": float(roc_auc_score(y, result.predict())),
        "confusion": result.pred_table().tolist(),
    }


def wide():
    """As many columns as rows, and more: what penalties are for."""
    x = np.round(rng.normal(0, 1, (14, 20)) * np.arange(1, 21), 3)
    y = np.round(x @ (rng.random(20) < 0.3) + rng.normal(0, 1, 14), 3)
    one = lambda m: {"intercept": float(m.intercept_), "slopes": m.coef_.tolist()}
    exact = {"tol": 1e-14, "max_iter": 5_000_000}
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "ridge": [{"alpha": a, **one(Ridge(alpha=a, solver="svd").fit(x, y))} for a in (0.5, 40.0)],
        "lasso": [{"alpha": a, **one(Lasso(alpha=a, **exact).fit(x, y))} for a in (0.5, 6.0)],
        "elasticnet": [{"alpha": a, "l1_ratio": 0.3, **one(ElasticNet(alpha=a, l1_ratio=0.3, **exact).fit(x, y))} for a in (0.5, 6.0)],
    }


def far():
    """Numbers around 1e9 and 1e12: scikit-learn centres before it solves."""
    x = np.column_stack([1e12 + rng.normal(0, 9, 70), rng.normal(0, 2, 70)])
    y = 1e9 + 2 * (x[:, 0] - 1e12) - 3 * x[:, 1] + rng.normal(0, 1, 70)
    return {"x": x.tolist(), "y": y.tolist(), "slopes": LinearRegression().fit(x, y).coef_.tolist()}


def robust_by_groups():
    """Wald's F of a model that is written without an intercept is that of the same one written with it."""
    frame = pd.DataFrame({"y": np.round(rng.normal(10, 3, 26), 2), "x": rng.integers(1, 9, 26).astype(float), "g": rng.choice(list("abc"), 26)})
    model = smf.ols("y ~ x + g", frame)
    fits = {kind: model.fit(cov_type=kind.upper(), use_t=False) for kind in ("hc0", "hc1", "hc2", "hc3")}
    use_f = {kind: fit.f_test(np.eye(4)[1:]) for kind, fit in fits.items()}
    return {
        "frame": {name: [str(v) for v in frame[name]] for name in frame},
        "f": {kind: float(test.fvalue) for kind, test in use_f.items()},
    }


def odds():
    """With weights, and on rows left out."""
    x, _ = customers(120)
    y = (rng.random(120) < 1 / (1 + np.exp(3 - 0.06 * x[:, 0]))).astype(int)
    weights = rng.integers(1, 5, 120).astype(float)
    exog = sm.add_constant(x)
    chance = sm.GLM(y, exog, family=sm.families.Binomial(), freq_weights=weights).fit(tol=1e-14, maxiter=200).predict()
    scores = []
    for train, test in StratifiedKFold(4).split(x, y):
        own = sm.Logit(y[train], exog[train]).fit(disp=0, tol=1e-14, maxiter=200).predict(exog[test])
        scores.append([roc_auc_score(y[test], own), accuracy_score(y[test], own > 0.5), log_loss(y[test], own)])
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "weights": weights.tolist(),
        "auc": float(roc_auc_score(y, chance, sample_weight=weights)),
        "confusion": confusion_matrix(y, chance > 0.5, sample_weight=weights).tolist(),
        "log_loss": float(log_loss(y, chance, sample_weight=weights)),
        "cv": np.mean(scores, axis=0).tolist(),
    }


def slopes_at_means():
    frame = pd.DataFrame({"a": np.round(rng.normal(40, 9, 60), 1), "b": np.round(rng.normal(5, 2, 60), 1)})
    frame["y"] = np.round(3 + 0.2 * frame.a * frame.b - 0.05 * frame.a**2 + rng.normal(0, 3, 60), 2)
    fit = smf.ols("y ~ a * b + I(a ** 2)", frame).fit()
    a, b = frame.a.mean(), frame.b.mean()
    tests = [fit.t_test([0, 1, 0, b, 2 * a]), fit.t_test([0, 0, 1, a, 0])]
    return {
        "frame": {name: [str(v) for v in frame[name]] for name in frame},
        "slopes": [[float(t.effect[0]), float(t.sd[0, 0]), float(t.pvalue)] for t in tests],
    }


answers = {
    "versions": {
        "statsmodels": statsmodels.__version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    },
    "linear": [
        {"name": name, "x": x.tolist(), "y": y.tolist(), "options": options, "answers": linear(x, y, options)}
        for name, (x, y, options) in sets.items()
    ],
    "penalised": [
        {"name": name, "x": x.tolist(), "y": y.tolist(), "answers": penalised(x, y)}
        for name, (x, y) in {
            "customers-70": customers(70),
            "correlated-52": correlated(52),
        }.items()
    ],
    "formulas": list(formulas()),
    "logistic": [
        {"name": name, "x": x.tolist(), "y": y.tolist(), "options": options, "answers": logistic(x, y, options)}
        for name, x, y, options in logistic_sets()
    ],
    "wide": wide(),
    "far": far(),
    "robust_by_groups": robust_by_groups(),
    "odds": odds(),
    "slopes_at_means": slopes_at_means(),
}
json.dump(answers, sys.stdout)
print()
