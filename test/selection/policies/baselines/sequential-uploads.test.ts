import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  endAfter,
  planSequentialUploads,
  type UploadsRequest,
} from "../../../../selection/policies/baselines/sequential-uploads.ts";
import golden from "../../../golden/fedcs.json" with { type: "json" };

interface Fleet {
  readonly downloads: readonly number[];
  readonly computes: readonly number[];
  readonly uploads: readonly number[];
  readonly draws: readonly number[];
  readonly deadline: number;
  readonly cohortSize?: number;
  /** Null: all are alike. */
  readonly priorities?: readonly number[] | null;
}

function requestFor(fleet: Fleet): UploadsRequest {
  const { downloads, computes, uploads, draws, deadline, cohortSize = draws.length, priorities = null } = fleet;
  return {
    times: {
      downloadSeconds: Float64Array.from(downloads),
      computeSeconds: Float64Array.from(computes),
      uploadSeconds: Float64Array.from(uploads),
    },
    polled: Uint32Array.from(draws.keys()),
    deadlineSeconds: deadline,
    cohortSize,
    priorities: priorities === null ? null : Float64Array.from(priorities),
    drawOf: (index) => draws[index] as number,
  };
}

const plan = (fleet: Fleet) => planSequentialUploads(requestFor(fleet));

/** Algorithm 3 as it is written: all that are left are looked at for each place, and whoever does not fit is dropped alone. */
function plainLoop({ downloads, computes, uploads, draws, deadline, cohortSize, priorities }: Fleet): number[] {
  const at = (column: readonly number[], client: number) => column[client] as number;
  const left = new Set(draws.keys());
  const chosen: number[] = [];
  let distribution = 0;
  let theta = 0;
  const added = (client: number) =>
    Math.max(distribution, at(downloads, client)) -
    distribution +
    at(uploads, client) +
    Math.max(0, at(computes, client) - theta);
  while (left.size > 0 && chosen.length < (cohortSize ?? draws.length)) {
    const [best = 0] = [...left].sort(
      (a, b) =>
        (priorities ? at(priorities, b) - at(priorities, a) : 0) || added(a) - added(b) || at(draws, a) - at(draws, b),
    );
    left.delete(best);
    const nextTheta = theta + at(uploads, best) + Math.max(0, at(computes, best) - theta);
    const nextDistribution = Math.max(distribution, at(downloads, best));
    if (nextDistribution + nextTheta < deadline) {
      theta = nextTheta;
      distribution = nextDistribution;
      chosen.push(best);
    }
  }
  return chosen;
}

/** In 64ths of a second, so that the plain loop's sums are exact too. Few steps make many ties. */
const fleets = (step: fc.Arbitrary<number>): fc.Arbitrary<Fleet> =>
  fc.array(fc.tuple(step, step, step, fc.integer({ min: 0, max: 2 })), { maxLength: 40 }).chain((rows) =>
    fc.record({
      downloads: fc.constant(rows.map(([download]) => download / 64)),
      computes: fc.constant(rows.map(([, compute]) => compute / 16)),
      uploads: fc.constant(rows.map(([, , upload]) => upload / 256)),
      draws: fc.constant(rows.map((_, index) => ((index * 7919 + 13) % 1009) / 1009)),
      deadline: fc.integer({ min: 1, max: 64 * 50 }).map((ticks) => ticks / 64),
      cohortSize: fc.integer({ min: 1, max: 50 }),
      priorities: fc.constantFrom(
        null,
        rows.map(([, , , priority]) => priority),
      ),
    }),
  );

