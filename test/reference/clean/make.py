"""What pandas gives for every step of clean that pandas has.

Writes answers.json: a table of text cells, and for each case the words of the command line and the rows that
pandas gives. Cells are text throughout (dtype=str, an empty cell is missing), as they are in lode; numbers are
read from them where a step needs numbers, and written the shortest way that reads back.

    python test/reference/clean/make.py
"""

import io
import json
import platform
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
ROWS = 60


def table():
    rng = np.random.default_rng(20240131)
    cities = np.array(["Boston", "Chicago", "St. John's", 'the "Hub"', ""])
    rows = []
    for i in range(ROWS):
        age = "" if rng.random() < 0.2 else str(rng.integers(18, 80))
        income = "" if rng.random() < 0.15 else repr(round(float(rng.lognormal(10, 0.8)), 2))
        level = "" if rng.random() < 0.3 else str(rng.choice(["gold", "silver", "bronze"]))
        code = "" if rng.random() < 0.1 else f"{rng.integers(0, 40):03d}"
        rows.append([f"C{i:04d}", str(rng.choice(cities)), age, income, level, code])
    frame = pd.DataFrame(rows, columns=["id", "city", "age", "income", "level", "code"])
    frame.loc[7, ["city", "age", "income", "level", "code"]] = ""
    frame.loc[40, "income"] = "987654.5"
    frame.loc[41, "income"] = "-45000"
    return frame.to_csv(index=False)


def text(number):
    whole = repr(float(number))
    return whole[:-2] if whole.endswith(".0") else whole


def numbers(frame, column):
    return pd.to_numeric(frame[column])


def filled(frame, column, values):
    """The frame with the missing cells of a column as the texts of `values`; the others keep their text."""
    out = frame.copy()
    gap = out[column].isna() & values.notna()
    out.loc[gap, column] = [text(value) for value in values[gap]]
    return out


def fill_statistic(frame, column, how):
    series = numbers(frame, column)
    return filled(frame, column, series.fillna(getattr(series, how)()))


def fill_by(frame, column, how, by):
    series = numbers(frame, column)
    return filled(frame, column, series.fillna(series.groupby(frame[by]).transform(how)))


def bounds(series, method, factor):
    if method == "iqr":
        q1, q3 = series.quantile(0.25), series.quantile(0.75)
        return q1 - factor * (q3 - q1), q3 + factor * (q3 - q1)
    if method == "zscore":
        return series.mean() - factor * series.std(), series.mean() + factor * series.std()
    median = series.median()
    mad = (series - median).abs().median()
    return median - factor * mad / 0.6745, median + factor * mad / 0.6745


def outliers(frame, column, method, factor, action):
    series = numbers(frame, column)
    low, high = bounds(series, method, factor)
    outside = (series < low) | (series > high)
    if action == "drop":
        return frame[~outside]
    out = frame.copy()
    if action == "null":
        out.loc[outside, column] = np.nan
    if action == "clip":
        clipped = series.clip(low, high)
        out.loc[outside, column] = [text(value) for value in clipped[outside]]
    if action == "flag":
        out[f"{column}_outlier"] = np.where(outside, "true", "false")
    return out


def mode_by(frame, column, by):
    out = frame.copy()
    modes = frame.groupby(by)[column].agg(lambda s: s.mode().iloc[0] if s.notna().any() else np.nan)
    gap = out[column].isna() & out[by].notna()
    out.loc[gap, column] = out.loc[gap, by].map(modes)
    return out


def linear_by(frame, column, by):
    series = numbers(frame, column)
    values = series.groupby(frame[by]).transform(lambda s: s.interpolate(method="linear"))
    return filled(frame, column, values)


def fill_direction_by(frame, column, how, by):
    out = frame.copy()
    values = getattr(frame.groupby(by)[column], how)()
    gap = out[column].isna() & frame[by].notna()
    out.loc[gap, column] = values[gap]
    return out


