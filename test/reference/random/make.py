"""What numpy's legacy generator draws: python make.py > answers.json"""

import json
import sys

import numpy as np

cases = []
for seed in [0, 1, 42, 123456789, 2**32 - 1]:
    words = np.random.RandomState(seed).randint(0, 2**32, size=700, dtype=np.uint32)
    doubles = np.random.RandomState(seed).random_sample(8)
    state = np.random.RandomState(seed)
    highs = [1, 2, 3, 7, 10, 1000, 2**31 - 1, 2**31, 10]
    below = [int(state.randint(0, high)) for high in highs]
    state = np.random.RandomState(seed)
    weights = [[0.1, 0.2, 0.3, 0.4], [1 / 7] * 7, [0.0, 0.5, 0.0, 0.5]]
    choices = [int(state.choice(len(p), p=p)) for p in weights for _ in range(5)]
    state = np.random.RandomState(seed)
    several = [
        state.choice(9, size=size, replace=False, p=np.full(9, 1 / 9)).tolist() for size in [1, 4, 9]
    ]
    cases.append(
        {
            "seed": seed,
            # The first, and those on both sides of the point where the state is renewed.
            "words": words[:5].tolist() + words[620:630].tolist(),
            "doubles": doubles.tolist(),
            "highs": highs,
            "below": below,
            "weights": weights,
            "choices": choices,
            "several": several,
        }
    )

json.dump({"versions": {"numpy": np.__version__, "python": sys.version.split()[0]}, "cases": cases}, sys.stdout, indent=1)
print()
