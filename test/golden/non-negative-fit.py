"""A golden fit: non-negative least squares by scipy, reweighted until it fits absolute logarithmic errors, on made rows whose true
coefficients are (0.5, 0, 4, 2e-5), with noise and two odd rows.

Run from the repository's root: python3 test/golden/non-negative-fit.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

random = np.random.default_rng(7)
features = np.column_stack(
    [10 ** random.uniform(-4, -1, 60), 10 ** random.uniform(-4, -2, 60), 10 ** random.uniform(-5, -2, 60), random.integers(20, 900, 60)]
).astype(float)
seconds = features @ np.array([0.5, 0, 4, 2e-5]) * np.exp(random.normal(0, 0.2, 60))
seconds[[3, 40]] *= (5, 0.2)


def fit(rows, times, prior=None, width=None):
    predicted, errors = times.copy(), np.full(len(times), 0.3)
    for _ in range(40):
        weights = 1 / np.sqrt(times * predicted * np.maximum(np.abs(errors), 0.05))
        matrix, target = rows * weights[:, None], times * weights
        if prior is not None:
            matrix = np.vstack([matrix, np.diag(1 / (np.array(prior) * width))])
            target = np.concatenate([target, np.full(len(prior), 1 / width)])
        scale = np.linalg.norm(matrix, axis=0)
        coefficients = nnls(matrix / scale, target)[0] / scale
        predicted = np.maximum(rows @ coefficients, 1e-9)
        errors = np.log(predicted / times)
    return coefficients


prior = [1.0, 0.1, 2.0, 4e-5]
golden = {
    "rows": [{"features": list(map(float, f)), "seconds": float(s)} for f, s in zip(features, seconds)],
    "coefficients": list(map(float, fit(features, seconds))),
    "prior": prior,
    "width": 0.1,
    "withPrior": list(map(float, fit(features[:5], seconds[:5], prior, 0.1))),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
print(golden["coefficients"], golden["withPrior"])
