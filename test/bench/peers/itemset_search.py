"""Borgelt's C eclat on baskets in memory: itemset_search.py BASKETS SUPPORT OUT CLOCK"""

import sys
import time
from math import ceil

from fim import eclat

separator = "," if sys.argv[1].endswith(".csv") else None
with open(sys.argv[1], encoding="utf8") as file:
    baskets = [line.split(separator) for line in file.read().splitlines()]
least = ceil(float(sys.argv[2]) * len(baskets))
started = time.perf_counter()
found = eclat(baskets, supp=-least, report="a")
seconds = time.perf_counter() - started
with open(sys.argv[3], "w", encoding="utf8") as out:
    print("itemsets", len(found), sep="\n", file=out)
with open(sys.argv[4], "w", encoding="utf8") as clock:
    print(seconds, file=clock)
