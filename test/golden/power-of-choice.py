"""Golden probabilities of power-of-choice (arXiv 2010.01243), exact by enumeration: of every order in which d clients can be drawn in
proportion to their data, the m of largest loss.

Run from the repository's root: python3 test/golden/power-of-choice.py
"""
import json
from itertools import permutations
from pathlib import Path

examples, losses, d, m = [100, 200, 300, 400, 1000], [0.9, 2.5, 0.4, 1.7, 1.1], 3, 2
drawn, chosen = [0.0] * len(examples), [0.0] * len(examples)
for order in permutations(range(len(examples)), d):
    probability, left = 1.0, sum(examples)
    for client in order:
        probability *= examples[client] / left
        left -= examples[client]
    for client in order:
        drawn[client] += probability
    for client in sorted(order, key=lambda client: -losses[client])[:m]:
        chosen[client] += probability
golden = {"exampleCounts": examples, "losses": losses, "candidateCount": d, "cohortSize": m, "drawn": drawn, "chosen": chosen}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
print(golden)
