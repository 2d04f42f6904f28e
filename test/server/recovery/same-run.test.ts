import { describe, expect, it } from "vitest";
import { differences } from "../../../server/recovery/same-run.ts";

describe("whether a configuration is that of the run", () => {
  it("names what differs, with both values", () => {
    expect(
      differences(
        { slo: { deadlineSeconds: 30, minimumProbability: 0.8 } },
        { slo: { deadlineSeconds: 60, minimumProbability: 0.8 } },
      ),
    ).toEqual(["slo.deadlineSeconds: 30 -> 60"]);
    expect(differences({ model: "mlp" }, { model: "mlp", selection: { cohortSize: 3 } })).toEqual([
      'selection: not set -> {"cohortSize":3}',
    ]);
  });

  it("lets differ where and how long the aggregator runs", () => {
    const old = { port: 1, rounds: 10, outputDirectory: "a", liveness: { leaseSeconds: 5 } };
    expect(differences(old, { port: 2, rounds: 20, outputDirectory: "/b/a", liveness: { leaseSeconds: 6 } })).toEqual(
      [],
    );
  });

  it("takes what is not set for what is not there", () => {
    expect(differences({}, { cohortSize: undefined })).toEqual([]);
  });
});
