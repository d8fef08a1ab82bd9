"""The terms of a column by their mean weight: tfidf.py IN OUT"""

import sys

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

texts = pd.read_csv(sys.argv[1], usecols=["comment"])["comment"].fillna("")
vectorizer = TfidfVectorizer()
weights = vectorizer.fit_transform(texts)
terms = pd.DataFrame(
    {
        "term": vectorizer.get_feature_names_out(),
        "df": np.bincount(weights.indices, minlength=weights.shape[1]),
        "idf": vectorizer.idf_,
        "mean_tfidf": np.asarray(weights.mean(axis=0)).ravel(),
    }
)
terms.sort_values(["mean_tfidf", "term"], ascending=[False, True]).to_csv(sys.argv[2], index=False)
