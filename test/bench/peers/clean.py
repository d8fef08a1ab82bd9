"""Drop the rows with a missing cell: clean.py IN OUT"""

import sys

import pandas as pd

pd.read_csv(sys.argv[1]).dropna().to_csv(sys.argv[2], index=False)
