"""Golden spreads: the sigma of a normal about 0 whose central 80 % hold 80 % of the values, and the maximum-likelihood scale of Student's t about 0, by scipy's
optimiser, on made ratios of actual to predicted times with two gross outliers.

Run from the repository's root: python3 test/golden/spread-fit.py
"""
import json
import math
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import norm, t

ratios = [0.71, 0.8, 0.86, 0.9, 0.93, 0.97, 1.0, 1.02, 1.06, 1.1, 1.15, 1.22, 1.3, 1.45, 3.1, 0.33]


def central(values):
    ordered = sorted(abs(v) for v in values)
    # The quantile of 16 values at 0.8: 12.8 of them lie below, so it is the thirteenth.
    return float(ordered[math.ceil(0.8 * len(ordered)) - 1] / norm.ppf(0.9))


logs = np.log(ratios)
scales = {nu: float(minimize_scalar(lambda s: -t.logpdf(logs, nu, scale=s).sum(), bounds=(1e-3, 5), method="bounded", options={"xatol": 1e-10}).x) for nu in (1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20, 30)}
best = max(scales, key=lambda nu: t.logpdf(logs, nu, scale=scales[nu]).sum())
golden = {
    "ratios": ratios,
    "relativeSigma": central(1 / np.array(ratios) - 1),
    "logSigma": central(logs),
    "logScale": scales[best],
    "degreesOfFreedom": best,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
print(golden)
