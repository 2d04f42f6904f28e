"""Golden rounds of REFL's adaptive target: mean round duration and target of a made run, with the moments at which late updates
should come kept on one clock for the whole run instead of as seconds that are left.

Run from the repository's root: python3 test/golden/refl.py
"""
import json
from math import ceil
from pathlib import Path

import numpy as np

ALPHA, SHARE, COHORT, DEADLINE = 0.25, 0.5, 8, 30.0
random = np.random.default_rng(11)
clock, mean, comes = 0.0, None, {}
rounds = []
for _ in range(40):
    landing = sum(1 for moment in comes.values() if moment - clock <= mean) if mean is not None else 0
    target = max(1, ceil(SHARE * COHORT), COHORT - landing)
    free = [slot for slot in range(40) if slot not in comes]
    asked = []
    for slot in random.choice(free, target, replace=False):
        expected = float(random.uniform(5, 110))
        fails = bool(random.random() < 0.15)
        # Forecasts err by up to half, so that some that should be late are not, and some that should be done are late.
        seconds = expected * float(random.uniform(0.5, 1.5)) * (0.4 if fails else 1)
        latency = min(seconds, DEADLINE)
        asked.append({"slot": int(slot), "expectedSeconds": expected, "latencySeconds": latency, "onTime": not fails and seconds < DEADLINE})
    duration = max(client["latencySeconds"] for client in asked)
    rounds.append({"target": target, "clients": asked, "roundSeconds": duration})
    for client in asked:
        if not client["onTime"] and client["latencySeconds"] >= DEADLINE:
            comes[client["slot"]] = clock + client["expectedSeconds"]
    clock += duration
    comes = {slot: moment for slot, moment in comes.items() if moment > clock}
    mean = duration if mean is None else (1 - ALPHA) * duration + ALPHA * mean
    rounds[-1] |= {"meanAfter": mean, "lateAfter": {str(slot): moment - clock for slot, moment in sorted(comes.items())}}
golden = {"memory": ALPHA, "leastTargetShare": SHARE, "cohortSize": COHORT, "deadlineSeconds": DEADLINE, "rounds": rounds}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
print([r["target"] for r in rounds])
