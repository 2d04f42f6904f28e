// Fleets, worlds and truths that the tests of the simulator share.

import { expect } from "vitest";
import type { TrueDuration } from "../../../experiments/replay/replay-policy.ts";
import { buildFleet, type FleetSources } from "../../../experiments/simulation/population/build-fleet.ts";
import { type World, worldSchema } from "../../../experiments/simulation/scenario.ts";
import { clientIdOf, type Fleet, type FleetTruth } from "../../../experiments/simulation/types.ts";
import { hashText } from "../../../foundation/hash.ts";
import { resolveDevice } from "../../../selection/devices/resolve-device.ts";
import type { FleetDevice } from "../../../selection/latency/forecast-columns.ts";

export const anySources: FleetSources = {
  needs: { precision: "fp32", measuredGpus: null },
  backend: undefined,
  lines: new Map(),
};

/** A world's description with defaults for what is left out. */
export function worldOf(changes: Record<string, unknown> = {}): World {
  return worldSchema.parse({
    fleet: { size: 60, examples: { least: 100, most: 2000 } },
    requiredUpdates: 5,
    ...changes,
  });
}

/** The fleet of a description with defaults for what is left out. */
export function fleetOf(description: Record<string, unknown>, seed = 1, sources: FleetSources = anySources): Fleet {
  return buildFleet(worldSchema.parse({ fleet: description }).fleet, seed, sources);
}

export function fleetDevice(name: string): FleetDevice {
  return { device: resolveDevice({ kind: "gpu", name }) };
}

/** Clients alike: 100 examples, 8 Mbit/s both ways, no round trip and no spread. */
export function uniformFleet(size: number, changes: Partial<Fleet> = {}): Fleet {
  return {
    size,
    devices: [fleetDevice("A100 PCIe 40 GB")],
    columns: {
      deviceIndices: new Uint16Array(size),
      exampleCounts: new Uint32Array(size).fill(100),
      downlinkBitsPerSecond: new Float32Array(size).fill(8e6),
      uplinkBitsPerSecond: new Float32Array(size).fill(8e6),
      roundTripSeconds: new Float32Array(size),
      transferLogSigmas: new Float32Array(size),
    },
    keys: Uint32Array.from({ length: size }, (_, client) => hashText(clientIdOf(client))),
    groupNames: ["all"],
    groups: new Uint8Array(size),
    linkNames: ["home-broadband"],
    links: new Uint8Array(size),
    lines: new Int16Array(size).fill(-1),
    contact: null,
    sites: null,
    ...changes,
  };
}

/** A truth that is the same in every round. */
export function fixedTruth(durations: (client: number) => TrueDuration): FleetTruth {
  return {
    level: "L1",
    sources: ["made for a test"],
    durationOf: (client, _round, _work, slowed = (seconds) => seconds) => {
      const duration = durations(client);
      return { ...duration, computeSeconds: slowed(duration.computeSeconds) };
    },
  };
}

/** For `toThrow`: an error with that code whose message has the text in it. */
export function errorWith(code: string, text: string): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(text) });
}
