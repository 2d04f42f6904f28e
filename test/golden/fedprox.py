"""Golden values of FedProx's local steps (Li et al. 2020, arXiv 1812.06127, equation 2) from numpy in float64: softmax regression on
whole batches, plain and with momentum as v <- rho v + g, w <- w - eta v.

Run from the repository's root: python3 test/golden/fedprox.py
"""
import json
from pathlib import Path

import numpy as np

FEATURES, CLASSES, EXAMPLES, STEPS = 4, 3, 12, 5


def train(kernel, bias, inputs, labels, mu, momentum, rate):
    start = [kernel, bias]
    weights = [kernel.copy(), bias.copy()]
    velocities = [np.zeros_like(kernel), np.zeros_like(bias)]
    truth = np.eye(CLASSES)[labels]
    for _ in range(STEPS):
        logits = inputs @ weights[0] + weights[1]
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        loss = -np.log((likely * truth).sum(axis=1)).mean()
        error = (likely - truth) / EXAMPLES
        gradients = [inputs.T @ error, error.sum(axis=0)]
        for place in range(2):
            gradient = gradients[place] + mu * (weights[place] - start[place])
            velocities[place] = momentum * velocities[place] + gradient
            weights[place] = weights[place] - rate * velocities[place]
    return np.concatenate([weights[0].ravel(), weights[1]]).tolist(), float(loss)


def main():
    generator = np.random.default_rng(20200302)
    single = lambda *shape: np.float32(generator.normal(size=shape)).astype(float)
    kernel, bias, inputs = single(FEATURES, CLASSES), single(CLASSES), single(EXAMPLES, FEATURES)
    labels = generator.integers(0, CLASSES, size=EXAMPLES)
    cases = []
    for mu, momentum in [(0.0, 0.0), (0.5, 0.0), (2.0, 0.0), (0.5, 0.9)]:
        values, loss = train(kernel, bias, inputs, labels, mu, momentum, 0.2)
        cases.append({"mu": mu, "momentum": momentum, "expected": values, "lastLoss": loss})
    content = {
        "global": np.concatenate([kernel.ravel(), bias]).tolist(),
        "inputs": inputs.ravel().tolist(),
        "labels": labels.tolist(),
        "learningRate": 0.2,
        "steps": STEPS,
        "cases": cases,
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(content, indent=1) + "\n")


main()
