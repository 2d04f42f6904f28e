"""A forecast computed with numpy and scipy from the published formulas only: LeNet-5, batch 32, on an A100 and on a slow,
unvouched-for GPU. Counts are those of the hand calculation in test/workloads/model-cost.test.ts.

Run from the repository's root: python3 test/golden/roofline-forecast.py
"""
import json
import math
from pathlib import Path

from scipy.stats import truncnorm

MACS, PARAMETERS = 416_520, 61_706
HEAVY_ELEMENTS, ELEMENTWISE_ELEMENTS = 9_082, 20_896
HEAVY_OPERATORS, OTHER_OPERATORS = 5, 6
BATCH, EPOCHS, MODEL_BYTES = 32, 1, 250_000
K1, K4, C, ELEMENT = 0.711, 1.768, 41.7e-6, 4


def forecast(peak, bandwidth, relative_sigma, examples, deadline, down, up, round_trip):
    steps = EPOCHS * math.ceil(examples / BATCH)
    flop = 6 * MACS * BATCH
    moved = ELEMENT * (3 * BATCH * HEAVY_ELEMENTS + 3 * PARAMETERS + 2.5 * BATCH * ELEMENTWISE_ELEMENTS)
    terms = (K1 * flop / peak, K4 * moved / bandwidth, C * (3 * HEAVY_OPERATORS + 2 * OTHER_OPERATORS))
    step = sum(terms)
    mean = flop / (peak * step)
    sigma = relative_sigma * mean
    download = round_trip + 8 * MODEL_BYTES / down
    upload = round_trip + 8 * MODEL_BYTES / up
    threshold = steps * flop / (peak * (deadline - download - upload))
    return {
        "trainingFlop": steps * flop,
        "denseSeconds": steps * terms[0],
        "memorySeconds": steps * terms[1],
        "launchSeconds": steps * terms[2],
        "computeSeconds": steps * step,
        "downloadSeconds": download,
        "uploadSeconds": upload,
        "mean": mean,
        "standardDeviation": sigma,
        "requiredUtilisation": threshold,
        "deadlineProbability": float(truncnorm.sf(threshold, -mean / sigma, math.inf, loc=mean, scale=sigma)),
    }


golden = {
    "a100": forecast(155.9e12, 1560e9, 0.29, 5000, 0.5, 1e8, 5e7, 0.01),
    "slow": forecast(0.4e12, 25e9, 0.43, 60_000, 4.2, 5e6, 5e6, 0.04),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
print(golden)
