import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../foundation/random-variates.ts";
import { mlp, resnet20 } from "../../../models/zoo.ts";
import { BackendGovernor, type GovernorSettings } from "../../../selection/governor/backend-governor.ts";
import type { ResolvedDevice } from "../../../selection/types.ts";
import { client, decide, estimateOf, gpu, job, processor } from "./support.ts";

const options = [gpu, processor];
const usual: GovernorSettings = { hysteresis: 0.2, windowRounds: 10, isMeasured: true };
const steps = 100;

/** Rounds in which the governor moved the client, if a step of each back-end takes so long on average, with 20 % noise. */
function movesOf(
  secondsPerStep: Readonly<Record<string, number>>,
  { settings = usual, rounds = 200, seed = 1 }: { settings?: GovernorSettings; rounds?: number; seed?: number } = {},
) {
  const governor = new BackendGovernor(settings);
  const random = seededRandom(seed, "noise", 0);
  const moves: number[] = [];
  const used: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { backend, from } = governor.decide(client, options, round, job(mlp));
    if (from !== undefined) moves.push(round);
    used.push(backend);
    const noise = Math.exp(0.2 * standardNormalVariate(random));
    const computeSeconds = (secondsPerStep[backend] as number) * steps * noise;
    governor.succeeded("a", { backend, computeSeconds, stepCount: steps });
  }
  return { moves, used };
}

const forecastOf = (backend: string) => estimateOf(decide(job(mlp)), backend).secondsPerStep;

