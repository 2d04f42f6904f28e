"""Golden values of TiFL, written from the description in docs/policies-learning.md and not from the package's code: tiers by numpy's
array_split, probabilities, and whole runs with every turn, its probabilities and credits.

Run from the repository's root: python3 test/golden/tifl.py
"""
import json
import math
from pathlib import Path

import numpy as np

from draws import draw, hash_text

rng = np.random.default_rng(20200623)


def edges_of(latencies, tiers):
    parts = np.array_split(np.sort(np.array(latencies)), min(tiers, len(latencies)))
    return [float(part[0]) for part in parts] + [float(parts[-1][-1])]


def tier_of(latency, edges):
    return max(0, int(np.searchsorted(edges[:-1], latency, side="right")) - 1)


def change_probabilities(losses, credits):
    able = [t for t, left in enumerate(credits) if left > 0]
    order = sorted(able, key=lambda t: -math.inf if losses[t] is None else -losses[t])
    whole = sum(range(1, len(able) + 1))
    return [(len(able) - order.index(t)) / whole if t in able else 0.0 for t in range(len(credits))]


def tier_case(size, tiers, decimals=None):
    latencies = rng.lognormal(1.0, 0.9, size)
    latencies = [float(x) for x in (latencies if decimals is None else np.round(latencies, decimals) + 1)]
    edges = edges_of(latencies, tiers)
    late = [0.0, *[float(x) for x in rng.lognormal(1.0, 1.2, 4)], 1e9]
    probes = latencies + late
    return {"latencySeconds": latencies, "tiers": tiers, "edges": edges, "probes": probes, "tierOf": [tier_of(x, edges) for x in probes]}


def change_case(tiers, *, spent=(), unknown=()):
    losses = [None if t in unknown else float(x) for t, x in enumerate(rng.random(tiers))]
    credits = [0 if t in spent else int(rng.integers(1, 9)) for t in range(tiers)]
    return {"losses": losses, "credits": credits, "probabilities": change_probabilities(losses, credits)}


def run_case(size, cohort, rounds, deadline, seed, later=0, wave=0.0, **settings):
    """`later` clients are there from round 30 on only; `wave` is how much a loss goes up and down from report to report."""
    tiers_asked = settings.get("tiers", 5)
    interval = settings.get("interval", 10)
    credit = settings.get("credits", 40)
    profiling_limit = settings.get("profilingRounds", 20)
    fleet = [
        {
            "clientId": f"tiered-{seed}-{i}", "exampleCount": 100, "forecastSeconds": 5.0,
            "latencySeconds": float(rng.lognormal(2.0, 0.6)), "loss": float(rng.gamma(4.0) / 2),
            "fromRound": 30 if i >= size - later else 1,
        }
        for i in range(size)
    ]
    keys = [hash_text(client["clientId"]) for client in fleet]
    latency, loss, reports = {}, {}, [0] * size
    edges = probabilities = credits = before = None
    profiled_rounds = turns = 0
    due = False
    log = []

    def mean_losses():
        values = [[loss[i] for i in latency if math.isfinite(latency[i]) and i in loss and tier_of(latency[i], edges) == t] for t in range(len(edges) - 1)]
        return [sum(v) / len(v) if v else None for v in values]

    def renew():
        n = len(edges) - 1
        return [1 / n] * n, [credit] * n if isinstance(credit, int) else list(credit[:n])

    for r in range(1, rounds + 1):
        here = [i for i in range(size) if fleet[i]["fromRound"] <= r]
        new = [i for i in here if i not in latency]
        tier = None
        if edges is None and new and profiled_rounds < profiling_limit:
            members = new
            profiled_rounds += 1
        else:
            if edges is None:
                edges = edges_of([x for x in latency.values() if math.isfinite(x)], tiers_asked)
                probabilities, credits = renew()
                before = mean_losses()
            if due and new:
                members = new
            else:
                group = {}
                for i in here:
                    if math.isfinite(latency.get(i, math.inf)):
                        group.setdefault(tier_of(latency[i], edges), []).append(i)
                if not any(credits[t] > 0 for t in group):
                    probabilities, credits = renew()
                open_tiers = [t for t in range(len(credits)) if t in group and credits[t] > 0]
                mark = draw(seed, "tifl tier", r, 0) * sum(probabilities[t] for t in open_tiers)
                tier = open_tiers[-1]
                for t in open_tiers:
                    mark -= probabilities[t]
                    if mark < 0:
                        tier = t
                        break
                members = group[tier]
                credits = [left - (t == tier) for t, left in enumerate(credits)]
            due = False
        chosen = sorted(members, key=lambda i: draw(seed, "tifl", r, keys[i]))[:cohort]
        for i in chosen:
            on_time = fleet[i]["latencySeconds"] <= deadline
            if tier is None:
                latency[i] = fleet[i]["latencySeconds"] if on_time else math.inf
            if on_time:
                loss[i] = fleet[i]["loss"] * 0.97 ** reports[i] * (1 + wave * math.sin(3 * reports[i]))
                reports[i] += 1
        if tier is not None:
            turns += 1
            if turns % interval == 0:
                now = mean_losses()
                if not now[tier] < before[tier]:
                    probabilities = change_probabilities(now, credits)
                before = now
                due = True
        log.append({"tier": tier, "cohort": sorted(chosen), "probabilities": probabilities, "credits": credits})
    return {
        "seed": seed, "cohortSize": cohort, "deadlineSeconds": deadline, "wave": wave, "settings": settings, "fleet": fleet,
        "rounds": log, "edges": edges,
    }


golden = {
    "tiers": [tier_case(10, 5), tier_case(13, 5), tier_case(3, 5), tier_case(1, 4), tier_case(30, 4, decimals=0), tier_case(101, 7)],
    "probabilities": [
        change_case(5), change_case(5, spent=(0, 3)), change_case(4, unknown=(2,)), change_case(3, spent=(0, 1, 2)), change_case(1),
    ],
    "runs": [
        run_case(50, 5, 150, 30.0, 11, wave=0.5),
        run_case(23, 4, 150, 9.0, 12, later=5, wave=0.3, tiers=3, interval=4, credits=6, profilingRounds=3),
        run_case(40, 6, 120, 100.0, 13, later=8, tiers=4, interval=5, credits=[20, 12, 6, 2]),
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
