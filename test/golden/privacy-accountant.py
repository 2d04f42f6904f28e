"""Golden values of the privacy accountants, from implementations and methods other than the package's:
- divergences of the sampled Gaussian by their definition, an integral with 40 digits (mpmath);
- epsilon of many rounds by Opacus' accountant on the package's orders (only its module of pure mathematics is loaded, so torch is not needed);
- epsilon without sampling by dp-accounting's analytic Gaussian mechanism;
- logarithms of normal tails by mpmath.

Run from the repository's root, with mpmath, dp-accounting and, by `pip install --no-deps`, opacus: python3 test/golden/privacy-accountant.py
"""
import importlib.util
import json
import warnings
from pathlib import Path

import mpmath as mp
from dp_accounting.gaussian_mechanism import get_epsilon_gaussian

warnings.simplefilter("ignore")
mp.mp.dps = 40
ORDERS = [1.1 + i / 10 for i in range(10)] + [2.25 + i / 4 for i in range(32)] + list(range(11, 64)) + [80, 96, 128, 192, 256, 384, 512, 1024]


def opacus_module():
    package = Path(importlib.util.find_spec("opacus").submodule_search_locations[0])
    spec = importlib.util.spec_from_file_location("rdp", package / "accountants/analysis/rdp.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def divergence(rate, sigma, order):
    """Of the mixture from the Gaussian at 0; log E[((1 - q) + q exp((2x - 1) / (2 s^2)))^alpha] / (alpha - 1), x normal at 0."""
    q, s, a = mp.mpf(rate), mp.mpf(sigma), mp.mpf(order)
    integrand = lambda x: mp.npdf(x, 0, s) * ((1 - q) + q * mp.exp((2 * x - 1) / (2 * s * s))) ** a
    points = sorted({-14 * s - 2, -4 * s, mp.mpf(0), mp.mpf(1), a, a + 4 * s, a + 14 * s + 2})
    return float(mp.log(mp.quad(integrand, points)) / (a - 1))


opacus = opacus_module()
golden = {
    "logNormalTails": [{"z": z, "expected": float(mp.log(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2))} for z in [-40, -9, -3.5, -1, 0, 0.5, 2.9, 3, 3.1, 8, 20, 38, 50, 1000]],
    "divergences": [
        {"noiseMultiplier": sigma, "poissonSamplingRate": rate, "order": order, "expected": divergence(rate, sigma, order)}
        for rate, sigma, order in [
            (0.01, 1.0, 1.5), (0.1, 1.0, 1.25), (0.5, 0.7, 2.5), (0.5, 2, 3.75), (0.01, 4, 5.5), (0.2, 1, 10.75), (0.9, 1.3, 1.7), (0.02, 0.8, 2),
            (0.3, 1.1, 16), (0.05, 2.5, 40),
        ]
    ],
    "sampledEpsilons": [
        {
            "noiseMultiplier": sigma, "poissonSamplingRate": rate, "rounds": rounds, "delta": delta,
            "expected": float(opacus.get_privacy_spent(orders=ORDERS, rdp=opacus.compute_rdp(q=rate, noise_multiplier=sigma, steps=rounds, orders=ORDERS), delta=delta)[0]),
        }
        for rate, sigma, rounds, delta in [
            (0.01, 1.0, 1000, 1e-5), (0.01, 0.6, 100, 1e-6), (0.1, 1.0, 100, 1e-5), (0.1, 2.0, 50, 1e-6), (0.5, 4.0, 20, 1e-5), (0.001, 1.0, 10_000, 1e-9), (0.3, 1.3, 1, 1e-5),
        ]
    ],
    "exactEpsilons": [
        {"noiseMultiplier": sigma, "rounds": rounds, "delta": delta, "expected": get_epsilon_gaussian(sigma / rounds**0.5, delta, tol=1e-14)}
        for sigma, rounds, delta in [(1, 1, 1e-5), (10, 100, 1e-5), (0.5, 1, 1e-6), (2, 50, 1e-8), (0.3, 10, 1e-5), (100, 1, 1e-3), (1, 1000, 1e-9)]
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
