"""Golden rounds of E3CS (arXiv 2011.08756): probabilities and weights of a made run with volatile clients, some of them away in each
round. The cap is found by a root finder and the weights are kept as they are, not as logarithms.

Run from the repository's root: python3 test/golden/e3cs.py
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

SHARES = {"none": 0, "half": 0.5, "most": 0.8}
ETA = 0.5


def allocate(weights, k, sigma):
    spread = k - len(weights) * sigma
    plain = sigma + spread * weights / weights.sum()
    if plain.max() <= 1:
        return plain, np.zeros(len(weights), dtype=bool)

    def excess(alpha):
        capped = np.minimum(weights, (1 - sigma) * alpha)
        return spread * alpha - capped.sum()

    # At the smallest weight's alpha all are equal, so nothing passes 1; at the largest's the plain rule does.
    low, high = weights.min() / (1 - sigma), weights.max() / (1 - sigma)
    alpha = brentq(excess, low, high, xtol=1e-300, rtol=1e-15, maxiter=1000)
    capped = np.minimum(weights, (1 - sigma) * alpha)
    return sigma + spread * capped / capped.sum(), weights > (1 - sigma) * alpha


def run(share, seed, fleet=14, k=4, rounds=40):
    random = np.random.default_rng(seed)
    delivers = random.choice([0.1, 0.3, 0.6, 0.9], fleet)
    # Far apart from the start, so that weights are capped, under a quota too.
    start = random.normal(0, 5, fleet)
    weights = np.exp(start)
    record = []
    for _ in range(rounds):
        here = np.sort(random.choice(fleet, random.integers(9, fleet + 1), replace=False))
        sigma = share * k / len(here)
        p, capped = allocate(weights[here], k, sigma)
        chosen = random.choice(len(here), k, replace=False, p=p / k)
        on_time = random.random(k) < delivers[here[chosen]]
        for at, success in zip(chosen, on_time):
            if not capped[at]:
                weights[here[at]] *= np.exp((k - len(here) * sigma) * ETA * success / p[at] / len(here))
        record.append(
            {
                "slots": here.tolist(),
                "probabilities": p.tolist(),
                "isCapped": capped.astype(int).tolist(),
                "chosen": chosen.tolist(),
                "onTime": on_time.tolist(),
                "gain": (k - len(here) * sigma) / len(here),
            }
        )
    return {"count": k, "share": share, "start": start.tolist(), "rounds": record, "logWeights": np.log(weights).tolist()}


golden = {"learningRate": ETA, "runs": [run(share, seed) for seed, share in enumerate(SHARES.values())]}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
for made in golden["runs"]:
    print(made["share"], sum(sum(r["isCapped"]) for r in made["rounds"]), np.round(made["logWeights"], 2))
