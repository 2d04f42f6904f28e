// What a client refuses of a server that does not keep to the protocol, and what its masked vector shows.

import { describe, expect, it } from "vitest";
import { SecureAggregationClient } from "../../../client/secure-aggregation/secure-client.ts";
import { generateKeyPair } from "../../../protocol/secure-aggregation/key-agreement.ts";
import {
  headerOf,
  type MaskRequest,
  type Packets,
  type Roster,
  type UnmaskRequest,
} from "../../../protocol/secure-aggregation/messages.ts";
import {
  accepted,
  assumptions,
  continued,
  PlayedRound,
  parameterSet,
  someParticipants,
  tolerant,
} from "../../server/secure-aggregation/played-round.ts";

const values = [0.5, -1, 2, 0];
const unsafe = { accepted: false, code: "secure-aggregation.unsafe-request" };
const id = "c00";

function atRoster(count = 6, assumed = tolerant) {
  const round = new PlayedRound(someParticipants(count), values, assumed);
  const roster = continued(round.keys()).get(id) as Roster;
  return { round, client: round.client(id), roster };
}

async function atPackets() {
  const round = new PlayedRound(someParticipants(6), values, tolerant);
  const all = continued(await round.shares(continued(round.keys())));
  return { round, all, client: round.client(id), packets: all.get(id) as Packets };
}

async function atMaskRequest() {
  const { round, all, client } = await atPackets();
  const requests = continued(round.confirmations(all));
  return { round, client, requests, request: requests.get(id) as MaskRequest };
}

async function atUnmaskRequest() {
  const { round, client, requests } = await atMaskRequest();
  const request = continued(round.maskedInputs(requests)).get(id) as UnmaskRequest;
  return { client, request };
}

describe("a client refuses an invitation", () => {
  it("to less protection than it asks for", () => {
    const { server } = new PlayedRound(someParticipants(6), values, { ...assumptions, corruptedShare: 0.1 });
    const demanding = new SecureAggregationClient(id, { corruptedShare: 0.3, securityBits: 40 });
    expect(demanding.join(server.invitation())).toMatchObject(unsafe);
    expect(demanding.phase).toBe("ended");
    const wary = new SecureAggregationClient(id, { corruptedShare: 0.1, securityBits: 64 });
    expect(wary.join(server.invitation())).toMatchObject(unsafe);
  });

  it("of another version or shape, and a second one: keys serve one round", () => {
    const { server } = new PlayedRound(someParticipants(6), values);
    const invitation = server.invitation();
    const client = new SecureAggregationClient(id);
    expect(client.join({ ...invitation, version: 2 })).toMatchObject({ code: "protocol.malformed-message" });
    expect(client.join({ ...invitation, parameterCount: 0 })).toMatchObject({ code: "protocol.malformed-message" });
    expect(client.join(invitation)).toMatchObject({ accepted: true });
    expect(client.join(invitation)).toMatchObject({ code: "secure-aggregation.wrong-phase" });
  });

  it("with a coding that overflows", () => {
    const { server } = new PlayedRound(someParticipants(6), values);
    const invitation = server.invitation();
    const coding = { ...invitation.coding, maximumWeight: 1_000_000, maximumClients: 100_000 };
    const client = new SecureAggregationClient(id);
    expect(client.join({ ...invitation, coding })).toMatchObject({ code: "secure-aggregation.invalid-coding" });
  });
});

