"""What scikit-learn's TfidfVectorizer makes of small collections: python make.py > answers.json"""

import json
import sys

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer

reviews = [
    "Fast delivery, great price! Great great service.",
    "The delivery was slow and the box was broken",
    "Great product. Will buy again; price is OK.",
    "",
    "slow SLOW Slow... never again",
    "price price price",
    "It isn't what I ordered, it is a different colour",
    "a b c . !",
    "The service was fast and the price was great",
]
scripts = [
    "naïve café déjà-vu café",
    "ΟΔΥΣΣΕΥΣ Σίσυφος οδυσσευς",
    "Straße STRASSE İstanbul ISTANBUL",
    "e-mail foo_bar foo__bar _x x_ 3.14 1e5 1,234 ½½ ²³",
    "Ⅷ Ⅷ٣٤ १२ नमस्ते हिन्दी",
    "快递很快 质量不错 快递很快",
    "\U0001f600\U0001f600 smile \U0001d400\U0001d401 \uff21\uff22 \ue000\ue001",
    "cafe\u0301 cafe\u0301 zero\u200bwidth tab\tnew\nline no\u00a0break",
    "don't can't o'clock rock'n'roll",
]
same = ["one two", "two three", "one two", "four"]

cases = []


def case(name, texts, options=None):
    options = options or {}
    vectorizer = TfidfVectorizer(**{**options, "ngram_range": tuple(options.get("ngram_range", (1, 1)))})
    matrix = vectorizer.fit_transform(texts)
    counted = TfidfVectorizer(
        use_idf=False, norm=None, vocabulary=vectorizer.vocabulary_, ngram_range=vectorizer.ngram_range,
        stop_words=vectorizer.stop_words,
    ).fit_transform(texts)
    cases.append(
        {
            "name": name,
            "texts": texts,
            "options": options,
            "terms": vectorizer.get_feature_names_out().tolist(),
            "df": np.asarray((counted > 0).sum(axis=0)).ravel().tolist(),
            "idf": vectorizer.idf_.tolist() if options.get("use_idf", True) else None,
            "mean": np.asarray(matrix.mean(axis=0)).ravel().tolist(),
            "rows": matrix.toarray().tolist(),
        }
    )


case("reviews", reviews)
case("every script", scripts)
case("same texts", same)
case("one text", ["one one two"])
case("l1 norm", reviews, {"norm": "l1"})
case("no norm", reviews, {"norm": None})
case("sublinear", reviews, {"sublinear_tf": True})
case("not smooth", reviews, {"smooth_idf": False})
case("no idf", reviews, {"use_idf": False})
case("all of these", reviews, {"norm": None, "sublinear_tf": True, "smooth_idf": False})
case("pairs and words", reviews, {"ngram_range": [1, 2]})
case("pairs and triples", reviews, {"ngram_range": [2, 3]})
case("English stop words", reviews, {"stop_words": "english"})
case("pairs after stop words", reviews, {"stop_words": "english", "ngram_range": [1, 2]})
case("own stop words", reviews, {"stop_words": ["great", "price", "the"]})
case("in two texts or more", reviews, {"min_df": 2})
case("in a third of the texts or more", reviews, {"min_df": 1 / 3})
case("in two texts at most", reviews, {"max_df": 2})
case("in 30% of the texts at most", reviews, {"max_df": 0.3})
case("in every text at most", same, {"max_df": 1.0, "min_df": 0.25})
# "price" occurs most often, alone.
case("one term at most", reviews, {"max_features": 1})
# "aa" occurs most often, "bb" in the most texts.
case("one term at most of binary counts", ["aa aa aa aa", "bb", "bb"], {"max_features": 1, "binary": True})

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
json.dump({"versions": versions, "cases": cases}, sys.stdout)
print()
