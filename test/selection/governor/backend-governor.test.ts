import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../foundation/random-source.ts";
import { standardNormalVariate } from "../../../foundation/random-variates.ts";
import { mlp, resnet20 } from "../../../models/zoo.ts";
import { BackendGovernor, type GovernorSettings } from "../../../selection/governor/backend-governor.ts";
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
    governor.learn("a", { computeSeconds: (secondsPerStep[backend] as number) * steps * noise, stepCount: steps });
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

  it("takes no notice of a training that took no time or no steps", () => {
    const governor = new BackendGovernor(usual);
    governor.decide(client, options, 1, job(mlp));
    for (const computeSeconds of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      governor.learn("a", { computeSeconds, stepCount: steps });
    }
    governor.learn("a", { computeSeconds: 1, stepCount: 0 });
    governor.learn("nobody", { computeSeconds: 1, stepCount: 1 });
    expect(governor.memory().map(([, { ratios }]) => ratios)).toEqual([{}]);
  });

  it("takes another when a client could not start its own, until the client registers anew", () => {
    const governor = new BackendGovernor(usual);
    governor.decide(client, options, 1, job(mlp));
    governor.breaks("a", "It crashed.");
    expect(governor.decide(client, options, 2, job(mlp))).toMatchObject({ backend: "tensorflow-cuda", from: "wasm" });
    governor.forgetBroken("a");
    // 12: the window of the move has passed.
    expect(governor.decide(client, options, 12, job(mlp)).reason).not.toContain("It crashed");
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
      governor.decide(client, options, 1, job(mlp));
      governor.learn("a", { computeSeconds: 30, stepCount: steps });
    }
    const again = new BackendGovernor(usual, structuredClone(cut.memory()));
    expect(again.decide(client, options, 2, job(mlp))).toEqual(whole.decide(client, options, 2, job(mlp)));
  });
});
