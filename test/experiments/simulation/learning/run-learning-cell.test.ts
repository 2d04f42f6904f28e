// Cells as studies run them: real threads, real MNIST, the whole way from a description to a result.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderRunReport } from "../../../../experiments/report/render-run-report.ts";
import { collectRun } from "../../../../experiments/report/run-data.ts";
import type { CellResult, CellSpec } from "../../../../experiments/simulation/cell.ts";
import { aggregationOf, strategyOf } from "../../../../experiments/simulation/learning/cell-strategy.ts";
import { runCell } from "../../../../experiments/simulation/run-cell.ts";
import { Journal } from "../../../../server/journal/journal.ts";
import { readJournal } from "../../../../server/journal/read-journal.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { errorWith, worldOf } from "../support.ts";
import { cellContext, memoryCheckpoints } from "./support.ts";

const folder = temporaryFolder();

/** 20 clients of 50 to 300 images; about every second deadline is missed. */
function cell(policy: Partial<CellSpec["policy"]>, changes: Record<string, unknown> = {}): CellSpec {
  const { learning, ...world } = changes as { learning?: object };
  return {
    world: worldOf({
      fleet: { size: 20, examples: { least: 50, most: 300 } },
      workload: { model: "logistic-regression" },
      training: { epochs: 2, batchSize: 10, learningRate: 0.05 },
      rounds: 4,
      requiredUpdates: 4,
      slo: { deadlineQuantile: 0.6, minimumProbability: 0.5 },
      presence: { onlineShare: 0.8, meanOnlineSeconds: 300 },
      learning: { model: "logistic-regression", evaluateEveryRounds: 2, ...learning },
      ...world,
    }),
    policy: { name: "over-provision", label: "over-provision", cohortSize: 4, settings: {}, ...policy },
    seed: 2,
  };
}

const bytesOf = (result: CellResult) => JSON.stringify(result);
const accuracies = ({ rounds }: CellResult) => rounds.map(({ evaluation }) => evaluation?.accuracy);

