"""Golden values of Student's t, of the three laws of a computation's time and of a round's whole time, from scipy: quadrature over
the link's state with scipy.integrate, independent of the Gauss-Legendre panels of the package.

Run from the repository's root: python3 test/golden/round-time.py
"""
import json
import math
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm, t, truncnorm

LAWS = [
    {"kind": "normal-utilisation", "relativeSigma": 0.25},
    {"kind": "normal-utilisation", "relativeSigma": 0.6},
    {"kind": "log-normal", "logSigma": 0.03},
    {"kind": "log-normal", "logSigma": 0.4},
    {"kind": "log-student-t", "logScale": 0.31, "degreesOfFreedom": 4.7},
    {"kind": "log-student-t", "logScale": 0.05, "degreesOfFreedom": 2.5},
]


def compute_cdf(law, ratio):
    if ratio <= 0:
        return 0.0
    if law["kind"] == "normal-utilisation":
        r = law["relativeSigma"]
        return float(truncnorm.sf(1 / ratio, -1 / r, math.inf, loc=1, scale=r))
    if law["kind"] == "log-normal":
        return float(norm.cdf(math.log(ratio) / law["logSigma"]))
    return float(t.cdf(math.log(ratio) / law["logScale"], law["degreesOfFreedom"]))


def round_cdf(law, fixed, transfer, sigma, compute, seconds):
    slack = seconds - fixed
    if slack <= 0:
        return 0.0
    end = min(9.0, math.log(slack / transfer) / sigma)
    if end <= -9:
        return 0.0
    left = slack - compute
    points = sorted({p for p in np.linspace(-9, end, 41)[1:-1]} | ({math.log(left / transfer) / sigma} if left > 0 else set()))
    edges = [-9.0] + [float(p) for p in points if -9 < p < end] + [end]
    total = 0.0
    for a, b in zip(edges, edges[1:]):
        total += quad(
            lambda z: norm.pdf(z) * compute_cdf(law, (slack - transfer * math.exp(sigma * z)) / compute), a, b, epsabs=1e-13, epsrel=1e-11, limit=200
        )[0]
    return total


golden = {
    "studentT": [[x, nu, float(t.cdf(x, nu))] for nu in (1.5, 2.5, 4.7, 20) for x in (-50, -8, -2, -0.3, 0, 0.7, 3, 12)],
    "compute": [[law, ratio, compute_cdf(law, ratio)] for law in LAWS for ratio in (0.2, 0.7, 0.95, 1, 1.05, 1.5, 3)],
    "round": [
        [law, *parts, seconds, round_cdf(law, *parts, seconds)]
        for law in LAWS
        for parts in ((0.05, 1.0, 0.4, 1.0), (0.05, 1.0, 0.4, 0.02), (0.0, 0.05, 0.7, 2.0), (1.0, 5.0, 1.2, 1.0))
        for seconds in (0.8, 1.5, 2.2, 4.0, 9.0)
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
