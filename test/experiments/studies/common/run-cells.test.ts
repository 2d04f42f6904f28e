import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRunner } from "../../../../experiments/jobs/create-runner.ts";
import { runCell } from "../../../../experiments/simulation/run-cell.ts";
import { recordOf, scoredRows } from "../../../../experiments/studies/common/measured-rows.ts";
import { policyOf, runCells, worldOf } from "../../../../experiments/studies/common/run-cells.ts";
import { cellMetrics } from "../../../../experiments/studies/statistics/cell-metrics.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { cellContext } from "../../simulation/learning/support.ts";

const folder = temporaryFolder();

describe("the cells of a study", () => {
  it("are kept as their numbers, scored with their world's own k, without their rounds", async () => {
    const cells = [1, 3].map((requiredUpdates) => ({
      setting: { requiredUpdates },
      world: worldOf({ fleet: { size: 30 }, rounds: 7, requiredUpdates }),
      policy: policyOf("fedlim", { cohortSize: 4 }),
      seed: 5,
    }));
    const runner = await createRunner({ threads: 1, cacheFolder: join(folder.path, "cache"), onWarning: () => {} });
    try {
      // The last one once more: equal cells are one piece of work.
      const options = { runner, onProgress: () => {}, signal: new AbortController().signal };
      const rows = await runCells([...cells, ...cells.slice(1)], options);
      for (const [index, cell] of [...cells, ...cells.slice(1)].entries()) {
        const { rounds, ...result } = await runCell(cell, cellContext());
        const metrics = cellMetrics({ ...result, rounds }, cell.world.requiredUpdates);
        expect(rows[index]?.result).toEqual({ ...result, metrics, roundCount: 7, learningRounds: [] });
      }
      const [one, three] = scoredRows(rows);
      expect(one?.metrics.roundCompliance).toBeGreaterThan(three?.metrics.roundCompliance ?? 1);
      expect(scoredRows(rows).map(recordOf)[1]).toMatchObject({ requiredUpdates: 3, policy: "fedlim", rounds: 7 });
      expect(rows[1]?.result.truthSources).toBe(rows[0]?.result.truthSources);
    } finally {
      await runner.close();
    }
  });
});
