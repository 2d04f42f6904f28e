// Whether a registration's claims can be true. Selection trusts them, so that a false one buys its client a place in the round; what is
// impossible is at least seen. Claims that are merely high cannot be told from a good machine.

import type { Register } from "../../protocol/messages.ts";
import { gpuCatalogue } from "../../selection/devices/gpu-catalogue.ts";
import { formatRate } from "../../selection/quantities.ts";
import type { CatalogueDevice, ResolvedDevice } from "../../selection/types.ts";

/** More than error correction, rounding and a board's own clocks make of a figure (selection/devices/contradictions.ts). */
const BEYOND_ROW = 1.25;
/** Drivers name maximum clocks far above the listed boost: 2100 MHz of an RTX 3090's 1695. */
const CLOCK_BEYOND_ROW = 1.5;
/** What no device of the catalogue has half of is no device of today. */
const BEYOND_CATALOGUE = 2;
/** The fastest port that is made: IEEE 802.3df-2024, 800 Gbit/s. */
const FASTEST_LINK_BITS_PER_SECOND = 8e11;
/** ImageNet-21k has 14 million; nobody trains on more at an edge in one round. */
const MOST_EXAMPLES = 1e8;
/** A machine that comes back is not ten times what it was. */
const ORDER_OF_MAGNITUDE = 10;

type Claims = Pick<Register, "device" | "link" | "exampleCount">;

/**
 * What cannot be true of a registration, as sentences; empty when all is well.
 *
 * @param previous what the same client registered before in this run.
 * @example implausibleClaims({ ...sane, exampleCount: 1e9 }, device) // ["It claims 1e+9 examples; more than 1e+8 ..."]
 */
export function implausibleClaims(claims: Claims, device: ResolvedDevice, previous?: Claims): readonly string[] {
  return [
    ...deviceDoubts(claims, device),
    ...linkDoubts(claims),
    ...(claims.exampleCount > MOST_EXAMPLES
      ? [`It claims ${say(claims.exampleCount)} examples; more than ${say(MOST_EXAMPLES)} are not believed.`]
      : []),
    ...(previous ? changeDoubts(claims, previous) : []),
  ];
}

function deviceDoubts({ device: report }: Claims, resolved: ResolvedDevice): readonly string[] {
  const isListed = resolved.kind === "known" && resolved.tier !== "self-reported";
  const row = isListed ? resolved.device : undefined;
  const share = row ? BEYOND_ROW : BEYOND_CATALOGUE;
  const whose = row ? row.name : "the best device of the catalogue";
  // Whoever copies AMD's figure for RDNA 3 or 4 states two instructions a clock.
  const peakShare = row && /^RDNA [34]\b/.test(row.architecture) ? 2 * share : share;
  const limits = row ? figuresOf(row) : bestFigures();
  const compared = [
    ["a memory of", report.memoryBytes, limits.memoryBytes, share, "bytes"],
    ["an fp32 peak of", report.fp32PeakFlopPerSecond, limits.peak, peakShare, "FLOP/s"],
    ["a memory bandwidth of", report.memoryBandwidthBytesPerSecond, limits.bandwidth, share, "B/s"],
    ["a maximum clock of", report.maximumClockHertz, limits.clockHertz, row ? CLOCK_BEYOND_ROW : share, "Hz"],
  ] as const;
  return compared.flatMap(([what, stated, listed, most, unit]) => {
    if (stated === undefined || listed === null || stated <= most * listed) return [];
    return [`It claims ${what} ${words(stated, unit)}; ${whose} has ${words(listed, unit)}.`];
  });
}

interface Figures {
  readonly memoryBytes: number | null;
  readonly peak: number | null;
  readonly bandwidth: number | null;
  readonly clockHertz: number | null;
}

function figuresOf(row: CatalogueDevice): Figures {
  return {
    // Of a chip that shares the system's memory there are versions with more.
    memoryBytes: row.sharesSystemMemory ? null : row.memoryBytes,
    peak: row.peakFlopPerSecond.fp32 ?? null,
    bandwidth: row.memoryBandwidthBytesPerSecond,
    clockHertz: row.boostClockHertz,
  };
}

function bestFigures(): Figures {
  const best = (of: (row: CatalogueDevice) => number | null | undefined) =>
    Math.max(...gpuCatalogue.map((row) => of(row) ?? 0));
  return {
    memoryBytes: best((row) => row.memoryBytes),
    peak: best((row) => row.peakFlopPerSecond.fp32),
    bandwidth: best((row) => row.memoryBandwidthBytesPerSecond),
    clockHertz: best((row) => row.boostClockHertz),
  };
}

function linkDoubts({ link }: Claims): readonly string[] {
  const rates = { "a downlink": link.downlinkBitsPerSecond, "an uplink": link.uplinkBitsPerSecond };
  return Object.entries(rates).flatMap(([which, rate]) => {
    if (rate <= FASTEST_LINK_BITS_PER_SECOND) return [];
    return [`It claims ${which} of ${formatRate(rate, "bit/s")}; the fastest port that is made has 800 Gbit/s.`];
  });
}

function changeDoubts(now: Claims, before: Claims): readonly string[] {
  const figures = [
    ["memory", before.device.memoryBytes, now.device.memoryBytes],
    ["fp32 peak", before.device.fp32PeakFlopPerSecond, now.device.fp32PeakFlopPerSecond],
    ["memory bandwidth", before.device.memoryBandwidthBytesPerSecond, now.device.memoryBandwidthBytesPerSecond],
    ["downlink", before.link.downlinkBitsPerSecond, now.link.downlinkBitsPerSecond],
    ["uplink", before.link.uplinkBitsPerSecond, now.link.uplinkBitsPerSecond],
    ["example count", before.exampleCount, now.exampleCount],
  ] as const;
  const changed = figures.flatMap(([what, old, fresh]) => {
    if (old === undefined || fresh === undefined) return [];
    if (Math.max(old / fresh, fresh / old) < ORDER_OF_MAGNITUDE) return [];
    return [`Its ${what} was ${say(old)} when it registered before, and is ${say(fresh)} now.`];
  });
  if (before.device.name === now.device.name) return changed;
  return [`It was "${before.device.name}" when it registered before, and is "${now.device.name}" now.`, ...changed];
}

function words(value: number, unit: "bytes" | "FLOP/s" | "B/s" | "Hz"): string {
  return unit === "bytes" ? `${say(value / 2 ** 30)} GiB` : formatRate(value, unit);
}

const say = (value: number): string => String(Number(value.toPrecision(3)));
