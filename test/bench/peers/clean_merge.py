"""Drop the rows with a missing cell, then join with a second file on customer_id: clean_merge.py LEFT RIGHT OUT"""

import sys

import pandas as pd

left = pd.read_csv(sys.argv[1]).dropna()
right = pd.read_csv(sys.argv[2])
left.merge(right, on="customer_id").to_csv(sys.argv[3], index=False)
