"""Order lines to the table of baskets and items that mlxtend takes, no further: pivot.py LINES"""

import sys

import pandas as pd

lines = pd.read_csv(sys.argv[1], usecols=["InvoiceNo", "StockCode"], dtype=str)
table = pd.crosstab(lines["InvoiceNo"], lines["StockCode"]) > 0
print(table.shape)
