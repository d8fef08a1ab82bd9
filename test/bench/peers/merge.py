"""Join two files on customer_id: merge.py LEFT RIGHT OUT"""

import sys

import pandas as pd

left = pd.read_csv(sys.argv[1])
right = pd.read_csv(sys.argv[2])
left.merge(right, on="customer_id").to_csv(sys.argv[3], index=False)
