import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arrivalSeconds,
  type SelectedClient,
  type SettledRound,
  settleRound,
} from "../../../experiments/simulation/settle-round.ts";
import type { RoundEnd } from "../../../selection/policy/policy.ts";

const NEVER = Number.POSITIVE_INFINITY;
const byDeadline: RoundEnd = { kind: "deadline" };
const first = (updates: number): RoundEnd => ({ kind: "first", updates });
const all: RoundEnd = { kind: "all" };

/** 1 s down, `computeSeconds`, 2 s up. */
const client = (number: number, computeSeconds: number, changes: Partial<SelectedClient> = {}): SelectedClient => ({
  client: number,
  contactSeconds: 0,
  duration: { downloadSeconds: 1, computeSeconds, uploadSeconds: 2 },
  staysSeconds: NEVER,
  ...changes,
});
const lostLink = (number: number, computeSeconds: number) =>
  client(number, computeSeconds, { duration: { downloadSeconds: 1, computeSeconds, uploadSeconds: NEVER } });

const statuses = ({ clients }: SettledRound) => clients.map(({ client: number, status }) => `${number} ${status}`);

describe("a round that ends at its deadline", () => {
  it("ends when all have reported, however long is left", () => {
    const round = settleRound([client(0, 4), client(1, 2)], byDeadline, 20);
    expect(round.seconds).toBe(7); // 1 + 4 + 2
    expect(statuses(round)).toEqual(["1 completed", "0 completed"]);
    expect(round.clients.map(({ latencySeconds }) => latencySeconds)).toEqual([5, 7]);
  });

  it("cuts off at the deadline who is not through, with the part that it had done", () => {
    const round = settleRound([client(0, 4), client(1, 30), client(2, 8)], byDeadline, 10);
    expect(round.seconds).toBe(10);
    expect(statuses(round)).toEqual(["0 completed", "2 late", "1 late"]);
    // Client 2 computed from 1 to 9 and uploads from 9 to 11: half of it. Client 1 computed from 1 on.
    expect(round.clients.slice(1)).toMatchObject([
      { latencySeconds: 10, computeSeconds: 8, downloadShare: 1, uploadShare: 0.5 },
      { latencySeconds: 10, computeSeconds: 9, downloadShare: 1, uploadShare: 0 },
    ]);
  });

  it("takes an update that arrives at the deadline to the second", () => {
    expect(statuses(settleRound([client(0, 7)], byDeadline, 10))).toEqual(["0 completed"]);
    expect(statuses(settleRound([client(0, 7.001)], byDeadline, 10))).toEqual(["0 late"]);
  });

  it("cuts off a download as well", () => {
    const slow = client(0, 4, { duration: { downloadSeconds: 40, computeSeconds: 4, uploadSeconds: 2 } });
    expect(settleRound([slow], byDeadline, 10).clients).toMatchObject([
      { status: "late", computeSeconds: 0, downloadShare: 0.25, uploadShare: 0 },
    ]);
  });

  it("counts the wait for contact, in which nothing is spent", () => {
    const round = settleRound(
      [client(0, 4, { contactSeconds: 3 }), client(1, 4, { contactSeconds: 50 })],
      byDeadline,
      20,
    );
    expect(round.clients).toMatchObject([
      { status: "completed", latencySeconds: 10 },
      { status: "late", computeSeconds: 0, downloadShare: 0, uploadShare: 0 },
    ]);
  });

  it("waits until the deadline for a client that went away, or whose link is lost", () => {
    const left = client(1, 4, { staysSeconds: 3 });
    const round = settleRound([client(0, 1), left, lostLink(2, 5)], byDeadline, 20);
    expect(round.seconds).toBe(20);
    expect(statuses(round)).toEqual(["0 completed", "1 lost", "2 lost"]);
    // Client 1 computed from 1 until it left at 3; client 2 did all of its training, for nothing.
    expect(round.clients.slice(1)).toMatchObject([
      { computeSeconds: 2, downloadShare: 1, uploadShare: 0 },
      { computeSeconds: 5, downloadShare: 1, uploadShare: 0 },
    ]);
  });

  it("calls a client late that goes away only after the deadline", () => {
    expect(statuses(settleRound([client(0, 40, { staysSeconds: 15 })], byDeadline, 10))).toEqual(["0 late"]);
  });

  it("lasts until its deadline without anybody", () => {
    for (const end of [byDeadline, first(3), all])
      expect(settleRound([], end, 10)).toEqual({ seconds: 10, clients: [] });
  });
});

