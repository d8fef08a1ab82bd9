"""Answers of pandas.merge, merge_asof and concat, for test/tidy/merge-pandas.test.ts.

    python test/reference/merge/make.py

Cells are read as text (dtype=str, only the empty cell missing), so keys are compared as text. Where pandas lets missing
keys meet, lode is asked to (--match-missing); the cases without missing keys go without.
"""

import io
import json
import platform
import random
from pathlib import Path

import numpy
import pandas as pd


def read(text, **types):
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_values=[""])
    for name, kind in types.items():
        frame[name] = pd.to_datetime(frame[name], format="ISO8601") if kind == "date" else frame[name].astype(float)
    return frame


def cells(frame, texts):
    """Rows as texts; as-of columns in the spelling of their file."""
    out = frame.astype(object).where(frame.notna(), None)
    for name, spelling in texts.items():
        out[name] = frame[name].map(spelling)
    return [[None if cell is None else str(cell) for cell in row] for row in out.to_numpy().tolist()]


def answer(name, files, options, frame, texts=None):
    return {
        "name": name,
        "files": files,
        "options": options,
        "columns": [str(column) for column in frame.columns],
        "rows": cells(frame, texts or {}),
    }


def refusal(name, files, options, run):
    try:
        run()
    except Exception as error:
        return {"name": name, "files": files, "options": options, "refused": type(error).__name__}
    raise AssertionError(f"{name}: pandas took it")


HOWS = ["inner", "left", "right", "outer"]

PLAIN = ["id,name\nb,1\na,2\nd,3\nc,4\n", "id,city\na,x\nc,y\ne,z\nb,w\n"]
MANY = [
    "k,v\nb,1\na,2\nb,3\n,4\nc,5\na,6\n\"007\",7\n7,8\nÄ,9\nZ,10\n😀,11\n",
    "k,w\na,p\nb,q\n,r\nd,s\na,t\nb,u\nZ,v\n7,w\n😀,x\n｡,y\n,z\n",
]
TWO_KEYS = [
    "k,m,v\na,x,1\na,,2\n,x,3\nb,y,4\na,x,5\n,,6\n",
    "k,m,v\na,,5\n,x,6\na,z,7\nb,y,8\na,x,9\nb,,10\n",
]
OVERLAP = ["k,v,v_z,w\na,1,2,3\nb,4,5,6\n", "k,w,v,u\nb,7,8,9\nc,1,2,3\n"]
RENAMED = ["a,b,v\n1,x,p\n2,y,q\n2,z,r\n", "b,a,v\n1,p,s\n3,q,t\n2,w,u\n2,w2,u2\n"]
THREE = ["k,v\na,1\nb,2\nc,3\n", "k,v\nb,4\nc,5\nd,6\n", "k,v,w\nc,7,x\nb,8,y\nb,9,z\n"]
EMPTY = ["k,v\n", "k,w\nb,1\na,2\n"]


def joins():
    out = []
    for title, files, keys in [
        ("plain", PLAIN, ["id"]),
        ("many to many", MANY, ["k"]),
        ("two keys", TWO_KEYS, ["k", "m"]),
        ("same names", OVERLAP, ["k"]),
        ("no rows on the left", EMPTY, ["k"]),
        ("no rows on the right", EMPTY[::-1], ["k"]),
    ]:
        left, right = map(read, files)
        for how in HOWS:
            options = {"on": ",".join(keys), "how": how, "matchMissing": True, "indicator": True}
            frame = left.merge(right, on=keys, how=how, indicator=True)
            out.append(answer(f"{title}, {how}", files, options, frame))
    left, right = map(read, RENAMED)
    for how in HOWS:
        options = {"leftOn": "a", "rightOn": "b", "how": how}
        out.append(answer(f"keys called differently, {how}", RENAMED, options, left.merge(right, left_on="a", right_on="b", how=how)))
    options = {"leftOn": "a,v", "rightOn": "b,v", "how": "outer"}
    frame = left.merge(right, left_on=["a", "v"], right_on=["b", "v"], how="outer")
    out.append(answer("one key called differently, one not", RENAMED, options, frame))
    left, right = map(read, OVERLAP)
    for suffixes in [("_l", "_r"), ("", "_r"), ("_l", "")]:
        options = {"on": "k", "suffixes": list(suffixes)}
        out.append(answer(f"suffixes {suffixes}", OVERLAP, options, left.merge(right, on="k", suffixes=suffixes)))
    for suffixes in [("", ""), ("_z", "_y"), ("_y", "_z")]:
        options = {"on": "k", "suffixes": list(suffixes)}
        out.append(refusal(f"suffixes {suffixes}", OVERLAP, options, lambda s=suffixes: left.merge(right, on="k", suffixes=s)))
    out.append(answer("columns in common", OVERLAP, {}, left.merge(right)))
    out.append(answer("cross", OVERLAP, {"how": "cross"}, left.merge(right, how="cross")))
    frames = list(map(read, THREE))
    for how in HOWS:
        options = {"on": "k", "how": how}
        frame = frames[0].merge(frames[1], on="k", how=how).merge(frames[2], on="k", how=how)
        out.append(answer(f"three files, {how}", THREE, options, frame))
    return out


