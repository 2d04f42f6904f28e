"""Golden values of a device's fit to its measured cells (selection/latency/calibrated/device-fit.ts), from SciPy.

Run from the repository's root: python3 test/golden/calibration-fit.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

CELL_SPREAD = 0.1
LEAST_SHARE = 0.1
random = np.random.default_rng(7)


def fit(features, seconds, prior, spread):
    factor = np.median(seconds / (features @ prior))
    target = factor * prior
    scale = target.copy()
    for column in np.flatnonzero(target == 0):
        used = features[:, column] > 0
        scale[column] = np.median(LEAST_SHARE * seconds[used] / features[used, column])
    rows = np.vstack([features / (CELL_SPREAD * seconds)[:, None], np.diag(1 / (spread * scale))])
    wanted = np.concatenate([np.full(len(seconds), 1 / CELL_SPREAD), target / (spread * scale)])
    coefficients, _ = nnls(rows, wanted, maxiter=10_000)
    error = np.mean(np.abs(features @ coefficients / seconds - 1))
    return factor, coefficients, error


cases = []
for name, prior, truth, spread, noise in [
    ("a weak prior", [1e-9, 2e-10, 1e-3], [3e-9, 1e-10, 2e-3], 2.0, 0.05),
    ("a strong prior", [1e-9, 2e-10, 1e-3], [3e-9, 1e-10, 2e-3], 0.3, 0.05),
    ("a prior of zero", [1e-9, 0.0, 1e-3], [1.5e-9, 4e-10, 1e-3], 1.0, 0.0),
    ("a coefficient that the data push below zero", [1e-9, 2e-10, 1e-3], [2e-9, -1e-10, 2e-3], 5.0, 0.0),
]:
    features = np.column_stack([random.uniform(1e5, 5e6, 12), random.uniform(1e5, 8e6, 12), np.ones(12)])
    seconds = (features @ np.array(truth)) * np.exp(noise * random.standard_normal(12))
    factor, coefficients, error = fit(features, seconds, np.array(prior), spread)
    cases.append(
        {
            "name": name,
            "features": features.tolist(),
            "seconds": seconds.tolist(),
            "prior": prior,
            "priorSpread": spread,
            "factor": float(factor),
            "coefficients": coefficients.tolist(),
            "meanError": float(error),
        }
    )
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")
