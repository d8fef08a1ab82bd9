"""Answers of Weka 3.6.14's J48 and Id3 on made tables.

    python test/reference/tree/make_weka.py weka-stable-3.6.14.jar

The jar is on Maven Central as nz.ac.waikato.cms.weka:weka-stable:3.6.14; Java 11 or newer runs it. Tables are drawn from
numpy's RandomState(number of the table), in the order of `table` below; the test draws the same from lode's RandomState.
"""
import json
import math
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

TABLES = 80


def table(seed):
    """Columns (names, kinds, cells; None is missing) and classes. Every draw is one call."""
    rs = np.random.RandomState(seed + 1000)
    rows = 20 + rs.randint(180)
    width = 2 + rs.randint(5)
    nominal = seed % 4 == 0
    missing = 0.1 if seed % 2 == 1 else 0.0
    kinds = [2 + rs.randint(4) if nominal or rs.randint(2) == 0 else 0 for _ in range(width)]
    classes = 2 + rs.randint(3)
    columns = [[None] * rows for _ in range(width)]
    target = []
    for i in range(rows):
        for j, levels in enumerate(kinds):
            u = rs.random_sample()
            columns[j][i] = math.floor(u * levels) if levels > 0 else math.floor(u * 1000) / 10
        u = rs.random_sample()
        lean = (columns[0][i] if kinds[0] > 0 else math.floor(columns[0][i] / 40)) + (
            1 if columns[-1][i] > (0 if kinds[-1] > 0 else 60) else 0
        )
        target.append(math.floor(u * 3 * classes) % classes if u < 0.35 else lean % classes)
        for j in range(width):
            if missing > 0 and rs.random_sample() < missing:
                columns[j][i] = None
    return kinds, columns, classes, target


def arff(seed):
    kinds, columns, classes, target = table(seed)
    lines = ["@relation made"]
    for j, levels in enumerate(kinds):
        kind = "{%s}" % ",".join(f"v{k}" for k in range(levels)) if levels > 0 else "numeric"
        lines.append(f"@attribute a{j} {kind}")
    lines.append("@attribute class {%s}" % ",".join(f"c{k}" for k in range(classes)))
    lines.append("@data")
    for i, c in enumerate(target):
        cells = [
            "?" if column[i] is None else (f"v{column[i]}" if levels > 0 else repr(column[i]))
            for levels, column in zip(kinds, columns)
        ]
        lines.append(",".join([*cells, f"c{c}"]))
    return "\n".join(lines) + "\n"


def main(jar):
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for seed in range(TABLES):
            path = os.path.join(folder, f"{seed}-{'nominal' if seed % 4 == 0 else 'mixed'}.arff")
            with open(path, "w", encoding="utf-8") as out:
                out.write(arff(seed))
            files.append(path)
        command = ["java", "-cp", jar, os.path.join(here, "Trees.java"), *files]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    answers = iter(printed.split("....\n"))
    tables = []
    for seed in range(TABLES):
        names = ["J48 -C 0.25 -M 2", "J48 -C 0.1 -M 5", "J48 -U -M 1"] + (["Id3"] if seed % 4 == 0 else [])
        tables.append({name: parsed(next(answers)) for name in names})
    with open(os.path.join(here, "weka.json"), "w", encoding="utf-8") as out:
        json.dump({"versions": {"weka": "3.6.14"}, "tables": tables}, out, indent=0)
        out.write("\n")


def parsed(text):
    body = re.sub(r"^[\s\S]*?(-{18}\n|Id3\n)\n*", "", text)
    predicted = re.search(r"predicted:(.*)", text).group(1).split()
    tree = body.split("predicted:")[0].split("Number of Leaves")[0].strip("\n")
    return {"tree": tree.strip(), "predicted": "".join(predicted)}


if __name__ == "__main__":
    main(sys.argv[1])