def random_joins():
    draw = random.Random(11)
    keys = ["a", "b", "B", "aa", "10", "9", "01", "é", "z"]
    out = []
    for i in range(6):
        files = []
        for side in "lr":
            lines = [f"k,{side}"]
            lines += [f"{draw.choice(keys)},{side}{n}" for n in range(draw.randrange(3, 14))]
            files.append("\n".join(lines) + "\n")
        left, right = map(read, files)
        for how in HOWS:
            out.append(answer(f"random {i}, {how}", files, {"on": "k", "how": how}, left.merge(right, on="k", how=how)))
    return out


def validations():
    files = ["k,v\na,1\nb,2\nb,3\n", "k,w\na,1\na,2\nb,3\n"]
    unique = ["k,v\na,1\nb,2\n", "k,w\na,1\nb,2\n"]
    out = []
    for title, pair in [("repeated", files), ("unique", unique), ("1:m", [unique[0], files[1]]), ("m:1", [files[0], unique[1]])]:
        left, right = map(read, pair)
        for rule in ["1:1", "1:m", "m:1", "m:m"]:
            options = {"on": "k", "validate": rule}
            try:
                out.append(answer(f"{title}, --validate {rule}", pair, options, left.merge(right, on="k", validate=rule)))
            except pd.errors.MergeError:
                out.append({"name": f"{title}, --validate {rule}", "files": pair, "options": options, "refused": "MergeError"})
    return out


QUOTES = [
    "t,who,bid\n1,a,10\n5,b,11\n10,a,12\n10,b,13\n3.5,c,14\n-2,a,15\n7,a,16\n",
    "t,who,price\n1,a,p1\n2,a,p2\n3,b,p3\n6,a,p4\n6,a,p5\n7,b,p6\n10,a,p7\n11,b,p8\n8,a,p9\n",
]
DAYS = [
    "day,who,n\n2024-03-01,a,1\n2024-03-05,b,2\n2024-02-28,a,3\n2024-03-05,a,4\n",
    "day,who,m\n2024-02-29,a,p\n2024-03-02,a,q\n2024-03-08,b,r\n2024-03-08,b,s\n2024-03-04,b,t\n2024-02-20,a,u\n",
]
TIMES = [
    "at,n\n2024-03-01T10:00:00,1\n2024-03-01T09:59:59.500000,2\n2024-03-02T00:00:00,3\n",
    "at,m\n2024-03-01T10:00:00,p\n2024-03-01T09:59:59,q\n2024-03-01T23:59:30,r\n2024-03-02T00:00:30,s\n",
]


def asof(title, files, column, kind, by, direction, tolerance, given):
    left, right = (read(text, **{column: kind}) for text in files)
    # pandas wants both sides sorted; the left order is put back afterwards, as lode gives it.
    left["row"] = range(len(left))
    merged = pd.merge_asof(
        left.sort_values(column, kind="stable"),
        right.sort_values(column, kind="stable"),
        on=column,
        by=by,
        direction=direction,
        tolerance=tolerance,
    )
    merged = merged.sort_values("row", kind="stable")
    texts = read(files[0])[column]
    spelling = dict(zip(left[column], texts))
    merged = merged.drop(columns="row")
    options = {"asof": column, "direction": direction}
    if by is not None:
        options["by"] = by
    if given is not None:
        options["tolerance"] = given
    return answer(title, files, options, merged, {column: lambda value: spelling[value]})


def asofs():
    out = []
    for direction in ["backward", "forward", "nearest"]:
        for by in [None, "who"]:
            for tolerance in [None, 1.0, 2.0, 0.0]:
                given = None if tolerance is None else str(tolerance)
                out.append(asof(f"as-of numbers, {direction}, by {by}, within {given}", QUOTES, "t", "number", by, direction, tolerance, given))
            for days in [None, 1, 2]:
                given = None if days is None else f"{days}d"
                width = None if days is None else pd.Timedelta(days=days)
                out.append(asof(f"as-of days, {direction}, by {by}, within {given}", DAYS, "day", "date", by, direction, width, given))
        for given, width in [(None, None), ("500ms", pd.Timedelta(milliseconds=500)), ("30s", pd.Timedelta(seconds=30)), ("1m", pd.Timedelta(minutes=1)), ("10h", pd.Timedelta(hours=10))]:
            out.append(asof(f"as-of times, {direction}, within {given}", TIMES, "at", "date", None, direction, width, given))
    return out


def stacks():
    files = ["a,b,c\n1,2,3\n4,,6\n", "c,d,a\n7,8,9\n", "e\n10\n"]
    frames = list(map(read, files))
    return [
        answer("two files under each other", files[:2], {"stack": True}, pd.concat(frames[:2])),
        answer("three files under each other", files, {"stack": True}, pd.concat(frames)),
    ]


CASES = joins() + random_joins() + validations() + asofs() + stacks()
VERSIONS = {"python": platform.python_version(), "pandas": pd.__version__, "numpy": numpy.__version__}
HEAD = json.dumps({"made_by": "test/reference/merge/make.py", "versions": VERSIONS})[:-1]
LINES = ",\n".join(json.dumps(case, ensure_ascii=False) for case in CASES)
(Path(__file__).parent / "answers.json").write_text(f'{HEAD}, "cases": [\n{LINES}\n]}}\n', encoding="utf-8")
