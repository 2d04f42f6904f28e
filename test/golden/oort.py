"""Golden values of Oort, written from the description in docs/policies-learning.md and not from the package's code: scores and cut-off
sets of made fleets, the pacer's threshold over a scripted history, and whole runs with their cohorts.

Run from the repository's root: python3 test/golden/oort.py
"""
import json
import math
from pathlib import Path

import numpy as np

from draws import draw, hash_text, weighted_sample

rng = np.random.default_rng(20211014)

DEFAULTS = {
    "explorationFactor": 0.9, "explorationDecay": 0.98, "explorationMinimum": 0.3, "roundThreshold": 30.0, "roundPenalty": 2.0,
    "pacerStep": 20, "pacerDelta": 5.0, "cutOffUtility": 0.05, "clipBound": 0.9, "sampleWindow": 5.0,
}


def preferred(durations, percentile):
    if percentile >= 100:
        return math.inf
    return float(np.sort(durations)[int(len(durations) * percentile / 100)])


def penalty(duration, longest, alpha):
    return min(1.0, longest / duration) ** alpha


def scores(utility, last, durations, longest, round_number, settings):
    """`utility` maps a client to U_i; only those that have reported are in it."""
    ordered = sorted(u for u in utility.values() if u > 0)
    clip = ordered[min(int(len(ordered) * settings["clipBound"]), len(ordered) - 1)]
    floor = ordered[0] * 0.999
    spread = max(ordered[-1] - floor, 1e-4)
    return {
        i: (max(0.0, (min(u, clip) - floor) / spread) + math.sqrt(0.1 * math.log(round_number) / last[i]))
        * penalty(durations[i], longest, settings["roundPenalty"])
        for i, u in utility.items()
    }


def cut_off(score, places, settings):
    ordered = sorted(score.values(), reverse=True)
    edge = settings["cutOffUtility"] * ordered[min(places, len(ordered) - 1)]
    return edge, sorted(i for i, s in score.items() if s >= edge)


def score_case(size, round_number, percentile, places, **changes):
    settings = DEFAULTS | changes
    explored = [i for i in range(size) if rng.random() < 0.8] or [0]
    utility = {i: float(rng.integers(10, 900) * rng.gamma(2.0)) for i in explored}
    if size > 4:
        utility[explored[1]] = 0.0
    last = {i: int(rng.integers(1, round_number + 1)) for i in explored}
    durations = [float(x) for x in rng.lognormal(1.5, 0.8, size)]
    longest = preferred(durations, percentile)
    score = scores(utility, last, durations, longest, round_number, settings)
    edge, pool = cut_off(score, places, settings)
    return {
        "round": round_number, "percentile": percentile, "places": places,
        **{name: settings[name] for name in ("clipBound", "roundPenalty", "cutOffUtility")},
        "utilities": [utility.get(i) for i in range(size)],
        "reportRounds": [last.get(i) for i in range(size)],
        "durationSeconds": durations,
        "preferredSeconds": longest if math.isfinite(longest) else None,
        "scores": [score.get(i) for i in range(size)],
        "cutOff": edge,
        "pool": pool,
    }


class Pacer:
    def __init__(self, settings):
        self.settings, self.history, self.threshold = settings, [], settings["roundThreshold"]

    def end_round(self, utility):
        self.history.append(utility)
        step, delta = self.settings["pacerStep"], self.settings["pacerDelta"]
        rounds = len(self.history)
        if rounds % step == 0 and rounds >= 2 * step:
            old, new = sum(self.history[-2 * step : -step]), sum(self.history[-step:])
            if abs(new - old) <= 0.1 * old:
                self.threshold = min(100.0, self.threshold + delta)
            elif abs(new - old) >= 5 * old:
                self.threshold = max(delta, self.threshold - delta)


def pacer_case(utilities, **changes):
    settings = DEFAULTS | changes
    pacer = Pacer(settings)
    thresholds = []
    for u in utilities:
        pacer.end_round(u)
        thresholds.append(pacer.threshold)
    chosen = {name: settings[name] for name in ("roundThreshold", "pacerStep", "pacerDelta")}
    return {**chosen, "utilities": utilities, "thresholds": thresholds}


