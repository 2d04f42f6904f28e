// Where a report and the catalogue cannot both be right: a wrong name, a wrong unit, a part of a device, or a lie.

import { formatRate } from "../quantities.ts";
import type { CatalogueDevice, DeviceReport } from "../types.ts";

/** A peak or a bandwidth may differ from the catalogue by this share: boards are clocked differently. */
const BOARD_SHARE = 0.25;
/** A card's memory may be off by what error correction takes (1/16), not by another version's share (6 of 8 GB). */
const CARD_MEMORY_SHARE = 0.15;
/** Of a memory that is the system's, the firmware and the kernel take more: 3.3 of 4 GiB are left. */
const SHARED_MEMORY_SHARE = 0.25;

/** No power mode goes below this share of a figure; less is a wrong unit (MHz for Hz). */
const LEAST_MODE_SHARE = 1 / 20;

interface Comparison {
  readonly what: string;
  readonly format: (value: number) => string;
  readonly stated: number | undefined;
  readonly listed: number | null | undefined;
  readonly isPossible: (stated: number, listed: number) => boolean;
  /** Whether the forecast counts a lower figure all the same: see device-limits.ts. */
  readonly isLowerUsed?: boolean;
}

/**
 * The report's impossible figures as sentences, with both numbers; empty when all is well.
 *
 * @example
 * findContradictions({ kind: "gpu", name: "Jetson Nano", memoryBytes: 80 * 2 ** 30 }, jetsonNano)
 * // ["The report contradicts the catalogue: it states a memory of 80 GiB, but Jetson Nano has 4 GiB. ..."]
 */
export function findContradictions(report: DeviceReport, device: CatalogueDevice): readonly string[] {
  return comparisons(report, device).flatMap(({ what, format, stated, listed, isPossible, isLowerUsed }) => {
    if (stated === undefined || listed === undefined || listed === null || isPossible(stated, listed)) return [];
    const figures = `${what} of ${format(stated)}, but ${device.name} has ${format(listed)}`;
    const conclusion =
      stated >= listed
        ? "The catalogue's figure is used; check the device's name and the figure's unit."
        : isLowerUsed && isMode(stated, listed)
          ? "The reported figure is used, with the catalogue's peaks; check the device's name."
          : "The catalogue's figure is used; if the device is shared or partitioned, it is too high.";
    return [`The report contradicts the catalogue: it states ${figures}. ${conclusion}`];
  });
}

function comparisons(report: DeviceReport, device: CatalogueDevice): readonly Comparison[] {
  return [
    {
      what: "a memory",
      format: formatGibibytes,
      stated: report.memoryBytes,
      listed: device.memoryBytes,
      isPossible: (stated, listed) =>
        isNear(stated, listed, device.sharesSystemMemory ? SHARED_MEMORY_SHARE : CARD_MEMORY_SHARE),
      isLowerUsed: device.sharesSystemMemory,
    },
    {
      what: "an fp32 peak",
      format: (value) => formatRate(value, "FLOP/s"),
      stated: report.fp32PeakFlopPerSecond,
      listed: device.peakFlopPerSecond.fp32,
      isPossible: (stated, listed) => isNear(stated, listed) || (isDualIssue(device) && isNear(stated, 2 * listed)),
    },
    {
      what: "a memory bandwidth",
      format: (value) => formatRate(value, "B/s"),
      stated: report.memoryBandwidthBytesPerSecond,
      listed: device.memoryBandwidthBytesPerSecond,
      isPossible: (stated, listed) => isNear(stated, listed) || (isJetson(device) && isMode(stated, listed)),
    },
    {
      what: "a maximum clock",
      format: (value) => formatRate(value, "Hz"),
      stated: report.maximumClockHertz,
      listed: device.boostClockHertz,
      // Drivers name maximum clocks far above the listed boost: 2100 MHz of an RTX 3090's 1695.
      isPossible: (stated, listed) => stated >= LEAST_MODE_SHARE * listed,
    },
  ];
}

function isNear(stated: number, listed: number, share = BOARD_SHARE): boolean {
  return Math.abs(stated / listed - 1) <= share;
}

/** As a power mode, a container or the system itself may lower a figure. */
export function isMode(stated: number, listed: number): boolean {
  return stated >= LEAST_MODE_SHARE * listed && stated <= listed;
}

/** Whoever copies AMD's figure for RDNA 3 or 4 states two instructions a clock; that is no lie. */
function isDualIssue({ architecture }: CatalogueDevice): boolean {
  return /^RDNA [34]\b/.test(architecture);
}

/** The boards whose power modes change the memory's clock, too. */
export function isJetson({ vendor, sharesSystemMemory }: CatalogueDevice): boolean {
  return vendor === "nvidia" && sharesSystemMemory;
}

function formatGibibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toPrecision(3))} GiB`;
}
