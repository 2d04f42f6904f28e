"""Golden values of how many independent or correlated Bernoulli variables succeed. Independent: the product of the polynomials
(1 - p) + p x in decimals of 60 digits, checked against scipy.stats.poisson_binom. Correlated: for each group the convolution
averaged over its factor by scipy.integrate.quad_vec, then the convolution of the groups.

Members are given as [size, low, high]: p_i = low + (high - low) * ((i * 617) % 1000) / 1000 for i = 0 ... size - 1.

Run from the repository's root: python3 test/golden/poisson-binomial.py
"""
import json
import math
from decimal import Decimal, getcontext
from pathlib import Path

import numpy as np
from scipy.integrate import quad_vec
from scipy.stats import norm, poisson_binom

getcontext().prec = 60


def probabilities(size, low, high):
    return [low + (high - low) * ((i * 617) % 1000) / 1000 for i in range(size)]


def exact_mass(members):
    masses = [Decimal(1)]
    for p in map(Decimal, members):
        shifted = [Decimal(0)] + masses
        masses = [a * (1 - p) + b * p for a, b in zip(masses + [Decimal(0)], shifted)]
    return masses


def exact_rows(size, low, high, counts):
    members = probabilities(size, low, high)
    masses = exact_mass(members)
    rows = []
    for count in counts:
        tail = float(sum(masses[count:]))
        assert abs(tail - poisson_binom.sf(count - 1, members)) < 1e-9
        rows.append([size, low, high, count, tail])
    return rows


def mass(p):
    masses = np.zeros(len(p) + 1)
    masses[0] = 1
    for x in p:
        masses[1:] = masses[1:] * (1 - x) + masses[:-1] * x
        masses[0] *= 1 - x
    return masses


def group_mass(p, rho):
    thresholds = norm.ppf(np.array(p))

    def integrand(z):
        return norm.pdf(z) * mass(norm.cdf((thresholds - math.sqrt(rho) * z) / math.sqrt(1 - rho)))

    return quad_vec(integrand, -9, 9, epsabs=1e-12, epsrel=1e-11, points=np.linspace(-8, 8, 33), limit=20000)[0]


def correlated_row(groups, independent, rho, count):
    total = mass(probabilities(*independent)) if independent else np.array([1.0])
    for group in groups:
        total = np.convolve(total, group_mass(probabilities(*group), rho))
    return {"groups": groups, "independent": independent, "correlation": rho, "count": count, "tail": float(total[count:].sum())}


golden = {
    "independent": [
        *exact_rows(1, 0.3, 0.3, [1]),
        *exact_rows(12, 0.0, 1.0, range(1, 13)),
        *exact_rows(60, 0.9, 0.9, [1, 20, 40, 50, 54, 60]),
        *exact_rows(300, 1e-6, 1e-3, [1, 2, 10, 40]),
        *exact_rows(500, 0.999, 0.999999, [400, 490, 499, 500]),
        *exact_rows(2000, 0.2, 0.99, [1, 500, 1000, 1150, 1190, 1250, 1400, 1800, 2000]),
        *exact_rows(2000, 0.01, 0.2, [1, 100, 200, 210, 240, 600]),
    ],
    "correlated": [
        *[correlated_row([[60, 0.9, 0.9]], None, rho, 50) for rho in (0.05, 0.1, 0.2)],
        *[correlated_row([[20, 0.6, 0.9999]], None, rho, count) for rho in (0.01, 0.3, 0.5) for count in (1, 10, 16, 20)],
        *[correlated_row([[30, 0.9999, 0.9999]], None, rho, count) for rho in (0.1, 0.5) for count in (25, 29, 30)],
        *[
            correlated_row([[25, 0.7, 0.95], [10, 0.9, 0.99], [2, 0.5, 0.5]], [15, 0.6, 0.99], rho, count)
            for rho in (0.05, 0.2, 0.5)
            for count in (20, 40, 45, 50)
        ],
        correlated_row([[400, 0.5, 0.99]], None, 0.5, 300),
        correlated_row([[400, 0.5, 0.99]], [100, 0.5, 0.9], 0.2, 350),
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