def cases(frame):
    yield "dropna()", [], frame.dropna()
    yield "dropna(how='all')", ["--drop-missing", "age,income,level", "--how", "all"], frame.dropna(
        subset=["age", "income", "level"], how="all"
    )
    yield "dropna(subset)", ["--drop-missing", "age,level"], frame.dropna(subset=["age", "level"])
    for thresh in [0, 3, 5, 6]:
        yield f"dropna(thresh={thresh})", ["--drop-missing", "--min-present", str(thresh)], frame.dropna(
            thresh=thresh
        )
    yield "dropna(subset, thresh)", ["--drop-missing", "age,income,level", "--min-present", "2"], frame.dropna(
        subset=["age", "income", "level"], thresh=2
    )
    for keep, keyword in [("first", "first"), ("last", "last"), ("none", False)]:
        yield f"drop_duplicates(code, {keyword})", ["--dedupe", "code", "--keep", keep], frame.drop_duplicates(
            ["code"], keep=keyword
        )
        yield f"drop_duplicates(city and level, {keyword})", [
            "--dedupe",
            "city,level",
            "--keep",
            keep,
        ], frame.drop_duplicates(["city", "level"], keep=keyword)
    yield "drop_duplicates()", ["--dedupe"], frame.drop_duplicates()
    for how in ["mean", "median"]:
        for column in ["age", "income"]:
            yield f"fillna({column} {how})", ["--fill", f"{column}={how}"], fill_statistic(frame, column, how)
            yield f"fillna({column} {how} by level)", [
                "--fill",
                f"{column}={how}",
                "--by",
                "level",
            ], fill_by(frame, column, how, "level")
    yield "fillna(age mode)", ["--fill", "age=mode"], filled(
        frame, "age", numbers(frame, "age").fillna(numbers(frame, "age").mode().iloc[0])
    )
    yield "fillna(level mode)", ["--fill", "level=mode"], frame.assign(
        level=frame["level"].fillna(frame["level"].mode().iloc[0])
    )
    yield "fillna(level mode by city)", ["--fill", "level=mode", "--by", "city"], mode_by(frame, "level", "city")
    for how in ["ffill", "bfill"]:
        yield f"level {how}", ["--fill", f"level={how}"], frame.assign(level=getattr(frame["level"], how)())
        yield f"level {how} by city", ["--fill", f"level={how}", "--by", "city"], fill_direction_by(
            frame, "level", how, "city"
        )
    for column in ["age", "income"]:
        yield f"interpolate({column})", ["--fill", f"{column}=linear"], filled(
            frame, column, numbers(frame, column).interpolate(method="linear")
        )
    yield "interpolate(income by level)", ["--fill", "income=linear", "--by", "level"], linear_by(
        frame, "income", "level"
    )
    yield "fillna(text)", ["--fill", "level=value:none, so far"], frame.assign(
        level=frame["level"].fillna("none, so far")
    )
    for method, factor in [("iqr", 1.5), ("zscore", 3), ("mad", 3.5), ("iqr", 0.5), ("zscore", 1)]:
        for action in ["drop", "clip", "null", "flag"]:
            words = ["--outliers", "income", "--method", method, "--action", action]
            given = words if factor in (1.5, 3, 3.5) else [*words, "--factor", str(factor)]
            yield f"outliers({method}, {factor}, {action})", given, outliers(
                frame, "income", method, factor, action
            )
    yield "str.strip, str.lower", ["--trim", "--case", "level=upper"], frame.assign(
        level=frame["level"].str.strip().str.upper()
    )


def rows(frame):
    return [[None if pd.isna(cell) else cell for cell in row] for row in frame.itertuples(index=False)]


def main():
    source = table()
    frame = pd.read_csv(io.StringIO(source), dtype=str, keep_default_na=False, na_values=[""])
    out = {
        "made by": "python test/reference/clean/make.py",
        "versions": {
            "python": platform.python_version(),
            "pandas": pd.__version__,
            "numpy": np.__version__,
        },
        "csv": source,
        "cases": [
            {"name": name, "words": words, "columns": list(result.columns), "rows": rows(result)}
            for name, words, result in cases(frame)
        ],
    }
    (HERE / "answers.json").write_text(json.dumps(out, ensure_ascii=False, indent=None) + "\n")


if __name__ == "__main__":
    main()
