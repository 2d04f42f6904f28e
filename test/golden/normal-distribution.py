"""Golden values of the standard normal distribution and of a normal truncated to positive values, from scipy.

Run from the repository's root: python3 test/golden/normal-distribution.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.stats import norm, truncnorm

z_values = sorted({round(float(z), 3) for z in np.arange(-8, 8.001, 0.25)} | {-37.0, -20.0, -3.001, -2.999, 2.999, 3.001, 9.0})
probabilities = [1e-300, 1e-100, 1e-30, 1e-15, 1e-12, 9e-13, 1e-10, 1e-6, 1e-3, 0.01, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99, 0.999999]
truncated = [(0.4, 0.116, x) for x in (0.01, 0.2, 0.4, 0.6, 1.0, 1.3)] + [(0.05, 0.0215, x) for x in (0.001, 0.05, 0.1)] + [
    (1.2, 1.5, x) for x in (0.1, 1.0, 2.5, 8.0)
]
golden = {
    "cdf": [[z, float(norm.cdf(z))] for z in z_values],
    "quantile": [[p, float(norm.ppf(p))] for p in probabilities],
    "truncatedSurvival": [
        [mean, sd, x, float(truncnorm.sf(x, -mean / sd, np.inf, loc=mean, scale=sd))] for mean, sd, x in truncated
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