describe("a cell with real training", () => {
  it("has the same bytes on one thread and on two, and learns", async () => {
    const spec = cell(
      { name: "quorum", settings: { requiredUpdates: 4, adaptiveWork: "examples" } },
      {
        rounds: 6,
        learning: { partition: "iid" },
      },
    );
    const single = await runCell(spec, cellContext({ threads: 1 }));
    expect(bytesOf(await runCell(spec, cellContext({ threads: 2 })))).toBe(bytesOf(single));
    expect(accuracies(single).map((accuracy) => accuracy !== undefined)).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(accuracies(single)[5]).toBeGreaterThan(0.6);
  });

  it("evaluates the last round whether or not its turn has come", async () => {
    const result = await runCell(cell({}, { rounds: 3, learning: { evaluateEveryRounds: 10 } }), cellContext());
    expect(accuracies(result)).toEqual([undefined, undefined, expect.any(Number)]);
  });

  it.each(["oort", "power-of-choice"])(
    "goes on after it was stopped, with the same bytes at the end: %s",
    async (name) => {
      const spec = cell({ name, label: name }, { presence: { onlineShare: 0.6, meanOnlineSeconds: 60 } });
      const whole = await runCell(spec, cellContext());
      const interruption = new AbortController();
      const checkpoints = memoryCheckpoints();
      // Progress is told between rounds, and then the state is saved before the run rejects.
      const onProgress = () => interruption.abort(new Error("enough"));
      const stopped = runCell(spec, cellContext({ checkpoints, signal: interruption.signal, onProgress }));
      await expect(stopped).rejects.toThrow("enough");
      expect(await checkpoints.load()).not.toBeNull();
      expect(bytesOf(await runCell(spec, cellContext({ checkpoints })))).toBe(bytesOf(whole));
    },
  );

  it.each(["oort", "tifl"])(
    "saves the last whole round when it is stopped in the middle of one, and goes on from there to the same bytes: %s",
    async (name) => {
      const spec = cell({ name, label: name }, { presence: { onlineShare: 0.6, meanOnlineSeconds: 60 } });
      const whole = await runCell(spec, cellContext());
      const interruption = new AbortController();
      const checkpoints = memoryCheckpoints();
      const stopped = runCell(spec, cellContext({ checkpoints, signal: interruption.signal }), (event) => {
        // The policy has decided, and clients have come and gone; nobody has trained.
        if (event.type === "round-planned" && event.plan.round === 3) interruption.abort(new Error("enough"));
      });
      await expect(stopped).rejects.toThrow("enough");
      const rounds: number[] = [];
      const goneOn = await runCell(spec, cellContext({ checkpoints }), (event) => {
        if (event.type === "round-planned") rounds.push(event.plan.round);
      });
      expect(rounds).toEqual([3, 4]);
      expect(bytesOf(goneOn)).toBe(bytesOf(whole));
    },
  );

  it("tells a policy that asks clients the losses of the current model, and one that learns those of trainings", async () => {
    const lossesIn = async (name: string) => {
      const losses: number[][] = [];
      await runCell(cell({ name }), cellContext(), (event) => {
        if (event.type !== "round-planned") return;
        const found = event.plan.decisions.map(({ reason }) => Number(/loss of ([\d.]+)/.exec(reason)?.[1]));
        losses.push(found.filter((loss) => !Number.isNaN(loss)));
      });
      return losses;
    };
    const asked = await lossesIn("power-of-choice");
    // A model that knows nothing guesses 1 of 10 digits: ln 10 = 2.3, and its first weights are no better.
    for (const loss of asked[0] ?? []) expect(loss).toBeGreaterThan(2);
    const last = asked.at(-1) as number[];
    expect(Math.max(...last)).toBeLessThan(Math.max(...(asked[0] as number[])));
    const learnt = (await lossesIn("reported-power-of-choice")).flat();
    expect(learnt.length).toBeGreaterThan(0);
    for (const loss of learnt) expect(loss).toBeLessThan(2.5);
  });

  it("aggregates with normalised steps where clients do unequal work, or as it is told", () => {
    const nameFor = (policy: Partial<CellSpec["policy"]>, learning: object = {}) => {
      const spec = cell(policy, { learning });
      return aggregationOf(spec.world.learning as NonNullable<typeof spec.world.learning>, spec.policy).strategy;
    };
    expect(nameFor({ name: "quorum", settings: { requiredUpdates: 4 } })).toBe("fednova");
    expect(nameFor({ name: "random" })).toBe("fedavg");
    expect(nameFor({ name: "random" }, { strategy: "fednova" })).toBe("fednova");
  });

  it("has the strategy's settings from its scenario, and refuses those that it cannot take", () => {
    const { world, policy } = cell({}, { learning: { strategy: "fedprox", strategySettings: { mu: 0.5 } } });
    const learning = world.learning as NonNullable<typeof world.learning>;
    expect(strategyOf(learning, policy, world.training).clientTraining).toEqual({ proximalMu: 0.5 });
    const wrong = { ...learning, strategySettings: { mu: -1 } };
    expect(() => strategyOf(wrong, policy, world.training)).toThrow(errorWith("server.invalid-config", "settings.mu"));
  });

  it("goes on after it was stopped with what its strategy kept, with the same bytes at the end", async () => {
    const spec = cell({}, { learning: { strategy: "fedadam", strategySettings: { serverLearningRate: 0.05 } } });
    const whole = await runCell(spec, cellContext());
    const interruption = new AbortController();
    const checkpoints = memoryCheckpoints();
    const onProgress = () => interruption.abort(new Error("enough"));
    await expect(runCell(spec, cellContext({ checkpoints, signal: interruption.signal, onProgress }))).rejects.toThrow(
      "enough",
    );
    expect(bytesOf(await runCell(spec, cellContext({ checkpoints })))).toBe(bytesOf(whole));
    expect(accuracies(whole)[3]).toBeGreaterThan(0.3);
  });

  // One of each kind: clients do more than train, a state is kept, all updates are needed at once.
  it.each(["fedprox", "fedyogi", "multi-krum"])("trains with the strategy %s", async (strategy) => {
    // Krum needs 3 updates; 4 are waited for, none of which is taken to be dishonest.
    const strategySettings = strategy === "multi-krum" ? { byzantineCount: 0 } : {};
    const result = await runCell(cell({}, { rounds: 2, learning: { strategy, strategySettings } }), cellContext());
    expect(accuracies(result)[1]).toBeGreaterThan(0.1);
  });

  it("refuses more clients than there are images", async () => {
    const crowd = cell({}, { fleet: { size: 60_001, examples: 1 } });
    await expect(runCell(crowd, cellContext())).rejects.toThrow(
      errorWith("workloads.invalid-partition", "60000 examples cannot give one to each of 60001 clients"),
    );
  });
});

describe("the journal of a simulated run", () => {
  it("is one that reports and explanations are made from", async () => {
    const path = join(folder.path, "journal.ndjson");
    const journal = await Journal.create(path);
    const result = await runCell(cell({ name: "probselect", label: "simulated" }), cellContext(), (event) =>
      journal.append(event),
    );
    await journal.close();
    const { records } = await readJournal(path);
    const run = collectRun(records);
    expect(run.registrations).toHaveLength(20);
    expect(run.finished).toMatchObject({ reason: "completed", summary: { rounds: 4, runName: "simulated" } });
    expect(run.rounds.map(({ outcome }) => outcome?.metrics.selectedCount)).toEqual(
      result.rounds.map(({ selectedCount }) => selectedCount),
    );
    expect(run.finished?.summary.testAccuracy).toBe(result.rounds.at(-1)?.evaluation?.accuracy);
    const page = renderRunReport(records);
    expect(page).toContain("emulated devices, not measured hardware");
    expect(page).not.toMatch(/NaN|undefined/);
    const client = run.rounds[0]?.clients.find(({ decision }) => decision.selected)?.clientId ?? "";
    const { code, stdout } = await runCli("explain", "--run", path, "--client", client, "--round", "1");
    expect(code).toBe(0);
    expect(stdout).toContain(client);
  });
});
