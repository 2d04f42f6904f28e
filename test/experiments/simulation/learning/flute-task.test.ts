import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fluteCell } from "../../../../bench/flute/flute-task.ts";
import { runCell } from "../../../../experiments/simulation/run-cell.ts";

it("federated training of FLUTE's task on the whole of MNIST ends as accurate as a plain FedAvg loop in numpy", async () => {
  const { accuracy } = JSON.parse(readFileSync("test/golden/flute.json", "utf8"));
  const { rounds } = await runCell(fluteCell(), {
    ...{ dataFolder: undefined, threads: 2, checkpoints: null, onProgress: () => {} },
    signal: new AbortController().signal,
  });
  expect(rounds.map(({ completedCount }) => completedCount)).toEqual(rounds.map(() => 10));
  // Sums of another order in float32: a few of the ten thousand images may change sides, a point would be a hundred.
  expect(Math.abs((rounds.at(-1)?.evaluation?.accuracy ?? 0) - accuracy)).toBeLessThan(0.002);
}, 120_000);