describe("a client shares its secrets with nobody", () => {
  it.each<[string, (roster: Roster) => unknown]>([
    ["the seed of the graph is not the committed one", (roster) => ({ ...roster, graphSeed: new Uint8Array(32) })],
    ["the threshold is lower than the assumptions ask for", (roster) => ({ ...roster, threshold: 3 })],
    ["a neighbour is left out", (roster) => ({ ...roster, neighbours: roster.neighbours.slice(1) })],
    [
      "the neighbours are not those of the graph",
      (roster) => ({ ...roster, neighbours: roster.neighbours.map((one, place) => ({ ...one, position: place })) }),
    ],
    ["it is said to be somebody else", (roster) => ({ ...roster, position: 1 })],
    ["it has no place", (roster) => ({ ...roster, position: 6 })],
    ["more take part than the coding is for", (roster) => ({ ...roster, clientCount: 7 })],
    ["too few take part", (roster) => ({ ...roster, clientCount: 2, neighbours: roster.neighbours.slice(0, 1) })],
    [
      "two neighbours have the same key",
      (roster) => {
        const maskingKey = roster.neighbours[0]?.maskingKey;
        return { ...roster, neighbours: roster.neighbours.map((one) => ({ ...one, maskingKey })) };
      },
    ],
    [
      "a neighbour is the client itself under another place",
      (roster) => ({ ...roster, neighbours: roster.neighbours.map((one) => ({ ...one, clientId: id })) }),
    ],
  ])("if %s", async (_, change) => {
    const { client, roster } = atRoster();
    expect(await client.share(change(roster))).toMatchObject(unsafe);
    expect(client.phase).toBe("ended");
    expect(await client.share(roster)).toMatchObject({ code: "secure-aggregation.wrong-phase" });
  });

  it("if a key is a point of low order", async () => {
    const { client, roster } = atRoster();
    const neighbours = roster.neighbours.map((one, index) =>
      index === 0 ? { ...one, encryptionKey: new Uint8Array(32) } : one,
    );
    expect(await client.share({ ...roster, neighbours })).toMatchObject({ code: "secure-aggregation.invalid-key" });
  });

  it("over a roster of another session, which changes nothing", async () => {
    const { client, roster } = atRoster();
    const other = { ...roster, sessionId: new Uint8Array(32) };
    expect(await client.share(other)).toMatchObject({ code: "secure-aggregation.wrong-session" });
    expect(await client.share(roster)).toMatchObject({ accepted: true });
  });

  it("twice, even if two rosters come at the same time", async () => {
    const { client, roster } = atRoster();
    const replies = await Promise.all([client.share(roster), client.share(roster)]);
    expect(replies.map((reply) => reply.accepted)).toEqual([true, false]);
  });

  it("after it was abandoned, even in the middle", async () => {
    const { client, roster } = atRoster();
    const sharing = client.share(roster);
    client.abandon();
    expect(await sharing).toMatchObject({ code: "secure-aggregation.wrong-phase" });
    expect(client.phase).toBe("ended");
  });

  it("in a sparse graph either, if its neighbours are others than the seed's", async () => {
    const { client, roster } = atRoster(40, assumptions);
    const known = new Set(roster.neighbours.map(({ position }) => position));
    const strange = [...Array(40).keys()].find((place) => place !== roster.position && !known.has(place)) as number;
    const [first, ...others] = roster.neighbours;
    const keys = { encryptionKey: generateKeyPair().publicKey, maskingKey: generateKeyPair().publicKey };
    const swapped = { ...first, ...keys, clientId: `c${String(strange).padStart(2, "0")}`, position: strange };
    expect(await client.share({ ...roster, neighbours: [swapped, ...others] })).toMatchObject(unsafe);
  });
});

describe("a client takes no part any more", () => {
  it.each<[string, string, (packets: Packets) => unknown]>([
    ["a packet is of a stranger", unsafe.code, renamed("c99")],
    ["two packets are of the same", unsafe.code, renamed("c02")],
    [
      "too few have shared",
      "secure-aggregation.too-few-clients",
      (packets) => ({ ...packets, packets: packets.packets.slice(0, 1) }),
    ],
  ])("if %s", async (_, code, change) => {
    const { client, packets } = await atPackets();
    expect(client.confirm(change(packets))).toMatchObject({ accepted: false, code });
    expect(client.phase).toBe("ended");
  });

  it.each<[string, string, readonly string[]]>([
    ["a peer is a stranger", unsafe.code, ["c01", "c02", "c99"]],
    ["a peer is named twice", unsafe.code, ["c01", "c02", "c02"]],
    ["too few peers are left to hide among", "secure-aggregation.too-few-clients", ["c01"]],
  ])("if %s", async (_, code, peers) => {
    const { round, client, request } = await atMaskRequest();
    expect(client.mask({ ...request, peers }, round.updateOf(id))).toMatchObject({ accepted: false, code });
    expect(client.phase).toBe("ended");
  });

  it("but a message that is none, or an update of another size, changes nothing", async () => {
    const { round, client, request } = await atMaskRequest();
    expect(client.mask({ peers: 7 }, round.updateOf(id))).toMatchObject({ code: "protocol.malformed-message" });
    const globalParameters = parameterSet([1, 2]);
    const other = { globalParameters, parameters: globalParameters, exampleCount: 1 };
    expect(client.mask(request, other)).toMatchObject({ code: "secure-aggregation.wrong-length" });
    expect(client.mask(request, round.updateOf(id))).toMatchObject({ accepted: true });
  });

  function renamed(from: string) {
    return (packets: Packets) => ({
      ...packets,
      packets: packets.packets.map((packet, index) => (index === 0 ? { ...packet, from } : packet)),
    });
  }
});

