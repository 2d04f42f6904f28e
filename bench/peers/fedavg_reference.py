"""Plain federated averaging of the task, in numpy and without a framework: what the accuracy of every other must agree with.

    python bench/peers/fedavg_reference.py FOLDER

FOLDER is one of bench/flute/export-task.ts. Prints accuracy and loss of the final model as JSON, the last line of stdout.
"""

import json
import sys

import numpy as np
from flute_task import FluteTask, peak_rss_bytes


def run(folder, evaluate_every_round=False):
    task = FluteTask(folder)
    values = task.initial
    evaluations = []
    for number, scheduled in enumerate(task.rounds, start=1):
        weighted = np.zeros(values.shape, np.float64)
        examples = 0
        for client in scheduled["clients"]:
            trained, count, _ = task.train(values, client, scheduled["order"])
            weighted += count * trained.astype(np.float64)
            examples += count
        values = (weighted / examples).astype(np.float32)
        if evaluate_every_round or number == len(task.rounds):
            accuracy, loss = task.evaluate(values)
            evaluations.append({"round": number, "accuracy": accuracy, "loss": loss})
    return evaluations


if __name__ == "__main__":
    print(json.dumps({**run(sys.argv[1])[-1], "peakRssBytes": peak_rss_bytes()}))
