"""Golden values of FedAvgM, FedAdagrad, FedYogi and FedAdam: three rounds each by Flower's strategies.

Flower begins with a second moment of 0 where algorithm 2 of Reddi et al. 2021 asks for at least tau^2, and corrects FedAdam's early
steps, which the algorithm does not. So the second moment is set before the first round, and FedAdam is told that it is in a late
round, where its correction is 1. Batch-normalisation statistics are not part of it: Flower adapts them like weights.

Run from the repository's root, with numpy and flwr 1.42.0: python3 test/golden/server-optimizers.py
"""
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from flwr.app import ArrayRecord, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAdagrad, FedAdam, FedAvgM, FedYogi

LATE_ROUND = 10**6
LAYOUT = [{"name": "first/kernel", "shape": [3, 2]}, {"name": "last/bias", "shape": [3]}]
SIZE = sum(int(np.prod(tensor["shape"])) for tensor in LAYOUT)


def arrays_of(values):
    split = np.split(np.asarray(values, np.float64), [6])
    return ArrayRecord([part.reshape(tensor["shape"]) for part, tensor in zip(split, LAYOUT)])


def values_of(record):
    return np.concatenate([array.ravel() for array in record.to_numpy_ndarrays()])


class Reply:
    """As much of a client's message as a strategy reads."""

    def __init__(self, number, update):
        metrics = MetricRecord({"num-examples": update["exampleCount"]})
        self.content = RecordDict({"arrays": arrays_of(update["values"]), "metrics": metrics})
        self.metadata = SimpleNamespace(src_node_id=number)

    def has_error(self):
        return False


def make(name, settings):
    rate = settings["serverLearningRate"]
    if name == "fedavgm":
        return FedAvgM(server_learning_rate=rate, server_momentum=settings["serverMomentum"])
    common = {"eta": rate, "tau": settings["tau"]}
    if name == "fedadagrad":
        return FedAdagrad(**common)
    betas = {"beta_1": settings["beta1"], "beta_2": settings["beta2"]}
    return (FedYogi if name == "fedyogi" else FedAdam)(**common, **betas)


def run(name, settings, start, rounds):
    strategy = make(name, settings)
    current = arrays_of(start)
    if "tau" in settings:
        strategy.v_t = {key: np.full(value.shape, settings["tau"] ** 2) for key, value in current.items()}
    results = []
    for updates in rounds:
        strategy.current_arrays = (
            current if name == "fedavgm" else {key: value.numpy() for key, value in current.items()}
        )
        current, _ = strategy.aggregate_train(LATE_ROUND, [Reply(*numbered) for numbered in enumerate(updates)])
        results.append(values_of(current).tolist())
    return results


def main():
    generator = np.random.default_rng(20210503)
    draw = lambda scale: np.float32(generator.normal(scale=scale, size=SIZE)).astype(float)
    adaptive = {"serverLearningRate": 0.1, "tau": 0.05}
    betas = {"beta1": 0.9, "beta2": 0.9}
    cases = []
    for name, settings in [
        ("fedavgm", {"serverLearningRate": 0.5, "serverMomentum": 0.9}),
        ("fedavgm", {"serverLearningRate": 1.0, "serverMomentum": 0.5}),
        ("fedadagrad", adaptive),
        ("fedyogi", {**adaptive, **betas}),
        ("fedyogi", {**adaptive, "beta1": 0.5, "beta2": 0.99}),
        ("fedadam", {**adaptive, **betas}),
        ("fedadam", {**adaptive, "beta1": 0.0, "beta2": 0.99}),
    ]:
        start = draw(1)
        rounds = [
            [
                {"exampleCount": int(generator.integers(1, 500)), "values": np.float32(start + draw(0.3)).astype(float).tolist()}
                for _ in range(4)
            ]
            for _ in range(3)
        ]
        expected = run(name, settings, start, rounds)
        cases.append({"strategy": name, "settings": settings, "global": start.tolist(), "rounds": rounds, "expected": expected})
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"layout": LAYOUT, "cases": cases}, indent=1) + "\n")


main()
