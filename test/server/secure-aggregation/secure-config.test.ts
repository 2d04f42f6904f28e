import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../server/load-config.ts";

const parse = (config: Readonly<Record<string, unknown>>, secure: Readonly<Record<string, unknown>> = {}) => {
  const { aggregation, ...others } = { minimumClients: 5, aggregation: {}, ...config };
  return parseConfig({ ...others, aggregation: { ...(aggregation as object), secure } }, "the test");
};

describe("aggregation.secure", () => {
  it("is absent unless it is asked for, and then has defaults for everything", () => {
    expect(parseConfig({}, "the test").aggregation.secure).toBeUndefined();
    expect(parse({}).aggregation).toEqual({
      strategy: "fedavg",
      settings: {},
      secure: {
        ...{ dropoutShare: 0.1, corruptedShare: 0.1, server: "equivocating", securityBits: 40, correctnessBits: 20 },
        ...{ updateRange: 1, maximumWeight: 1000, minimumClients: 3, phaseSeconds: 5 },
      },
    });
  });

  it.each(["fedavg", "fedprox", "fedavgm", "fedadagrad", "fedyogi", "fedadam"])("goes with %s", (strategy) => {
    expect(parse({ aggregation: { strategy } }).aggregation.strategy).toBe(strategy);
  });

  it.each([
    ["fednova", { aggregation: { strategy: "fednova" } }, /aggregation\.strategy: .*"fednova" must see each update/],
    ["the median", { aggregation: { strategy: "median" } }, /aggregation\.strategy: .*choose one of fedavg/],
    ["Krum", { aggregation: { strategy: "multi-krum" } }, /aggregation\.strategy/],
    ["FedBuff", { aggregation: { strategy: "fedbuff" } }, /aggregation\.strategy/],
    ["a clipping norm", { aggregation: { clippingNorm: 1 } }, /aggregation\.clippingNorm: .*updateRange/],
    ["capped counts", { aggregation: { maximumExampleCount: 9 } }, /maximumExampleCount: .*maximumWeight/],
    ["compression", { compression: { kind: "int8" } }, /compression: not with aggregation\.secure/],
    [
      "central privacy",
      { privacy: { clippingNorm: 1, noiseMultiplier: 1, expectedUpdates: 5, delta: 0.01 } },
      /privacy: not with aggregation\.secure/,
    ],
    ["an emulated clock", { clock: { kind: "emulated", emulatedSecondsPerWallSecond: 10 } }, /clock: not with/],
    ["a policy that adapts work", { selection: { policy: "quorum" } }, /selection\.settings: .*adaptiveWork to off/],
    ["two clients", { minimumClients: 2 }, /minimumClients: 2 are too few for aggregation\.secure/],
    ["a small cohort", { selection: { cohortSize: 2 } }, /selection\.cohortSize: 2 are too few/],
  ])("is refused with %s", (_name, config, problem) => {
    expect(() => parse(config)).toThrow(problem);
  });

  it("is refused where no graph protects the clients that a round may begin with", () => {
    // Of 4 clients 2 may drop out and 1 is corrupted: a single honest one would survive.
    expect(() => parse({ minimumClients: 4 }, { dropoutShare: 0.5, corruptedShare: 0.25 })).toThrow(
      /minimumClients: too few for aggregation\.secure: No neighbour graph keeps 4 clients private/,
    );
  });

  it("is refused where the sum of so many weights leaves too few levels for an update", () => {
    // 2^31 / (20 * 1 000 000) = 107, and 127 are needed.
    expect(() => parse({ minimumClients: 20 }, { maximumWeight: 1_000_000 })).toThrow(/maximumWeight: .*107 levels/);
  });

  it("goes with quorum when the policy leaves the work whole", () => {
    const selection = { policy: "quorum", settings: { adaptiveWork: "off" } };
    expect(parse({ selection }).aggregation.strategy).toBe("fedavg");
  });
});
