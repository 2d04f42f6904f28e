"""Golden values of the studies' statistics. Bootstrap: all n^n resamples gone through instead of drawn, with the expanded percentile levels from scipy's laws. Signs: scipy.stats.permutation_test over all
patterns. Holm: the step-down test itself run at every level, an adjusted p-value being the least level at which it rejects.

Run from the repository's root: python3 test/golden/study-statistics.py
"""
import itertools
import json
import math
from pathlib import Path

import numpy as np
from scipy.stats import norm, permutation_test, t

OURS = [0.93, 0.88, 0.95, 0.91, 0.97, 0.86]
THEIRS = [0.81, 0.79, 0.9, 0.74, 0.92, 0.83]


def exact_interval(statistic, columns):
    n = len(columns[0])
    tail = norm.cdf(-math.sqrt(n / (n - 1)) * t.ppf(0.975, n - 1))
    values = np.sort([statistic(*(np.array(c)[list(draw)] for c in columns)) for draw in itertools.product(range(n), repeat=n)])
    return {
        "estimate": float(statistic(*map(np.array, columns))),
        "low": float(np.quantile(values, tail, method="inverted_cdf")),
        "high": float(np.quantile(values, 1 - tail, method="inverted_cdf")),
        "deviation": float(values.std()),
    }


def sign_flip(differences):
    return float(permutation_test((np.array(differences),), np.sum, permutation_type="samples", n_resamples=np.inf).pvalue)


def rejected(p, level):
    order = np.argsort(p)
    result = np.zeros(len(p), bool)
    for rank, index in enumerate(order):
        if p[index] > level / (len(p) - rank) + 1e-15:
            break
        result[index] = True
    return result


def holm(p):
    levels = np.arange(0, 1_000_001) / 1_000_000
    first = np.ones(len(p))
    low, high = np.zeros(len(p), int), np.full(len(p), len(levels) - 1)
    while np.any(low < high):
        middle = (low + high) // 2
        for index in range(len(p)):
            if low[index] < high[index]:
                if rejected(p, levels[middle[index]])[index]:
                    high[index] = middle[index]
                else:
                    low[index] = middle[index] + 1
    for index in range(len(p)):
        first[index] = levels[low[index]]
    return [float(value) for value in first]


P_VALUES = [[0.01, 0.04, 0.03], [0.005, 0.011, 0.02, 0.04, 0.13], [0.6, 0.2, 0.9], [0.001, 0.001, 0.3], [0.05]]
DIFFERENCES = [
    [a - b for a, b in zip(OURS, THEIRS)],
    [0.4, -0.1, 0.25, 0.3, -0.05, 0.2, 0.1],
    [1, -1, 2, -2, 0.5],
    [0.3, 0.1, 0.2, 0.25, 0.15, 0.4, 0.35, 0.05, 0.12, 0.22],
]
golden = {
    "ours": OURS,
    "theirs": THEIRS,
    "mean": exact_interval(lambda a: a.mean(), [OURS]),
    "difference": exact_interval(lambda a, b: a.mean() - b.mean(), [OURS, THEIRS]),
    "ratio": exact_interval(lambda a, b: a.sum() / b.sum(), [OURS, THEIRS]),
    "signFlips": [{"differences": d, "pValue": sign_flip(d)} for d in DIFFERENCES],
    "holm": [{"pValues": p, "adjusted": holm(np.array(p))} for p in P_VALUES],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