describe("a round that takes the first updates", () => {
  it("closes with the last of them; whoever else would have been in time is surplus", () => {
    const round = settleRound([client(0, 9), client(1, 2), client(2, 4)], first(2), 20);
    expect(round.seconds).toBe(7);
    expect(statuses(round)).toEqual(["1 completed", "2 completed", "0 surplus"]);
    // It computed from 1 to 7.
    expect(round.clients[2]).toMatchObject({ latencySeconds: 7, computeSeconds: 6, uploadShare: 0 });
  });

  it("takes no more than it wants of those that arrive together, by their numbers", () => {
    expect(statuses(settleRound([client(5, 4), client(3, 4), client(4, 4)], first(2), 20))).toEqual([
      "3 completed",
      "4 completed",
      "5 surplus",
    ]);
    // Who is cut off at the very moment of its own end has done everything for nothing.
    expect(settleRound([client(0, 4), client(1, 4)], first(1), 20).clients[1]).toMatchObject({
      status: "surplus",
      computeSeconds: 4,
      downloadShare: 1,
      uploadShare: 1,
    });
  });

  it("ends at the deadline if too few come", () => {
    const round = settleRound([client(0, 2), client(1, 40)], first(2), 20);
    expect([round.seconds, statuses(round)]).toEqual([20, ["0 completed", "1 late"]]);
  });

  it("knows a client as lost that left before it closed, and as surplus that left afterwards", () => {
    const clients = [client(0, 4), client(1, 40, { staysSeconds: 2 }), client(2, 40, { staysSeconds: 9 })];
    expect(statuses(settleRound(clients, first(1), 20))).toEqual(["0 completed", "1 lost", "2 surplus"]);
  });
});

describe("a round that waits for all", () => {
  it("goes on beyond the deadline", () => {
    const round = settleRound([client(0, 2), client(1, 97)], all, 20);
    expect([round.seconds, statuses(round)]).toEqual([100, ["0 completed", "1 completed"]]);
  });

  it("gives up who never reports when all others have, at the deadline at the earliest", () => {
    const lost = lostLink(2, 5);
    expect(settleRound([client(0, 97), lost], all, 20).seconds).toBe(100);
    const early = settleRound([client(0, 2), lost, client(1, 500, { staysSeconds: 60 })], all, 20);
    expect([early.seconds, statuses(early)]).toEqual([20, ["0 completed", "1 lost", "2 lost"]]);
  });
});

describe("a settled round, whatever happened", () => {
  const seconds = fc.oneof(fc.double({ min: 0, max: 50, noNaN: true }), fc.constant(0));
  const oneClient = fc.record({
    contactSeconds: seconds,
    duration: fc.record({
      downloadSeconds: seconds,
      computeSeconds: seconds,
      uploadSeconds: fc.oneof(seconds, fc.constant(NEVER)),
    }),
    staysSeconds: fc.oneof(seconds, fc.constant(NEVER)),
  });
  const clients = fc
    .array(oneClient, { maxLength: 12 })
    .map((drawn): SelectedClient[] => drawn.map((each, index) => ({ ...each, client: index })));
  const roundEnd = fc.oneof(fc.constant(byDeadline), fc.constant(all), fc.integer({ min: 1, max: 12 }).map(first));
  const deadline = fc.double({ min: 0.1, max: 100, noNaN: true });

  it("has each client once, with shares and seconds within what it had to do and the round's time", () => {
    fc.assert(
      fc.property(clients, roundEnd, deadline, (selected, end, deadlineSeconds) => {
        const round = settleRound(selected, end, deadlineSeconds);
        expect(round.clients.map((each) => each.client).sort((a, b) => a - b)).toEqual(
          selected.map((each) => each.client),
        );
        expect(Number.isFinite(round.seconds)).toBe(true);
        if (end.kind !== "all") expect(round.seconds).toBeLessThanOrEqual(deadlineSeconds);
        for (const each of round.clients) {
          expect(each.computeSeconds).toBeGreaterThanOrEqual(0);
          expect(each.computeSeconds).toBeLessThanOrEqual(Math.min(each.duration.computeSeconds, round.seconds));
          for (const share of [each.downloadShare, each.uploadShare]) {
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(1);
          }
          expect(each.latencySeconds).toBeLessThanOrEqual(round.seconds);
        }
      }),
    );
  });

  it("completes exactly those that arrive until it ends, and no more than it wants", () => {
    fc.assert(
      fc.property(clients, roundEnd, deadline, (selected, end, deadlineSeconds) => {
        const round = settleRound(selected, end, deadlineSeconds);
        const completed = round.clients.filter(({ status }) => status === "completed");
        const arrived = selected.filter((each) => arrivalSeconds(each) <= round.seconds);
        const most = end.kind === "first" ? end.updates : NEVER;
        expect(completed).toHaveLength(Math.min(most, arrived.length));
        for (const each of completed) expect([each.downloadShare, each.uploadShare]).toEqual([1, 1]);
      }),
    );
  });

  it("completes whom it completed with more time, too", () => {
    fc.assert(
      fc.property(clients, deadline, deadline, (selected, a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)].map((limit) => settleRound(selected, byDeadline, limit));
        const completedIn = (round: SettledRound | undefined) =>
          (round?.clients ?? []).filter(({ status }) => status === "completed").map((each) => each.client);
        expect(completedIn(long)).toEqual(expect.arrayContaining(completedIn(short)));
      }),
    );
  });
});
