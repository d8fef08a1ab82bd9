"""Tails and quantiles to 40 digits: python make.py > answers.json

Needs mpmath. Not scipy: scipy 1.17.1 is off by 3e-9 in t.sf(1e-8, 1) and by 6e-13 in f.sf(1.1, 6, 30000). It is asked
all the same, and what it gives must be the same to 1e-11 wherever it is sound.
"""

import json
import sys

import mpmath as mp
import scipy
from scipy import stats

mp.mp.dps = 40
dfs = [1, 2, 3, 5, 9, 10, 29, 100, 997]
large = [30_000, 999_997]
ts = [1e-8, 0.01, 0.3, 0.7, 1.0, 1.4, 2.0, 2.6, 5.0, 9.0, 20.0, 37.0, 300.0]
fs = [1e-6, 0.02, 0.5, 0.9, 1.0, 1.1, 2.0, 4.0, 15.0, 120.0, 3e4]
shares = [0.9, 0.5, 0.2, 0.1, 0.05, 0.01, 0.001, 1e-6]
checked = 0


def lower_beta(a, b, x):
    """The integral of the density from 0 to x, with u = x exp(-s/a): mpmath's own betainc takes minutes."""
    front = x**a / a / mp.beta(a, b)
    inner = mp.quad(lambda s: mp.exp(-s) * (1 - x * mp.exp(-s / a)) ** (b - 1), [0, 0.5, 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256, 512], maxdegree=8)
    return front * inner


def f_tail(f, d1, d2):
    f = mp.mpf(f)
    x, y = d2 / (d2 + d1 * f), d1 * f / (d2 + d1 * f)
    a, b = mp.mpf(d2) / 2, mp.mpf(d1) / 2
    return lower_beta(a, b, x) if b * x <= a * y else 1 - lower_beta(b, a, y)


def t_tail(t, df):
    return f_tail(mp.mpf(t) ** 2, 1, df)


def chi2_tail(x, df):
    return mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, regularized=True)


def normal_tail(z):
    return mp.erfc(mp.mpf(z) / mp.sqrt(2))


def checked_against(theirs, exact):
    global checked
    if exact > 1e-290 and abs(theirs / exact - 1) < 1e-11:
        checked += 1
    return float(exact)


def quantile(tail, p, guess):
    return float(mp.findroot(lambda x: tail(x) - mp.mpf(p), mp.mpf(guess)))


answers = {
    "t": [[t, df, checked_against(2 * stats.t.sf(t, df), t_tail(t, df))] for df in dfs + large for t in ts],
    "f": [
        [f, d1, d2, checked_against(stats.f.sf(f, d1, d2), f_tail(f, d1, d2))]
        for d1 in [1, 2, 3, 6, 15, 31]
        # The quadrature of lower_beta is not sure of 13 digits past this.
        for d2 in dfs + ([30_000] if d1 < 31 else [])
        for f in fs
    ],
    "chi2": [
        [x, df, checked_against(stats.chi2.sf(x, df), chi2_tail(x, df))]
        for df in [1, 2, 3, 7, 30]
        for x in [1e-6, 0.1, 0.7, 1.0, 2.0, 5.0, 12.0, 40.0, 300.0, 1200.0]
    ],
    "normal": [[z, checked_against(2 * stats.norm.sf(z), normal_tail(z))] for z in ts if z < 38],
    "t_quantile": [
        [p, df, quantile(lambda x, df=df: t_tail(x, df), p, stats.t.isf(p / 2, df))] for df in dfs for p in shares
    ],
    "normal_quantile": [[p, quantile(normal_tail, p, stats.norm.isf(p / 2))] for p in shares],
}
answers["versions"] = {"mpmath": mp.__version__, "scipy": scipy.__version__, "scipy agrees": checked}
json.dump(answers, sys.stdout)
print()
