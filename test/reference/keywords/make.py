"""The leading terms of public reviews by scikit-learn: python make.py DATA > answers.json

DATA is the folder that holds reviews/ and online_retail/. Terms are ordered by mean weight, then by code point; the first
100 are kept, and of some forty texts all weights.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer

data = Path(sys.argv[1])
cases = []


def case(name, options, file="reviews/amazon_alexa.tsv", column="verified_reviews", sep="\t"):
    table = pd.read_csv(data / file, sep=sep, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    vectorizer = TfidfVectorizer(**options)
    matrix = vectorizer.fit_transform(table[column])
    matrix.sort_indices()
    kept = range(0, matrix.shape[0], matrix.shape[0] // 40)
    terms = vectorizer.get_feature_names_out()
    mean = np.asarray(matrix.mean(axis=0)).ravel()
    df = np.bincount(matrix.indices, minlength=len(terms))
    order = sorted(range(len(terms)), key=lambda i: (-mean[i], terms[i]))[:100]
    cases.append(
        {
            "name": name,
            "file": file,
            "column": column,
            "documents": matrix.shape[0],
            "vocabulary": len(terms),
            "rows": [
                [i, matrix[i].indices.tolist(), matrix[i].data.tolist()] for i in kept
            ],
            "terms": [[terms[i], int(df[i]), float(vectorizer.idf_[i]), float(mean[i])] for i in order],
        }
    )


case("as it comes", {})
case("English stop words", {"stop_words": "english"})
case("words and pairs in five texts or more", {"ngram_range": (1, 2), "min_df": 5, "stop_words": "english"})
case("Chinese as it comes", {}, "reviews/ChnSentiCorp_htl_all.csv", "review", ",")
case("characters", {"analyzer": "char", "min_df": 5}, "reviews/ChnSentiCorp_htl_all.csv", "review", ",")
case("names of goods", {}, "online_retail/online_retail.csv.gz", "Description", ",")

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__}
json.dump({"versions": versions, "cases": cases}, sys.stdout)
print()
