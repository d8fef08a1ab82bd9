"""What scikit-learn's TfidfVectorizer makes of 200 random collections of odd Unicode: python make.py > answers.json

Letters of every script, those whose lower case depends on what stands around them or has another length, combining
marks, white space and line ends of every kind, controls, emoji, and letters beyond the first 65,536 code points. All of
them were in Unicode 14, which Python 3.11 has.
"""

import json
import random
import sys
import unicodedata

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer

assert unicodedata.unidata_version == "14.0.0", "letters of later versions are no letters to lode"

random.seed(7)
odd = list("ΣσςΆΑΒΓΟΔΥΣΣ’'İIıi\u0307\u0301\u0345ßẞŉǰΐΰﬁﬃDŽDždžⅧⅷⓐⒶȺⱥȾⱦẞꭰᏸᏰᲀᲐაÅÅKKΩΩ")
odd += list("\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u200d\u00ad\0\x01\x02")
odd += list("_·:.'’\u2024-–—,;!?¿()“”…٠١२३½²³①〇々ー・ヽ゛")
odd += list("العَرَبِيَّةहिन्दीதமிழ்ภาษาไทย한국어中文漢字ひらカタ𠀋𠮷𐐀𐐨𝐀𝐁𝟘𞤀𞤢😀👩\u200d💻🇩🇪\ue000\uff21\uff41\uffff")
plain = list("abcdefgXYZ019 ") * 6
every = [c for c in map(chr, range(0x20, 0x30000)) if unicodedata.category(c) not in ("Cn", "Cs")]


def text():
    length = random.choice([0, 1, 2, 5, 12, 40])
    pools = random.choices([odd, plain, every, list("ΣΑα.'\u0301 ")], weights=[5, 5, 1, 1], k=length)
    return "".join(random.choice(pool) for pool in pools)


def options():
    analyzer = random.choice(["word", "word", "word", "char", "char_wb"])
    shortest = random.choice([1, 1, 1, 2, 3])
    given = {"analyzer": analyzer, "ngram_range": [shortest, shortest + random.choice([0, 0, 1, 2])]}
    if random.random() < 0.2:
        given["min_df"] = 2
    if random.random() < 0.2:
        given["max_df"] = 0.5
    if random.random() < 0.3:
        given["sublinear_tf"] = True
    if random.random() < 0.2:
        given["binary"] = True
    if random.random() < 0.2:
        given["smooth_idf"] = False
    if random.random() < 0.4:
        given["norm"] = random.choice(["l1", None])
    if analyzer == "word" and random.random() < 0.5:
        given["token_pattern"] = r"(?u)\b\w+\b"
    return given


cases = []
while len(cases) < 200:
    texts = [text() for _ in range(random.randint(1, 12))]
    given = options()
    vectorizer = TfidfVectorizer(**{**given, "ngram_range": tuple(given["ngram_range"])})
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:
        continue  # no term at all
    matrix.sort_indices()
    cases.append(
        {
            "texts": texts,
            "options": given,
            "terms": vectorizer.get_feature_names_out().tolist(),
            "idf": vectorizer.idf_.tolist(),
            "start": matrix.indptr.tolist(),
            "column": matrix.indices.tolist(),
            "value": matrix.data.tolist(),
        }
    )

versions = {"scikit-learn": sklearn.__version__, "python": sys.version.split()[0], "unicode": unicodedata.unidata_version}
json.dump({"versions": versions, "cases": cases}, sys.stdout)
print()
