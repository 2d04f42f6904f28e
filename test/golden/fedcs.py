"""Golden cohorts of FedCS, by algorithm 3 of arXiv 1804.08333 line by line in exact fractions, on random fleets: every round of the loop
looks at all clients that are left, drops the best of them and adds it if the round then ends before the deadline. Theta is computed anew
from the whole sequence by the paper's sums over the clients before, not from the step before.

Times are in 64ths of a second. Equal clients go by their draw.

Run from the repository's root: python3 test/golden/fedcs.py
"""
import json
import random
from fractions import Fraction
from pathlib import Path

random.seed(1804)


def theta(sequence, compute, upload):
    """Theta_i = T_UD_i + T_UL_i of a sequence of uploads."""
    end, waiting, uploading = Fraction(0), Fraction(0), Fraction(0)
    for client in sequence:
        waiting += max(Fraction(0), compute[client] - end)
        uploading += upload[client]
        end = waiting + uploading
    return end


def distribution(members, download):
    return max((download[client] for client in members), default=Fraction(0))


def fedcs(download, compute, upload, draws, deadline):
    left, chosen = set(range(len(draws))), []

    def added(k):
        so = theta(chosen, compute, upload)
        longer = distribution(chosen + [k], download) - distribution(chosen, download)
        return longer + upload[k] + max(Fraction(0), compute[k] - so)

    while left:
        best = min(left, key=lambda k: (added(k), draws[k]))
        left.remove(best)
        t = distribution(chosen + [best], download) + theta(chosen + [best], compute, upload)
        if t < deadline:
            chosen.append(best)
    return chosen


cases = []
for number in range(60):
    size = random.choice([1, 2, 5, 10, 20, 40])
    # Few distinct times make ties; many let clients pass each other. Short uploads make long cohorts.
    steps = random.choice([3, 20, 640])

    def column(longest):
        return [Fraction(random.randint(0, steps) * longest // steps, 64) for _ in range(size)]

    download, compute = column(random.choice([64, 640])), column(random.choice([64, 640, 6400]))
    upload = column(random.choice([20, 60, 640]))
    draws = random.sample(range(1, 1000), size)
    deadline = Fraction(random.randint(32, 64 * random.choice([5, 20, 100])), 64)
    order = fedcs(download, compute, upload, draws, deadline)
    cases.append(
        {
            "downloads": list(map(float, download)),
            "computes": list(map(float, compute)),
            "uploads": list(map(float, upload)),
            "draws": draws,
            "deadline": float(deadline),
            "order": order,
            "distribution": float(distribution(order, download)),
            "theta": float(theta(order, compute, upload)),
        }
    )

rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
Path(__file__).with_suffix(".json").write_text(f"[\n{rows}\n]\n")
print(len(cases), "fleets,", sum(len(case["order"]) for case in cases), "clients selected of", sum(len(case["draws"]) for case in cases))