describe("planSequentialUploads", () => {
  it("adds clients as long as the round ends before the deadline", () => {
    // Added to the round: 1 - 0 + 1 + t_UD = 4, 5, 12: client 0. D = 1, Theta = 1 + 2 = 3, t = 4 < 6.
    // Then 0 + 1 + max(0, 3 - 3) = 1 and 1 + (10 - 3) = 8: client 1. Theta = 3 + 1 + 0 = 4, t = 5 < 6.
    // Then client 2: Theta' = 4 + 1 + (10 - 4) = 11, t = 12: no.
    expect(
      plan({ downloads: [1, 1, 1], computes: [2, 3, 10], uploads: [1, 1, 1], draws: [3, 2, 1], deadline: 6 }),
    ).toEqual({ order: [0, 1], distributionSeconds: 1, uploadsSeconds: 4 });
  });

  it("ends before the deadline, not at it", () => {
    // The two clients of above end at 5 s.
    const fleet = { downloads: [1, 1], computes: [2, 3], uploads: [1, 1], draws: [1, 2] };
    expect(plan({ ...fleet, deadline: 5 }).order).toEqual([0]);
    expect(plan({ ...fleet, deadline: 5.000001 }).order).toEqual([0, 1]);
  });

  it("waits for the slowest download, which all share", () => {
    // Client 1 downloads for 4 s and uploads for 0.5 s, client 2 for 1 s and 3 s; all train for 1 s.
    // Added: 1 + 1 + 1 = 3, 4 + 0.5 + 1 = 5.5, 1 + 3 + 1 = 5: client 0. D = 1, Theta = 2.
    // Added: (4 - 1) + 0.5 + 0 = 3.5, 0 + 3 + 0 = 3: client 2. D = 1, Theta = 5, t = 6 < 10.
    // Added: client 1 (4 - 1) + 0.5 + 0. D = 4, Theta = 5.5, t = 9.5 < 10.
    const fleet = { downloads: [1, 4, 1], computes: [1, 1, 1], uploads: [1, 0.5, 3], draws: [1, 2, 3] };
    expect(plan({ ...fleet, deadline: 10 })).toEqual({
      order: [0, 2, 1],
      distributionSeconds: 4,
      uploadsSeconds: 5.5,
    });
    expect(plan({ ...fleet, deadline: 9.5 }).order).toEqual([0, 2]);
  });

  it("drops whom rules prefer but who does not fit, and goes on with the others", () => {
    // Client 0 goes first: 1 + 10 + 1 = 12 is too long. Client 1 then: 1 + 2 + 1 = 4 < 6.
    const fleet = { downloads: [1, 1], computes: [10, 2], uploads: [1, 1], draws: [1, 2], deadline: 6 };
    expect(plan({ ...fleet, priorities: [1, 0] }).order).toEqual([1]);
  });

  it("keeps to a limited cohort", () => {
    const fleet = { downloads: [1, 1, 1], computes: [2, 3, 4], uploads: [1, 1, 1], draws: [1, 2, 3], deadline: 100 };
    expect(plan({ ...fleet, cohortSize: 2 }).order).toEqual([0, 1]);
  });

  it("is algorithm 3 as another language computes it in fractions", () => {
    for (const fleet of golden) {
      expect(plan(fleet)).toEqual({
        order: fleet.order,
        distributionSeconds: fleet.distribution,
        uploadsSeconds: fleet.theta,
      });
    }
  });

  it("is the plain loop, with rules' priorities and limited cohorts too", () => {
    const steps = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 640 }));
    fc.assert(
      fc.property(fleets(steps), (fleet) => {
        expect(plan(fleet).order).toEqual(plainLoop(fleet));
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves nobody out who would still fit, and never passes the deadline, whatever the times", () => {
    const seconds = fc.double({ min: 0, max: 1e4, noNaN: true });
    const rows = fc.array(fc.tuple(seconds, seconds, seconds), { maxLength: 30 });
    fc.assert(
      fc.property(rows, fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (times, deadline) => {
        const request = requestFor({
          downloads: times.map(([download]) => download),
          computes: times.map(([, compute]) => compute),
          uploads: times.map(([, , upload]) => upload),
          draws: times.map((_, index) => index),
          deadline,
        });
        const found = planSequentialUploads(request);
        if (found.order.length > 0) expect(found.distributionSeconds + found.uploadsSeconds).toBeLessThan(deadline);
        for (const index of request.polled) {
          if (found.order.includes(index)) continue;
          expect(endAfter(found, request.times, index)).toBeGreaterThan(deadline * (1 - 1e-12));
        }
      }),
    );
  });
});
