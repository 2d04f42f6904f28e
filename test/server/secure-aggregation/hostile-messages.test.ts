// What the server does with messages that no honest client sends, and with shares that were changed on their way.

import { describe, expect, it } from "vitest";
import type { Packets, Shares, UnmaskRequest } from "../../../protocol/secure-aggregation/messages.ts";
import { accepted, continued, PlayedRound, someParticipants, tolerant } from "./played-round.ts";

const values = [0.5, -1, 2, 0];
const key = (byte: number) => new Uint8Array(32).fill(byte);
const started = () => new PlayedRound(someParticipants(6), values, tolerant);
const changed = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 20 ? byte ^ 1 : byte));

async function atShares() {
  const round = started();
  const rosters = continued(round.keys());
  const shares = accepted(await round.client("c00").share(rosters.get("c00")));
  return { round, rosters, shares };
}

async function atConfirmations(tamper = (packets: ReadonlyMap<string, Packets>) => packets) {
  const round = started();
  return { round, packets: tamper(continued(await round.shares(continued(round.keys())))) };
}

async function atMaskedInputs() {
  const { round, packets } = await atConfirmations();
  return { round, requests: continued(round.confirmations(packets)) };
}

async function atUnmasking() {
  const { round, requests } = await atMaskedInputs();
  const unmaskRequests = continued(round.maskedInputs(requests));
  return { round, unmaskRequests, unmask: accepted(round.client("c00").unmask(unmaskRequests.get("c00"))) };
}

describe("keys are refused", () => {
  const hostile = () => {
    const round = started();
    const { version, sessionId } = round.server.invitation();
    const honest = accepted(round.client("c00").join(round.server.invitation()));
    return { round, header: { version, sessionId }, honest };
  };

  it.each([31, 33, 0])("of %d bytes", (length) => {
    const { round, honest } = hostile();
    expect(round.server.keys("c00", { ...honest, maskingKey: new Uint8Array(length) })).toMatchObject({
      accepted: false,
      code: "protocol.malformed-message",
      reason: "keys: maskingKey: expected 32 bytes",
    });
  });

  it.each([
    ["a point of low order", { encryptionKey: key(0) }],
    ["a point of low order in the other place", { maskingKey: key(0) }],
  ])("if one is %s", (_, part) => {
    const { round, honest } = hostile();
    const reply = round.server.keys("c00", { ...honest, ...part });
    expect(reply).toMatchObject({ code: "secure-aggregation.invalid-key" });
    expect(round.server.keys("c00", honest)).toEqual({ accepted: true });
  });

  it("if they are somebody else's, or one for both purposes", () => {
    const { round, honest } = hostile();
    const twice = { ...honest, maskingKey: honest.encryptionKey };
    expect(round.server.keys("c01", twice)).toMatchObject({ code: "secure-aggregation.invalid-key" });
    round.server.keys("c00", honest);
    expect(round.server.keys("c01", honest)).toMatchObject({ code: "secure-aggregation.invalid-key" });
  });

  it("of a stranger, of another session, of another version, and a second time", () => {
    const { round, honest } = hostile();
    expect(round.server.keys("c99", honest)).toMatchObject({ code: "secure-aggregation.unknown-client" });
    expect(round.server.keys("c00", { ...honest, sessionId: key(9) })).toMatchObject({
      code: "secure-aggregation.wrong-session",
    });
    expect(round.server.keys("c00", { ...honest, version: 2 })).toMatchObject({ code: "protocol.malformed-message" });
    expect(round.server.keys("c00", { ...honest, extra: 1 })).toMatchObject({ code: "protocol.malformed-message" });
    round.server.keys("c00", honest);
    expect(round.server.keys("c00", honest)).toMatchObject({ code: "secure-aggregation.repeated-message" });
  });

  it("after their phase, as every message out of its phase", () => {
    const { round, honest } = hostile();
    const wrongPhase = { accepted: false, code: "secure-aggregation.wrong-phase" };
    for (const phase of ["shares", "confirmation", "maskedInput", "unmask"] as const) {
      expect(round.server[phase]("c00", honest)).toMatchObject(wrongPhase);
    }
    round.server.keys("c00", honest);
    round.server.closeKeys();
    expect(round.server.keys("c01", honest)).toMatchObject(wrongPhase);
  });
});

