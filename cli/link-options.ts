// The options with which several verbs take a network link: a named profile or its three numbers.

import type { Options } from "yargs";
import type { NetworkLink } from "../network/link.ts";
import { findLinkProfile } from "../network/link-profiles.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

export const linkOptions = {
  link: { type: "string", requiresArg: true, describe: "Named link, e.g. datacentre, wifi, lte, leo-satellite" },
  "downlink-mbps": { type: "number", requiresArg: true, describe: "Downlink in Mbit/s, with --uplink-mbps" },
  "uplink-mbps": { type: "number", requiresArg: true, describe: "Uplink in Mbit/s" },
  "round-trip-ms": { type: "number", requiresArg: true, describe: "Round trip in milliseconds (default 20)" },
} as const satisfies Record<string, Options>;

export interface LinkArguments {
  readonly link: string | undefined;
  readonly downlinkMbps: number | undefined;
  readonly uplinkMbps: number | undefined;
  readonly roundTripMs: number | undefined;
}

export interface ChosenLink {
  readonly link: NetworkLink;
  /** Where its numbers come from, for the operator. */
  readonly why: string;
}

/**
 * The link that was asked for; undefined if none was.
 *
 * @throws {ProbSelectError} cli.wrong-usage if a profile and numbers are mixed, or a number is missing or not positive.
 */
export function chosenLink(given: LinkArguments): ChosenLink | undefined {
  const { downlinkMbps, uplinkMbps, roundTripMs } = given;
  const hasNumbers = downlinkMbps !== undefined || uplinkMbps !== undefined || roundTripMs !== undefined;
  if (given.link !== undefined) {
    if (hasNumbers) throw wrongUsage("Give --link or the link's numbers, not both.");
    const name = given.link;
    const { link, description } = fromOption(() => findLinkProfile(name));
    return { link, why: `profile ${name}: ${description}` };
  }
  if (!hasNumbers) return undefined;
  if (downlinkMbps === undefined || uplinkMbps === undefined) {
    throw wrongUsage("A link needs both --downlink-mbps and --uplink-mbps.");
  }
  const positive = (name: string, value: number) => {
    if (!(value > 0 && Number.isFinite(value))) throw wrongUsage(`--${name} must be a number above 0, not ${value}.`);
    return value;
  };
  if (roundTripMs !== undefined && !(roundTripMs >= 0)) throw wrongUsage(`--round-trip-ms must be 0 or more.`);
  return {
    link: {
      downlinkBitsPerSecond: positive("downlink-mbps", downlinkMbps) * 1e6,
      uplinkBitsPerSecond: positive("uplink-mbps", uplinkMbps) * 1e6,
      roundTripSeconds: (roundTripMs ?? 20) / 1000,
    },
    why: "given by hand",
  };
}
