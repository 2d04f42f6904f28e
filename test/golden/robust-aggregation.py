"""Golden values of the trimmed mean, the median, Krum and Multi-Krum from Flower, which trims as SciPy does. Multi-Krum's mean is of
updates with equal weights: Flower weighs them by examples otherwise.

Run from the repository's root, with numpy and flwr 1.42.0: python3 test/golden/robust-aggregation.py
"""
import json
from pathlib import Path

import numpy as np
from flwr.server.strategy.aggregate import aggregate_krum, aggregate_median, aggregate_trimmed_avg

SIZE = 7


def main():
    generator = np.random.default_rng(20171204)
    cases = []
    for honest, byzantine in [(3, 0), (4, 1), (9, 2), (14, 5), (25, 11)]:
        count = honest + byzantine
        centre = generator.normal(size=SIZE)
        rows = [centre + generator.normal(scale=0.3, size=SIZE) for _ in range(honest)]
        rows += [centre - 5 * generator.normal(size=SIZE) for _ in range(byzantine)]
        updates = [np.float32(rows[place]).astype(float) for place in generator.permutation(count)]
        results = [([update], 1) for update in updates]
        keep = max(1, (count - byzantine) // 2)
        trimmed = {str(share): aggregate_trimmed_avg(results, share)[0].tolist() for share in [0.0, 0.1, 0.25, 0.45]}
        cases.append(
            {
                "updates": [update.tolist() for update in updates],
                "byzantineCount": byzantine,
                "selectedCount": keep,
                "median": aggregate_median(results)[0].tolist(),
                "trimmed": trimmed,
                "krum": aggregate_krum(results, byzantine, 0)[0].tolist(),
                "multiKrum": aggregate_krum(results, byzantine, keep)[0].tolist(),
            }
        )
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"cases": cases}, indent=1) + "\n")


main()