describe("shares are refused", () => {
  const invalid = { accepted: false, code: "secure-aggregation.invalid-shares" };

  it.each<[string, (packets: Shares["packets"]) => Shares["packets"]]>([
    ["one is missing", (packets) => packets.slice(1)],
    ["one is for a stranger", ([first, ...others]) => (first ? [{ ...first, to: "c99" }, ...others] : [])],
    ["two are for the same", ([first, , ...others]) => (first ? [first, first, ...others] : [])],
    ["one is for the sender", ([first, ...others]) => (first ? [{ ...first, to: "c00" }, ...others] : [])],
  ])("if %s", async (_, change) => {
    const { round, shares } = await atShares();
    expect(round.server.shares("c00", { ...shares, packets: change(shares.packets) })).toMatchObject(invalid);
    expect(round.server.shares("c00", shares)).toEqual({ accepted: true });
  });

  it("if a ciphertext has another length", async () => {
    const { round, shares } = await atShares();
    const packets = shares.packets.map((packet) => ({ ...packet, ciphertext: new Uint8Array(93) }));
    expect(round.server.shares("c00", { ...shares, packets })).toMatchObject({ code: "protocol.malformed-message" });
  });

  it("if a client says that it cannot read a stranger's", async () => {
    const { round, packets } = await atConfirmations();
    const confirmation = accepted(round.client("c00").confirm(packets.get("c00")));
    const unreadable = ["c00"];
    expect(round.server.confirmation("c00", { ...confirmation, unreadable })).toMatchObject({
      code: "secure-aggregation.unknown-client",
    });
  });
});

describe("a changed ciphertext", () => {
  const tamper = (isTampered: (from: string, to: string) => boolean) => (packets: ReadonlyMap<string, Packets>) =>
    new Map(
      [...packets].map(([to, message]) => {
        const changedPackets = message.packets.map((packet) =>
          isTampered(packet.from, to) ? { ...packet, ciphertext: changed(packet.ciphertext) } : packet,
        );
        return [to, { ...message, packets: changedPackets }];
      }),
    );

  it("is reported by who should read it; with enough other holders nobody drops out", async () => {
    const { round, packets } = await atConfirmations(tamper((from, to) => from === "c01" && to === "c02"));
    const confirmation = accepted(round.client("c02").confirm(packets.get("c02")));
    expect(confirmation.unreadable).toEqual(["c01"]);
    round.server.confirmation("c02", confirmation);
    for (const clientId of ["c00", "c01", "c03", "c04", "c05"]) {
      round.server.confirmation(clientId, accepted(round.client(clientId).confirm(packets.get(clientId))));
    }
    const requests = continued(round.server.closeConfirmations());
    const outcome = await round.unmask(continued(round.maskedInputs(requests)));
    expect(outcome).toMatchObject({ status: "aggregated", sum: round.plainSum([...round.clients.keys()]) });
  });

  it("takes out the one client whose shares too few can read", async () => {
    // t = 2: with one holder left, c01 could not be unmasked.
    const { round, packets } = await atConfirmations(tamper((from, to) => from === "c01" && to !== "c02"));
    const requests = continued(round.confirmations(packets));
    expect([...requests.keys()]).toEqual(["c00", "c02", "c03", "c04", "c05"]);
    const outcome = await round.unmask(continued(round.maskedInputs(requests)));
    expect(outcome).toMatchObject({ status: "aggregated", sum: round.plainSum([...requests.keys()]) });
  });
});

