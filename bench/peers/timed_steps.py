"""What the peers of bench/kernels share: the loop that is timed, and what it prints."""

import json
import resource
import sys
import time

import numpy as np


def print_steps_per_second(cell, step, parameter_count):
    """Times step(batch), a batch being places of shuffled examples, after the cell's warm-up; prints JSON as the last line of stdout."""
    rate = steps_per_second(cell, step)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_bytes = peak if sys.platform == "darwin" else peak * 1024
    print(json.dumps({"stepsPerSecond": rate, "parameterCount": parameter_count, "peakRssBytes": peak_bytes}))


def steps_per_second(cell, step):
    random = np.random.default_rng(1)
    count, batch_size, warm_up = cell["exampleCount"], cell["batchSize"], cell["warmUp"]
    times = []
    warm = None  # the step that ends the warm-up
    started = time.perf_counter()
    while warm is None or len(times) - 1 - warm < 2 or times[-1] - times[warm] < cell["seconds"]:
        begin = len(times) * batch_size % count
        if begin == 0:
            order = random.permutation(count)
        step(order[begin : begin + batch_size])
        now = time.perf_counter()
        times.append(now)
        if warm is None and len(times) >= warm_up["steps"] and now - started >= warm_up["seconds"]:
            warm = len(times) - 1
    return (len(times) - 1 - warm) / (times[-1] - times[warm])
