"""Golden values of FedNova (Wang et al. 2020, arXiv 2007.07481) from numpy: the vectors a_i by running the momentum of a step for
step, not by the closed form of the package; everything in float64.

Run from the repository's root: python3 test/golden/fednova.py
"""
import json
from pathlib import Path

import numpy as np

# A dense layer, a batch normalisation with its two moving statistics, another dense layer.
LAYOUT = [
    {"name": "first/kernel", "shape": [3, 2]},
    {"name": "norm/gamma", "shape": [2]},
    {"name": "norm/moving_mean", "shape": [2]},
    {"name": "norm/moving_variance", "shape": [2]},
    {"name": "last/bias", "shape": [3]},
]


def gradient_weights(step_count, momentum):
    """a: by how much the gradient of each step is multiplied in the sum of all steps' updates."""
    weights = np.zeros(step_count)
    velocity = np.zeros(step_count)
    for step in range(step_count):
        velocity *= momentum
        velocity[step] += 1
        weights += velocity
    return weights


def fednova(start, updates, momentum):
    share = np.array([update["datasetExampleCount"] for update in updates], float)
    share /= share.sum()
    norms = np.array([np.abs(gradient_weights(update["stepCount"], momentum)).sum() for update in updates])
    changes = np.array([np.array(update["values"]) - start for update in updates])
    normalized = start + (share * norms).sum() * (share[:, None] * changes / norms[:, None]).sum(axis=0)
    averaged = start + (share[:, None] * changes).sum(axis=0)
    is_moving = np.concatenate(
        [np.full(int(np.prod(t["shape"])), "/moving_" in t["name"]) for t in LAYOUT]
    )
    return np.where(is_moving, averaged, normalized)


def main():
    generator = np.random.default_rng(20200707)
    size = sum(int(np.prod(tensor["shape"])) for tensor in LAYOUT)
    draw = lambda: np.float32(generator.normal(size=size)).astype(float)
    cases = []
    for momentum in [0.0, 0.5, 0.9, 0.99]:
        for client_count in [1, 2, 5]:
            start = draw()
            updates = [
                {
                    "datasetExampleCount": int(generator.integers(1, 2000)),
                    "stepCount": int(generator.integers(1, 400)),
                    "values": draw().tolist(),
                }
                for _ in range(client_count)
            ]
            result = fednova(start, updates, momentum)
            cases.append(
                {"momentum": momentum, "global": start.tolist(), "updates": updates, "expected": result.tolist()}
            )
    norms = [
        {"stepCount": steps, "momentum": momentum, "expected": float(gradient_weights(steps, momentum).sum())}
        for momentum in [0.0, 0.3, 0.9, 0.999]
        for steps in [1, 2, 10, 1000]
    ]
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"layout": LAYOUT, "gradientWeights": norms, "cases": cases}, indent=1) + "\n")


main()