describe("the back-end governor", () => {
  it("decides before the first round", () => {
    const governor = new BackendGovernor(usual);
    expect(governor.decide(client, options, 0, job(mlp)).backend).toBe("wasm");
    expect(governor.backendOf("a")).toBe("wasm");
  });

  it("moves a client when the round's objective asks for it", () => {
    const governor = new BackendGovernor({ ...usual, isMeasured: false });
    expect(governor.decide(client, options, 1, job(mlp)).backend).toBe("wasm");
    // The same run trains a larger network from now on: what decides is the round's own job.
    expect(governor.decide(client, options, 2, job(resnet20))).toMatchObject({
      backend: "tensorflow-cuda",
      from: "wasm",
    });
  });

  it("moves at most once in any window of rounds under 20 % noise, whatever the true speeds are", () => {
    const speed = fc.double({ min: 1e-4, max: 1e-1, noNaN: true });
    fc.assert(
      fc.property(speed, speed, fc.integer(), (gpuSeconds, wasmSeconds, seed) => {
        const { moves } = movesOf({ "tensorflow-cuda": gpuSeconds, wasm: wasmSeconds }, { seed, rounds: 60 });
        const gaps = moves.slice(1).map((round, index) => round - (moves[index] as number));
        expect(Math.min(...gaps, 10)).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 60 },
    );
  });

  it("moves at most once in any window where no device has the memory for the network either", () => {
    const small = options.map((option) => ({ ...option, device: withMemory(option.device, 1000) }));
    const governor = new BackendGovernor(usual);
    const moves: number[] = [];
    for (let round = 1; round <= 60; round++) {
      const { backend, from } = governor.decide(client, small, round, job(mlp));
      if (from !== undefined) moves.push(round);
      // Whatever it moves to is twice as slow as what it left: it wants to go back as soon as that is known.
      governor.succeeded("a", { backend, computeSeconds: 2 ** moves.length, stepCount: steps });
    }
    const gaps = moves.slice(1).map((round, index) => round - (moves[index] as number));
    expect(moves.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
  });

  it("is not confused by a deadline of thirty years and a training a hundred times as fast as forecast", () => {
    const governor = new BackendGovernor(usual);
    const question = job(mlp, { deadlineSeconds: 1e9 });
    for (let round = 1; round <= 5; round++) {
      expect(governor.decide(client, options, round, question).backend).toBe("wasm");
      governor.succeeded("a", { backend: "wasm", computeSeconds: 1e-9, stepCount: steps });
    }
    expect(governor.decide(client, options, 6, question)).toMatchObject({ backend: "wasm", reasonCode: "still-best" });
  });

  it("does not flap between two that are equal but for the noise: hysteresis holds it, not the window alone", () => {
    const equal = { "tensorflow-cuda": 0.003, wasm: 0.003 };
    const movesIn = (settings: GovernorSettings) =>
      Array.from({ length: 20 }, (_, seed) => movesOf(equal, { settings, seed }).moves.length).reduce((a, b) => a + b);
    const withIt = movesIn({ ...usual, windowRounds: 1 });
    const without = movesIn({ ...usual, windowRounds: 1, hysteresis: 0 });
    // 20 runs of 200 rounds.
    expect(withIt).toBeLessThanOrEqual(20);
    expect(without).toBeGreaterThan(5 * withIt);
  });

  it("finds the faster of two whose forecasts are wrong, and stays there", () => {
    // The processor takes five times its forecast; the GPU what was said.
    const truth = { wasm: 5 * forecastOf("wasm"), "tensorflow-cuda": forecastOf("tensorflow-cuda") };
    const { used } = movesOf(truth, { rounds: 50 });
    expect(used[0]).toBe("wasm");
    expect(used.slice(10).every((backend) => backend === "tensorflow-cuda")).toBe(true);
  });

  it("hears no measured time unless it is told to", () => {
    const truth = { wasm: 50 * forecastOf("wasm"), "tensorflow-cuda": forecastOf("tensorflow-cuda") };
    const { moves, used } = movesOf(truth, { settings: { ...usual, isMeasured: false } });
    expect(moves).toEqual([]);
    expect(new Set(used)).toEqual(new Set(["wasm"]));
  });

  it("counts trainings from the fourth on: the first compiles, and the next two could be bad luck", () => {
    const governor = new BackendGovernor(usual);
    const slow = { backend: "wasm", computeSeconds: 10 * forecastOf("wasm") * steps, stepCount: steps };
    const used = Array.from({ length: 5 }, (_, index) => {
      const { backend } = governor.decide(client, options, index + 1, job(mlp));
      governor.succeeded("a", slow);
      return backend;
    });
    expect(used).toEqual(["wasm", "wasm", "wasm", "wasm", "tensorflow-cuda"]);
  });

  it("takes what slows one back-end of a device to slow the others there, as long as nobody has measured them", () => {
    const governor = new BackendGovernor(usual);
    const native = { ...processor, backend: "tensorflow" };
    const offered = [gpu, native, processor];
    for (let round = 1; round <= 5; round++) {
      const { backend, estimates } = governor.decide(client, offered, round, job(mlp));
      const ratios = estimates.map((one) => ("measuredRatio" in one ? one.measuredRatio : undefined));
      expect(ratios).toEqual(round < 5 ? [undefined, undefined, undefined] : [undefined, 10, 10].map(roundly));
      const computeSeconds =
        10 * estimateOf(decide(job(mlp), { options: offered }), "tensorflow").secondsPerStep * steps;
      expect(backend).toBe(round < 5 ? "tensorflow" : "tensorflow-cuda");
      governor.succeeded("a", { backend, computeSeconds, stepCount: steps });
    }
  });

  it("books no training on another back-end than that of its task", () => {
    const governor = new BackendGovernor(usual);
    const slow = { backend: "tensorflow-cuda", computeSeconds: 1000, stepCount: steps };
    for (let round = 1; round <= 9; round++) {
      governor.decide(client, options, round, job(mlp));
      governor.succeeded("a", slow);
      governor.succeeded("a", { ...slow, backend: undefined });
    }
    expect(governor.decide(client, options, 10, job(mlp))).toMatchObject({ reasonCode: "still-best" });
    expect(ratiosOf(governor)).toEqual({ wasm: [], "tensorflow-cuda": [] });
  });

  it("takes no notice of a training that took no time or no steps, nor of a client that nobody knows", () => {
    const governor = new BackendGovernor(usual);
    governor.decide(client, options, 1, job(mlp));
    governor.succeeded("a", { backend: "wasm", computeSeconds: 1, stepCount: 1 });
    for (const computeSeconds of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      governor.succeeded("a", { backend: "wasm", computeSeconds, stepCount: steps });
    }
    governor.succeeded("a", { backend: "wasm", computeSeconds: 1, stepCount: 0 });
    governor.succeeded("nobody", { backend: "wasm", computeSeconds: 1, stepCount: 1 });
    expect(ratiosOf(governor)).toEqual({ wasm: [], "tensorflow-cuda": [] });
  });

  it("forgets what it learnt of a back-end that now computes on another device", () => {
    const governor = new BackendGovernor(usual);
    for (let round = 1; round <= 4; round++) {
      governor.decide(client, options, round, job(mlp));
      governor.succeeded("a", { backend: "wasm", computeSeconds: 0.2, stepCount: steps });
    }
    expect(ratiosOf(governor).wasm).toHaveLength(3);
    const other = { ...processor, device: withMemory(processor.device, 64e9) };
    governor.decide(client, [gpu, other], 5, job(mlp));
    expect(ratiosOf(governor).wasm).toEqual([]);
  });

  it.each(["constructor", "__proto__", "toString"])("treats a back-end called %s as any other", (name) => {
    const odd = { ...processor, backend: name };
    const governor = new BackendGovernor(usual);
    for (let round = 1; round <= 5; round++) {
      expect(governor.decide(client, [gpu, odd], round, job(mlp)).backend).toBe(name);
      governor.succeeded("a", { backend: name, computeSeconds: 0.2, stepCount: steps });
    }
    governor.failed("a", { backend: name, round: 5, most: 1, why: "It crashed." });
    expect(governor.decide(client, [gpu, odd], 6, job(mlp)).backend).toBe("tensorflow-cuda");
  });

  it("gives a back-end up that cost its client so many tasks in a row, for a window of rounds, with the reason cut short", () => {
    const governor = new BackendGovernor(usual);
    const failure = { backend: "wasm", most: 2, why: `It crashed${"!".repeat(2000)}` };
    governor.decide(client, options, 1, job(mlp));
    governor.failed("a", { ...failure, round: 1 });
    expect(governor.decide(client, options, 2, job(mlp)).backend).toBe("wasm");
    governor.succeeded("a", { backend: "wasm", computeSeconds: 1, stepCount: steps });
    governor.failed("a", { ...failure, round: 2 });
    expect(governor.decide(client, options, 3, job(mlp)).backend).toBe("wasm");
    governor.failed("a", { ...failure, round: 3 });
    const moved = governor.decide(client, options, 4, job(mlp));
    expect(moved).toMatchObject({ backend: "tensorflow-cuda", from: "wasm", reasonCode: "moved-from-unusable" });
    expect(moved.reason.length).toBeLessThan(500);
    expect(governor.decide(client, options, 13, job(mlp)).reason).toContain("It crashed");
    expect(governor.decide(client, options, 14, job(mlp))).toMatchObject({ backend: "wasm", from: "tensorflow-cuda" });
  });

  it("decides anew for a client that comes back without what it had", () => {
    const governor = new BackendGovernor(usual);
    governor.decide(client, options, 1, job(mlp));
    const decision = governor.decide(client, [gpu], 2, job(mlp));
    expect(decision).toMatchObject({ backend: "tensorflow-cuda", reasonCode: "only-usable" });
  });

  it("goes on from its memory as if it had never stopped", () => {
    const whole = new BackendGovernor(usual);
    const cut = new BackendGovernor(usual);
    for (const governor of [whole, cut]) {
      for (let round = 1; round <= 4; round++) {
        governor.decide(client, options, round, job(mlp));
        governor.succeeded("a", { backend: "wasm", computeSeconds: 30, stepCount: steps });
      }
    }
    // As a checkpoint keeps it.
    const again = new BackendGovernor(usual, deserialize(serialize(cut.memory())));
    const decision = whole.decide(client, options, 5, job(mlp));
    expect(decision.from).toBe("wasm");
    expect(again.decide(client, options, 5, job(mlp))).toEqual(decision);
  });
});

/** To the last bits. */
const roundly = (value: number | undefined) => (value === undefined ? undefined : expect.closeTo(value, 9));

const ratiosOf = (governor: BackendGovernor) =>
  Object.fromEntries([...(governor.memory().get("a")?.known ?? [])].map(([name, { ratios }]) => [name, ratios]));

function withMemory(device: ResolvedDevice, memoryBytes: number): ResolvedDevice {
  return device.kind === "known" ? { ...device, device: { ...device.device, memoryBytes } } : device;
}
