import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParameterSet } from "../../../models/parameter-set.ts";
import { stepOf } from "../../../protocol/secure-aggregation/fixed-point.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import {
  assumptions,
  coding,
  continued,
  layoutOf,
  type Participant,
  type Phase,
  PlayedRound,
  phases,
  someParticipants,
  tolerant,
} from "./played-round.ts";

const four = [0.5, -1, 2, 0];

/** Of six clients, all pairs and t = 2: each phase may lose some, and three must answer the last one. */
const survivable = fc
  .array(fc.constantFrom<(Phase | undefined)[]>(...phases, undefined), { minLength: 6, maxLength: 6 })
  .filter((leaves) => leaves.filter((phase) => phase === undefined).length >= 3 && countAfterKeys(leaves) >= 4);
const countAfterKeys = (leaves: readonly (Phase | undefined)[]) => leaves.filter((phase) => phase !== "keys").length;
const updates = fc.array(
  fc.record({
    exampleCount: fc.integer({ min: 1, max: 3000 }),
    update: fc.array(fc.double({ min: -0.49, max: 0.49, noNaN: true }), { minLength: 4, maxLength: 4 }),
  }),
  { minLength: 6, maxLength: 6 },
);

describe("a secure round", () => {
  it("gives the sum of the coded updates, to the bit, whoever drops out in whichever phase", async () => {
    await fc.assert(
      fc.asyncProperty(survivable, updates, async (leaves, all) => {
        const participants = all.map((one, index): Participant => {
          return { clientId: `c${index}`, ...one, leavesAt: leaves[index] };
        });
        const round = new PlayedRound(participants, four, tolerant);
        const outcome = await round.play();
        if (outcome.status === "failed") throw new Error(`${outcome.code}: ${outcome.reason}`);
        const contributors = round.staysIn("masked-inputs");
        expect([...outcome.contributors].sort()).toEqual(contributors);
        expect(outcome.sum).toEqual(round.plainSum(contributors));

        const fedavg = fedAvg.begin(round.globalParameters);
        for (const clientId of contributors) {
          const { parameters, exampleCount } = round.updateOf(clientId);
          const weight = Math.min(exampleCount, coding.maximumWeight);
          fedavg.add(parameters, { exampleCount: weight, datasetExampleCount: weight, stepCount: 1 });
        }
        const half = stepOf({ ...coding, maximumClients: 6 }) / 2;
        for (const [index, mean] of fedavg.finish().values.entries()) {
          // Half a step of the coding, and the rounding of two float32 below 4 in size.
          expect(Math.abs((outcome.parameters.values[index] ?? Number.NaN) - mean)).toBeLessThanOrEqual(
            half + 2 ** -21,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("counts a client that drops out after its masked input", async () => {
    const round = new PlayedRound(someParticipants(8, { 2: "unmasking" }), four);
    const outcome = await round.play();
    expect(outcome).toMatchObject({ status: "aggregated" });
    if (outcome.status === "aggregated") expect(outcome.contributors).toContain("c02");
  });

  it("works on a graph in which nobody knows everybody", async () => {
    const leaves = { 3: "shares", 11: "masked-inputs", 17: "masked-inputs", 30: "unmasking" } as const;
    const round = new PlayedRound(someParticipants(40, leaves), four);
    const rosters = continued(round.keys());
    expect(rosters.get("c00")?.neighbours.length).toBeLessThan(39);
    const packets = continued(await round.shares(rosters));
    const unmaskRequests = continued(round.maskedInputs(continued(round.confirmations(packets))));
    const outcome = await round.unmask(unmaskRequests);
    expect(outcome).toMatchObject({ status: "aggregated", sum: round.plainSum(round.staysIn("masked-inputs")) });
  });

  it("can finish as soon as every secret has its shares, without waiting for the rest", async () => {
    const round = new PlayedRound(someParticipants(6), four, tolerant);
    const packets = continued(await round.shares(continued(round.keys())));
    const requests = continued(round.maskedInputs(continued(round.confirmations(packets))));
    // t = 2 of 5 neighbours: the third answer completes the secrets of the first two.
    const canFinish = [...requests].map(([clientId, request]) => {
      const shares = round.client(clientId).unmask(request);
      if (shares.accepted) round.server.unmask(clientId, shares.value);
      return round.server.canFinish;
    });
    expect(canFinish).toEqual([false, false, true, true, true, true]);
  });

  /** Eight clients, all pairs, no corrupted one: t = floor(7 / 2) + 1 = 4, so that 5 must stay, each with 4 neighbours. Two are no cohort. */
  it.each([
    ["keys", "secure-aggregation.unsuitable-cohort", 6],
    ["shares", "secure-aggregation.too-few-clients", 4],
    ["confirmations", "secure-aggregation.too-few-clients", 4],
    ["masked-inputs", "secure-aggregation.too-few-clients", 4],
    ["unmasking", "secure-aggregation.too-few-shares", 4],
  ] as const)("fails by name if too many leave at %s: %s", async (phase, code, leaving) => {
    const leaves = Object.fromEntries(Array.from({ length: leaving }, (_, index) => [index, phase]));
    const round = new PlayedRound(someParticipants(8, leaves), four);
    expect(await round.play()).toMatchObject({ status: "failed", code });
    // One less, and the round is saved.
    const saved = new PlayedRound(someParticipants(8, { ...leaves, 0: undefined as never }), four);
    expect(await saved.play()).toMatchObject({ status: "aggregated" });
  });

  it("fails if a sparse graph loses one more than it was planned for", async () => {
    // 40 clients, a share of 0.2 may go: 32 must stay.
    const leaves = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [4 * index, "masked-inputs" as const]));
    expect(await new PlayedRound(someParticipants(40, leaves), four).play()).toMatchObject({
      status: "failed",
      code: "secure-aggregation.too-few-clients",
      reason: "31 clients are left; the round needs 32 to stay private.",
    });
  });

  it("says that no honest clients can have made a sum", async () => {
    const round = new PlayedRound(someParticipants(5), four);
    const packets = continued(await round.shares(continued(round.keys())));
    const requests = continued(round.confirmations(packets));
    const [liar = ""] = requests.keys();
    for (const [clientId, request] of requests) {
      const masked = round.client(clientId).mask(request, round.updateOf(clientId));
      if (!masked.accepted) continue;
      const { message } = masked.value;
      const vector = clientId === liar ? new Uint8Array(message.vector.length).fill(7) : message.vector;
      round.server.maskedInput(clientId, { ...message, vector });
    }
    const outcome = await round.unmask(continued(round.server.closeMaskedInputs()));
    expect(outcome).toMatchObject({ status: "failed", code: "secure-aggregation.implausible-sum" });
  });

  it("refuses at its start a coding whose sums do not fit", () => {
    const participants = someParticipants(30);
    expect(() => new PlayedRound(participants, four, assumptions)).not.toThrow();
    // 2^31 / (20000 * 1000) leaves 107 levels.
    const many = Array.from({ length: 20_000 }, (_, index) => ({ ...participants[0], clientId: `c${index}` }));
    expect(() => new PlayedRound(many as Participant[], four)).toThrow(/leave 107 levels .* Lower maximumWeight/);
  });

  it("tells that its phases are closed out of their order", async () => {
    const round = new PlayedRound(someParticipants(4), four);
    expect(() => round.server.closeShares()).toThrow(/The phase "shares" cannot end in the phase "keys"/);
    await expect(round.server.finish(createParameterSet(layoutOf(4)))).rejects.toThrow(/"unmasking" cannot end/);
  });
});
