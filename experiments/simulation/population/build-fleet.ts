// A fleet from its description and a seed, in columns: no object for each client, so that a million are made in seconds. What a client
// is follows from the seed and its own name alone, but for its group: groups have exactly their shares.

import { ProbSelectError } from "../../../foundation/errors.ts";
import { hashText } from "../../../foundation/hash.ts";
import { seededRandom, shuffled } from "../../../foundation/random-source.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { CandidateColumns, FleetDevice } from "../../../selection/latency/forecast-columns.ts";
import { numberColumn } from "../../../selection/policy/number-column.ts";
import type { FleetGroup, World } from "../scenario.ts";
import { clientIdOf, type Fleet } from "../types.ts";
import { type ClientDraw, indexDraw, uniformDraw } from "./client-draws.ts";
import { type LineOf, linesOf, type MeasuredLines } from "./client-links.ts";
import { contactPlan } from "./contact-plan.ts";
import { resolvedPhone } from "./fedscale-phones.ts";
import { type DeviceNeeds, deviceShares, devicesOfGroup } from "./group-devices.ts";
import { examplesOf } from "./held-examples.ts";
import { groupsIn } from "./populations.ts";

/** What a fleet is made from besides its description. */
export interface FleetSources {
  readonly needs: DeviceNeeds;
  /** What trains on every client, as an agent would name it; undefined: nobody says. */
  readonly backend: string | undefined;
  /** Of every measured link that the description names. */
  readonly lines: MeasuredLines;
}

/**
 * @throws {ProbSelectError} experiments.invalid-scenario for an unknown population or device, a group without any device that the
 * workload can use, or two groups of one name; selection.invalid-argument for an unknown link.
 */
export function buildFleet(description: World["fleet"], seed: number, sources: FleetSources): Fleet {
  const { size } = description;
  const groups = groupsIn(description);
  requireGroups(groups);
  const keys = new Uint32Array(size);
  for (let client = 0; client < size; client++) keys[client] = hashText(clientIdOf(client));
  const groupOf = groupsOf(groups, size, seed);
  const { devices, deviceOf } = devicesOf(groups, description.deviceMix, seed, sources);
  const columns = emptyColumns(size);
  const examples = examplesOf(description.examples, seed);
  for (let client = 0; client < size; client++) {
    const key = keys[client] as number;
    columns.deviceIndices[client] = (deviceOf[groupOf[client] as number] as ClientDraw)(key);
    columns.exampleCounts[client] = examples(key);
  }
  return {
    size,
    devices,
    columns,
    keys,
    groupNames: groups.map(({ name }) => name),
    groups: groupOf,
    ...drawLinks({ groups, groupOf, keys, columns, seed, sources }),
    contact: contactPlan({
      contacts: groups.map(({ contact }) => contact),
      groups: groupOf,
      offsets: numberColumn(keys, uniformDraw(seed, "contact")),
    }),
    sites: sitesOf(description.sites, keys, seed),
  };
}

/** Columns number groups and links in a byte. */
const MOST_OF_A_KIND = 255;

function requireGroups(groups: readonly FleetGroup[]): void {
  const names = groups.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`Two groups are named "${twice}". Give each a name of its own.`);
  const most = Math.max(groups.length, new Set(groups.flatMap(({ links }) => links)).size);
  if (most > MOST_OF_A_KIND)
    throw invalid(`A fleet has at most ${MOST_OF_A_KIND} groups and as many links, not ${most}.`);
}

function invalid(message: string): ProbSelectError {
  return new ProbSelectError("experiments.invalid-scenario", message);
}

/** Whole numbers of clients nearest to the shares (largest remainders), and who is in which by chance. */
function groupsOf(groups: readonly FleetGroup[], size: number, seed: number): Uint8Array {
  const total = groups.reduce((sum, { share }) => sum + share, 0);
  const exact = groups.map(({ share }, group) => ({ group, clients: (share / total) * size }));
  const remainder = (clients: number) => clients - Math.floor(clients);
  const missing = size - exact.reduce((sum, { clients }) => sum + Math.floor(clients), 0);
  const roundedUp = exact
    .toSorted((a, b) => remainder(b.clients) - remainder(a.clients) || a.group - b.group)
    .slice(0, missing);
  const inOrder = exact.flatMap((each) => {
    const count = Math.floor(each.clients) + (roundedUp.includes(each) ? 1 : 0);
    return Array.from({ length: count }, () => each.group);
  });
  return Uint8Array.from(shuffled(inOrder, seededRandom(seed, "fleet groups")));
}

/** The distinct devices of all groups, and for each group the draw of a client's device among them. */
function devicesOf(
  groups: readonly FleetGroup[],
  mix: World["fleet"]["deviceMix"],
  seed: number,
  { needs, backend }: FleetSources,
): { readonly devices: readonly FleetDevice[]; readonly deviceOf: readonly ClientDraw[] } {
  const indices = new Map<string, number>();
  const deviceOf = groups.map((group): ClientDraw => {
    const own = devicesOfGroup(group, needs).map(({ name }) => {
      if (!indices.has(name)) indices.set(name, indices.size);
      return indices.get(name) as number;
    });
    const draw = indexDraw(seed, "device", deviceShares(mix, own.length, { seed, group: group.name }));
    return (key) => own[draw(key)] as number;
  });
  const devices = [...indices.keys()].map((name) => {
    return { device: resolvedPhone(name) ?? resolveDevice({ kind: "gpu", name }), backend };
  });
  return { devices, deviceOf };
}

/** Fills the columns of the links. */
function drawLinks(of: {
  readonly groups: readonly FleetGroup[];
  readonly groupOf: Uint8Array;
  readonly keys: Uint32Array;
  readonly columns: CandidateColumns;
  readonly seed: number;
  readonly sources: FleetSources;
}): Pick<Fleet, "linkNames" | "links" | "lines"> {
  const { groups, groupOf, keys, columns, seed, sources } = of;
  const linkNames = [...new Set(groups.flatMap((group) => group.links))];
  const lineOf = linkNames.map((name) => linesOf(name, seed, sources.lines));
  const ofGroup = groups.map((group) => group.links.map((name) => linkNames.indexOf(name)));
  const choose = uniformDraw(seed, "link");
  const links = new Uint8Array(keys.length);
  const lines = new Int16Array(keys.length);
  for (let client = 0; client < keys.length; client++) {
    const key = keys[client] as number;
    const own = ofGroup[groupOf[client] as number] as readonly number[];
    const chosen = own[Math.floor(choose(key) * own.length)] as number;
    const { link, line } = (lineOf[chosen] as LineOf)(key);
    links[client] = chosen;
    lines[client] = line;
    columns.downlinkBitsPerSecond[client] = link.downlinkBitsPerSecond;
    columns.uplinkBitsPerSecond[client] = link.uplinkBitsPerSecond;
    columns.roundTripSeconds[client] = link.roundTripSeconds;
    columns.transferLogSigmas[client] = link.transferLogSigma;
  }
  return { linkNames, links, lines };
}

function sitesOf(count: number | undefined, keys: Uint32Array, seed: number): Uint32Array | null {
  if (count === undefined) return null;
  const draw = uniformDraw(seed, "site");
  return keys.map((key) => Math.floor(draw(key) * count));
}

function emptyColumns(size: number): CandidateColumns {
  return {
    deviceIndices: new Uint16Array(size),
    exampleCounts: new Uint32Array(size),
    downlinkBitsPerSecond: new Float32Array(size),
    uplinkBitsPerSecond: new Float32Array(size),
    roundTripSeconds: new Float32Array(size),
    transferLogSigmas: new Float32Array(size),
  };
}