def run_case(size, cohort, rounds, deadline, seed, **changes):
    settings = DEFAULTS | changes
    fleet = [
        {
            "clientId": f"made-{seed}-{i}", "exampleCount": int(rng.integers(50, 2000)),
            "forecastSeconds": float(rng.lognormal(2.0, 0.6)), "latencySeconds": float(rng.lognormal(2.1, 0.7)),
            "loss": float(rng.gamma(4.0) / 2),
        }
        for i in range(size)
    ]
    keys = [hash_text(client["clientId"]) for client in fleet]
    utility, last, reports, measured = {}, {}, [0] * size, {}
    pacer, exploration = Pacer(settings), settings["explorationFactor"]
    cohorts, thresholds = [], []
    for r in range(1, rounds + 1):
        exploration = max(settings["explorationMinimum"], exploration * settings["explorationDecay"])
        durations = [measured.get(i, fleet[i]["forecastSeconds"]) for i in range(size)]
        longest = preferred(durations, pacer.threshold)
        fresh = [i for i in range(size) if i not in utility]
        exploit_places = min(cohort - min(int(cohort * exploration), len(fresh)), len(utility))
        explore_places = min(cohort - exploit_places, len(fresh))
        exploited = []
        if exploit_places > 0:
            score = scores(utility, last, durations, longest, r, settings)
            _, pool = cut_off(score, exploit_places, settings)
            exploited = weighted_sample(
                pool, lambda i: score[i] or 1e-300, lambda i: draw(seed, "oort exploit", r, keys[i]), exploit_places
            )
        weight = {i: fleet[i]["exampleCount"] * penalty(durations[i], longest, settings["roundPenalty"]) for i in fresh}
        by_weight = sorted(fresh, key=lambda i: (-weight[i], draw(seed, "oort window", r, keys[i])))
        window = by_weight[: int(settings["sampleWindow"] * explore_places)]
        explored = weighted_sample(window, lambda i: weight[i], lambda i: draw(seed, "oort explore", r, keys[i]), explore_places)
        cohorts.append(sorted(exploited + explored))
        seen = []
        for i in exploited + explored:
            on_time = fleet[i]["latencySeconds"] <= deadline
            measured[i] = fleet[i]["latencySeconds"] if on_time else deadline
            if on_time:
                # A client's loss shrinks with every update that it gave.
                utility[i] = fleet[i]["exampleCount"] * fleet[i]["loss"] * 0.97 ** reports[i]
                last[i] = r
                reports[i] += 1
                if i in exploited:
                    seen.append(utility[i])
        pacer.end_round(sum(seen) / len(seen) if seen else 0.0)
        thresholds.append(pacer.threshold)
    return {
        "seed": seed, "cohortSize": cohort, "deadlineSeconds": deadline, "settings": changes, "fleet": fleet,
        "cohorts": cohorts, "thresholds": thresholds,
        "utilities": [utility.get(i) for i in range(size)],
        "durationSeconds": [measured.get(i) for i in range(size)],
        "reportCounts": reports,
    }


flat_then_jump = [float(10 + x) for x in rng.random(60)] + [float(100 + x) for x in rng.random(20)] + [0.5] * 20 + [float(x) for x in rng.random(60)]
golden = {
    "scores": [
        score_case(1, 1, 30, 1),
        score_case(5, 2, 30, 5),
        score_case(12, 7, 30, 3),
        score_case(40, 200, 55, 12, cutOffUtility=0.95, clipBound=0.95),
        score_case(40, 31, 100, 40, cutOffUtility=0.95),
        score_case(25, 90, 5, 6, roundPenalty=0.5, cutOffUtility=1.0),
    ],
    "pacer": [
        pacer_case(flat_then_jump),
        pacer_case([0.0] * 90, pacerStep=3, roundThreshold=80.0),
        pacer_case([float(4.0**k) for k in range(12)], pacerStep=2, roundThreshold=12.0),
    ],
    "runs": [
        run_case(60, 12, 80, 25.0, 7),
        run_case(20, 10, 60, 12.0, 8, explorationMinimum=0.2, cutOffUtility=0.95, clipBound=0.95, pacerStep=5),
        run_case(200, 10, 60, 1000.0, 9, roundThreshold=70.0, sampleWindow=1.5, pacerStep=4),
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
