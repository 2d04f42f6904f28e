import { describe, expect, it } from "vitest";
import { findLatencyModel } from "../../../selection/latency/find-latency-model.ts";
import type { CandidateTable } from "../../../selection/policy/candidate-table.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { reforecastWith } from "../../../selection/policy/reforecast.ts";
import { subTable } from "../../../selection/policy/sub-table.ts";
import { tableOfCandidates } from "../../../selection/policy/table-of-candidates.ts";
import { candidate, lenetWorkload } from "../support.ts";

const slo = { deadlineSeconds: 0.5, minimumProbability: 0.8 };
const model = findLatencyModel("roofline");
const exampleCounts = [1000, 5000, 200_000, 90_000, 20];

/** Clients c0 to c4 with slots 3 to 7; c1 is to be waited for. */
function wholeTable(changes: Partial<CandidateTable> = {}): CandidateTable {
  const slots = new ClientSlots();
  for (const other of ["x", "y", "z"]) slots.slotOf(other);
  const entries = exampleCounts.map((exampleCount, index) => {
    const contactSeconds = index === 1 ? 60 : undefined;
    const labels = [`site:${9 - index}`];
    const client = candidate({ clientId: `c${index}`, exampleCount, contactSeconds, labels });
    return { candidate: client, forecast: model.forecast(client, lenetWorkload, slo) };
  });
  const table = tableOfCandidates(entries, {
    slo,
    slots,
    training: { epochs: 1, batchSize: 32 },
    reforecast: reforecastWith(model, lenetWorkload, slo),
    priorities: Float64Array.of(0, 1, 2, 3, 4),
  });
  return { ...table, ...changes };
}

describe("a table of some candidates", () => {
  const whole = wholeTable();
  const some = subTable(whole, Uint32Array.of(3, 1));
  const at = (column: ArrayLike<number> | null) => [column?.[3], column?.[1]];

  it("has their columns in the order in which they are asked for, and the fleet's slots", () => {
    expect([some.size, some.fleetSize]).toEqual([2, 8]);
    expect([...some.slots]).toEqual([6, 4]);
    expect([...some.exampleCounts]).toEqual([90_000, 5000]);
    expect([...(some.priorities ?? [])]).toEqual([3, 1]);
    expect([...(some.groupsBy("site") ?? [])]).toEqual(at(whole.groupsBy("site")));
    expect(some.groupsBy("room")).toBeNull();
    expect([...(some.contactSeconds ?? [])]).toEqual([0, 60]);
    expect([...some.keys]).toEqual(at(whole.keys));
    expect([...some.probabilities]).toEqual(at(whole.probabilities));
    expect([...some.impossibilities]).toEqual(at(whole.impossibilities));
  });

  it("answers about them what the whole table answers", () => {
    expect([0, 1].map((index) => some.candidateAt(index).candidate.clientId)).toEqual(["c3", "c1"]);
    expect([...some.probabilitiesBy(1)]).toEqual(at(whole.probabilitiesBy(1)));
    expect([...some.leastWorkProbabilities(1)]).toEqual(at(whole.leastWorkProbabilities(1)));
    expect([...some.times().computeSeconds]).toEqual(at(whole.times().computeSeconds));
    expect([...some.times().peakFlopPerSecond]).toEqual(at(whole.times().peakFlopPerSecond));
    const request = { deadlineSeconds: 1, minimumProbability: 0.8, reduces: "examples" } as const;
    expect(some.adaptedWork(0, request).work?.exampleCount).toBeGreaterThan(1000);
    expect(some.adaptedWork(0, request)).toEqual(whole.adaptedWork(3, request));
    expect(some.adaptedWork(0, request)).not.toEqual(whole.adaptedWork(0, request));
  });

  it("has no column that the whole table lacks", () => {
    const bare = subTable(wholeTable({ priorities: null, contactSeconds: null }), Uint32Array.of(0));
    expect([bare.priorities, bare.contactSeconds]).toEqual([null, null]);
  });

  it("asks for what is dear only when it is asked itself", () => {
    const dear = () => {
      throw new Error("asked");
    };
    const lazy = subTable(
      wholeTable({ times: dear, probabilitiesBy: dear, adaptedWork: dear, candidateAt: dear }),
      Uint32Array.of(2),
    );
    expect(lazy.size).toBe(1);
    expect(() => lazy.times()).toThrow("asked");
  });

  it("may be empty", () => {
    const none = subTable(whole, new Uint32Array(0));
    expect([none.size, none.slots.length, none.times().computeSeconds.length]).toEqual([0, 0, 0]);
  });
});
