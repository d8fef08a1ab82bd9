"""Truncated SVD, class-based TF-IDF and near duplicates of made comments: python make.py > answers.json

Dimensions are those of scikit-learn's TruncatedSVD(algorithm='arpack') with its signs. Scores of groups are computed
here by the formula of the BERTopic paper from scikit-learn's counts. Near duplicates are found by comparing all pairs.
"""

import json
import random
import sys

import numpy as np
import sklearn
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

random.seed(11)
vocabulary = [f"w{i}" for i in range(260)]
weights = [1 / (i + 3) for i in range(260)]


def text(theme):
    own = random.choices(vocabulary[theme * 20 : theme * 20 + 40], k=random.randint(0, 6))
    return " ".join(own + random.choices(vocabulary, weights, k=random.randint(1, 9)))


def alike(texts):
    sets = [frozenset(t.split()) for t in texts]
    big = [i for i, s in enumerate(sets) if s]
    same, near = {}, {i: i for i in big}

    def root(i):
        while near[i] != i:
            i = near[i]
        return i

    for i in big:
        same.setdefault(sets[i], []).append(i)
        for j in big:
            if j < i and len(sets[i] & sets[j]) >= 0.8 * len(sets[i] | sets[j]) - 1e-9:
                near[root(i)] = root(j)
    groups = {}
    for i in big:
        groups.setdefault(root(i), []).append(i)
    twice = [g for g in same.values() if len(g) > 1]
    close = [g for g in groups.values() if len(g) > 1]
    return {
        "same": {"texts": sum(map(len, twice)), "groups": len(twice)},
        "near": {"texts": sum(map(len, close)), "groups": len(close)},
    }


cases = []
for n, k in [(12, 3), (60, 5), (400, 6), (300, 40)]:
    texts = [text(i % 5) for i in range(n)]
    # Some said twice, or nearly so.
    for i in range(0, n, 7):
        texts[i] = texts[(i * 3 + 1) % n] + (" w0" if i % 2 else "")
    themes = [str(i % 5) for i in range(n)]
    x = TfidfVectorizer().fit_transform(texts)
    svd = TruncatedSVD(k, algorithm="arpack", random_state=0)
    scores = svd.fit_transform(x)
    counter = CountVectorizer()
    counts = counter.fit_transform(texts).toarray()
    by_group = np.array([counts[[t == g for t in themes]].sum(axis=0) for g in sorted(set(themes))])
    average = by_group.sum() / len(by_group)
    score = by_group / by_group.sum(axis=1, keepdims=True) * np.log(1 + average / by_group.sum(axis=0))
    cases.append(
        {
            "texts": texts,
            "groups": themes,
            "singular": svd.singular_values_.tolist(),
            "explained": svd.explained_variance_ratio_.tolist(),
            "scores": scores[:40].tolist(),
            "terms": counter.get_feature_names_out().tolist(),
            "group_scores": score.tolist(),
            "alike": alike(texts),
        }
    )

# Short comments, many of them said several times; and long ones that come again with some words changed.
short = [" ".join(random.sample(vocabulary[:4], random.randint(1, 3))) for _ in range(80)]
long = [random.choices(vocabulary[:120], k=random.randint(5, 60)) for _ in range(40)]
for _ in range(160):
    copy = list(random.choice(long[:40]))
    for _ in range(random.randint(1, max(1, len(copy) // 5))):
        copy[random.randrange(len(copy))] = random.choice(vocabulary)
    long.append(copy)
doubles = [{"texts": texts, "alike": alike(texts)} for texts in (short, [" ".join(words) for words in long])]

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
json.dump({"versions": versions, "cases": cases, "doubles": doubles}, sys.stdout)
print()