describe("a masked input", () => {
  it("is refused with another length, and of a client that has dropped out", async () => {
    const { round, requests } = await atMaskedInputs();
    const { message } = accepted(round.client("c00").mask(requests.get("c00"), round.updateOf("c00")));
    for (const length of [0, 19, 24]) {
      expect(round.server.maskedInput("c00", { ...message, vector: new Uint8Array(length) })).toMatchObject({
        code: "secure-aggregation.wrong-length",
      });
    }
    expect(round.server.maskedInput("c99", message)).toMatchObject({ code: "secure-aggregation.unknown-client" });
    expect(round.server.maskedInput("c00", message)).toEqual({ accepted: true });
    expect(round.server.maskedInput("c00", message)).toMatchObject({ code: "secure-aggregation.repeated-message" });
  });
});

describe("shares that are given away", () => {
  const invalid = { accepted: false, code: "secure-aggregation.invalid-shares" };

  it("are refused if one is not what its owner gave, and then only their sender drops out", async () => {
    const { round, unmaskRequests, unmask } = await atUnmasking();
    const seedShares = unmask.seedShares.map(({ of, share }) => ({ of, share: changed(share) }));
    expect(round.server.unmask("c00", { ...unmask, seedShares })).toMatchObject({
      ...invalid,
      reason: 'The seed share of "c01" is not the one that it was given.',
    });
    const others = new Map([...unmaskRequests].filter(([clientId]) => clientId !== "c00"));
    const outcome = await round.unmask(others);
    expect(outcome).toMatchObject({ status: "aggregated", sum: round.plainSum([...round.clients.keys()]) });
  });

  it("are refused if they are of others or of the other kind", async () => {
    const { round, unmask } = await atUnmasking();
    const { seedShares, keyShares, ...header } = unmask;
    expect(round.server.unmask("c00", { ...header, seedShares: seedShares.slice(1), keyShares })).toMatchObject(
      invalid,
    );
    expect(round.server.unmask("c00", { ...header, seedShares: [], keyShares: seedShares })).toMatchObject(invalid);
    const strange = seedShares.map(({ share }) => ({ of: "c99", share }));
    expect(round.server.unmask("c00", { ...header, seedShares: strange, keyShares })).toMatchObject(invalid);
    expect(round.server.unmask("c00", unmask)).toEqual({ accepted: true });
    expect(round.server.unmask("c00", unmask)).toMatchObject({ code: "secure-aggregation.repeated-message" });
  });

  it("name the client that shared something else than its secret", async () => {
    const round = started();
    const rosters = continued(round.keys());
    for (const [clientId, roster] of rosters) {
      const shares = accepted(await round.client(clientId).share(roster));
      const seedHash = clientId === "c03" ? changed(shares.seedHash) : shares.seedHash;
      round.server.shares(clientId, { ...shares, seedHash });
    }
    const requests = continued(round.confirmations(continued(round.server.closeShares())));
    expect(await round.unmask(continued(round.maskedInputs(requests)))).toMatchObject({
      status: "failed",
      code: "secure-aggregation.unrecoverable-client",
      reason: expect.stringContaining('"c03"'),
    });
  });

  it("are taken of survivors only", async () => {
    const round = new PlayedRound(someParticipants(6, { 5: "masked-inputs" }), values, tolerant);
    const packets = continued(await round.shares(continued(round.keys())));
    const requests = continued(round.maskedInputs(continued(round.confirmations(packets))));
    expect(requests.has("c05")).toBe(false);
    const { survivors, dropped } = requests.get("c00") as UnmaskRequest;
    expect({ survivors, dropped }).toEqual({ survivors: ["c01", "c02", "c03", "c04"], dropped: ["c05"] });
    const unmask = accepted(round.client("c00").unmask(requests.get("c00")));
    expect(unmask.seedShares.map(({ of }) => of)).toEqual(survivors);
    expect(unmask.keyShares.map(({ of }) => of)).toEqual(dropped);
    expect(round.server.unmask("c05", unmask)).toMatchObject({ code: "secure-aggregation.unknown-client" });
  });
});
