"""Golden values of the studies' statistics. Bootstrap: all n^n resamples gone through instead of drawn, with the expanded percentile levels from scipy's laws. Crossed: all pairs of how often each row
and each column is drawn, with their multinomial probabilities.

Run from the repository's root: python3 test/golden/study-statistics.py
"""
import itertools
import json
import math
from pathlib import Path

import numpy as np
from scipy.stats import multinomial, norm, t

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


TABLE = [
    [0.31, 0.42, 0.28, 0.45, 0.35, 0.40],
    [0.55, 0.61, 0.49, 0.70, 0.52, 0.66],
    [0.12, 0.33, 0.15, 0.30, 0.11, 0.29],
    [0.44, 0.40, 0.39, 0.58, 0.47, 0.43],
    [0.70, 0.78, 0.72, 0.81, 0.66, 0.90],
]


def counts_with_probabilities(n):
    counts = [c for c in itertools.product(range(n + 1), repeat=n) if sum(c) == n]
    return np.array(counts), multinomial.pmf(counts, n, np.full(n, 1 / n))


def crossed_interval(table):
    table = np.array(table)
    (row_counts, row_p), (column_counts, column_p) = map(counts_with_probabilities, table.shape)
    values = (row_counts @ table @ column_counts.T / table.size).ravel()
    probabilities = np.outer(row_p, column_p).ravel()
    n = min(table.shape)
    tail = norm.cdf(-math.sqrt(n / (n - 1)) * t.ppf(0.975, n - 1))
    order = np.argsort(values)
    values, cumulated = values[order], np.cumsum(probabilities[order])
    return {
        "estimate": float(table.mean()),
        "low": float(values[np.searchsorted(cumulated, tail)]),
        "high": float(values[np.searchsorted(cumulated, 1 - tail)]),
        "deviation": float(math.sqrt(np.sum(probabilities[order] * (values - table.mean()) ** 2))),
    }


golden = {
    "ours": OURS,
    "theirs": THEIRS,
    "mean": exact_interval(lambda a: a.mean(), [OURS]),
    "difference": exact_interval(lambda a, b: a.mean() - b.mean(), [OURS, THEIRS]),
    "ratio": exact_interval(lambda a, b: a.sum() / b.sum(), [OURS, THEIRS]),
    "table": TABLE,
    "crossed": crossed_interval(TABLE),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