describe("a client gives no shares away", () => {
  const all = ["c01", "c02", "c03", "c04", "c05"];

  it.each<[string, string, Partial<UnmaskRequest>]>([
    ["both secrets of a client are asked for", unsafe.code, { survivors: all, dropped: ["c03"] }],
    ["a client is asked for twice", unsafe.code, { survivors: [...all, "c03"], dropped: [] }],
    ["a stranger is asked for", unsafe.code, { survivors: all, dropped: ["c99"] }],
    ["its own secret is asked for", unsafe.code, { survivors: all, dropped: [id] }],
    ["a client is neither survivor nor dropped", unsafe.code, { survivors: all.slice(1), dropped: [] }],
    [
      "too few survivors are left to hide among",
      "secure-aggregation.too-few-clients",
      { survivors: ["c01"], dropped: all.slice(1) },
    ],
  ])("if %s", async (_, code, part) => {
    const { client, request } = await atUnmaskRequest();
    expect(client.unmask({ ...request, ...part })).toMatchObject({ accepted: false, code });
    // Its secrets are gone: the honest request comes too late.
    expect(client.unmask(request)).toMatchObject({ code: "secure-aggregation.wrong-phase" });
  });

  it("a second time: the other kind of share could be asked for then", async () => {
    const { client, request } = await atUnmaskRequest();
    expect(client.unmask(request)).toMatchObject({ accepted: true });
    const other = { ...request, survivors: request.survivors.slice(1), dropped: request.survivors.slice(0, 1) };
    expect(client.unmask(other)).toMatchObject({ code: "secure-aggregation.wrong-phase" });
  });
});

describe("a masked vector", () => {
  it("looks like random words, be the update all zeros", async () => {
    const zeros = Array.from({ length: 65_536 }, () => 0);
    const participants = someParticipants(4).map((one) => ({ ...one, update: zeros }));
    const round = new PlayedRound(participants, zeros);
    const requests = continued(round.confirmations(continued(await round.shares(continued(round.keys())))));
    const masked = accepted(round.client(id).mask(requests.get(id), round.updateOf(id)));
    const { vector } = masked.message;
    const counts = new Uint32Array(256);
    let repeats = 0;
    for (const [index, byte] of vector.entries()) {
      counts[byte] = (counts[byte] as number) + 1;
      if (index >= 4 && vector[index - 4] === byte) repeats++;
    }
    const expected = vector.length / 256;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: mean 255, deviation 22.6; and one byte in 256 is that of four before. Six deviations each.
    expect(Math.abs(chiSquared - 255)).toBeLessThan(6 * 22.6);
    expect(Math.abs(repeats - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  it("of the same update is another one in another round", async () => {
    const vectors = await Promise.all(
      [1, 2].map(async () => {
        const { round, client, request } = await atMaskRequest();
        return accepted(client.mask(request, round.updateOf(id))).message.vector.join();
      }),
    );
    expect(vectors[0]).not.toBe(vectors[1]);
  });

  it("tells how much of the update was clipped", async () => {
    const { round, client, request } = await atMaskRequest();
    const { globalParameters } = round;
    const parameters = parameterSet([0.5, -1, 2 + 0.6, 0 - 0.6]);
    const masked = client.mask(request, { globalParameters, parameters, exampleCount: 1 });
    expect(masked).toMatchObject({ accepted: true, value: { clippedCount: 2 } });
  });
});

describe("a client that asks for sums of at least seven clients", () => {
  const demands = { corruptedShare: 0, securityBits: 40, minimumClients: 7 };

  it("shares nothing with a cohort of six", async () => {
    const { round, roster } = atRoster(6);
    const client = new SecureAggregationClient(id, demands);
    accepted(client.join(round.server.invitation()));
    expect(await client.share(roster)).toMatchObject({
      ...{ accepted: false, code: "secure-aggregation.too-few-clients" },
      reason: "6 clients take part; this client asks for 7.",
    });
    expect(client.phase).toBe("ended");
  });

  it("goes on with none that has shrunk to six, though its threshold would let it", async () => {
    const { round, roster } = atRoster(7);
    const client = new SecureAggregationClient(id, demands);
    accepted(client.join(round.server.invitation()));
    accepted(await client.share(roster));
    const packets = { ...headerOf(roster.sessionId), packets: [] };
    expect(client.confirm(packets)).toMatchObject({ reason: "Only 0 neighbours have shared; 6 are needed." });
  });
});
