// The options with which several verbs take a network link: a named profile or its numbers, and the spread of its transfer
// times. Whoever prints a link says which spread it has and why.

import type { Options } from "yargs";
import { isLoopback } from "../foundation/loopback.ts";
import { fittedLinkSpread } from "../network/fitted-link-spread.ts";
import { MAXIMUM_TRANSFER_LOG_SIGMA, type NetworkLink } from "../network/link.ts";
import { findLinkProfile, linkProfiles } from "../network/link-profiles.ts";
import { fromOption, wrongUsage } from "./wrong-usage.ts";

const { wifi, lte, wired, "mobile-5g": mobile5g } = fittedLinkSpread;
const lineSigmas = `wired ${wired.lineLogSigma}, Wi-Fi ${wifi.lineLogSigma}, LTE ${lte.lineLogSigma}, 5G ${mobile5g.lineLogSigma}`;

export const linkOptions = {
  link: { type: "string", requiresArg: true, describe: `Named link: ${Object.keys(linkProfiles).join(", ")}` },
  "downlink-mbps": { type: "number", requiresArg: true, describe: "Its median downlink in Mbit/s, with --uplink-mbps" },
  "uplink-mbps": { type: "number", requiresArg: true, describe: "Its median uplink in Mbit/s" },
  "round-trip-ms": { type: "number", requiresArg: true, describe: "Round trip in milliseconds (default 20)" },
  "link-spread": {
    type: "number",
    requiresArg: true,
    describe: `Spread of its transfer times, sigma of their logarithm, 0 to ${MAXIMUM_TRANSFER_LOG_SIGMA} (one line: ${lineSigmas})`,
  },
} as const satisfies Record<string, Options>;

export interface LinkArguments {
  readonly link: string | undefined;
  readonly downlinkMbps: number | undefined;
  readonly uplinkMbps: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly linkSpread: number | undefined;
}

export interface ChosenLink {
  readonly link: NetworkLink & { readonly transferLogSigma: number };
  /** Where its rates come from, for the operator. */
  readonly why: string;
  /** Where its spread comes from. */
  readonly spreadWhy: string;
}

/**
 * The link that was asked for; undefined if none was.
 *
 * @throws {ProbSelectError} cli.wrong-usage if a profile and numbers are mixed, or a number is missing or out of its range.
 */
export function chosenLink(given: LinkArguments): ChosenLink | undefined {
  const { link: name, downlinkMbps, uplinkMbps, roundTripMs, linkSpread } = given;
  const hasNumbers = downlinkMbps !== undefined || uplinkMbps !== undefined || roundTripMs !== undefined;
  if (name !== undefined && hasNumbers) throw wrongUsage("Give --link or the link's numbers, not both.");
  if (name !== undefined) return withSpread(profileLink(name), linkSpread);
  if (hasNumbers) return withSpread(linkByHand(given), linkSpread);
  if (linkSpread === undefined) return undefined;
  throw wrongUsage("--link-spread needs a link: --link, or --downlink-mbps and --uplink-mbps.");
}

/**
 * The link of a profile, with the spread of its kind.
 *
 * @throws {ProbSelectError} cli.wrong-usage where there is none.
 */
export function profileLink(name: string): ChosenLink {
  const { link, description, kind, spreadSource } = fromOption(() => findLinkProfile(name));
  return {
    link,
    why: `profile ${name}: ${description}`,
    spreadWhy: `of any line of the kind ${kind}: ${spreadSource}`,
  };
}

/**
 * What is taken where nothing is said: a consumer line, or within this machine one that costs next to nothing.
 *
 * @param serverUrl the aggregator's address; none where no aggregator is meant.
 */
export function assumedLink(serverUrl?: string): ChosenLink {
  const isHere = serverUrl !== undefined && isLoopback(new URL(serverUrl).hostname);
  const name = isHere ? "datacentre" : "home-broadband";
  const reason = isHere
    ? "the aggregator's address is this machine's own. If a tunnel leads elsewhere, say"
    : "nothing is known of this line. Say";
  return { ...profileLink(name), why: `ASSUMED (${name}): ${reason} what it is with --link or --downlink-mbps` };
}

function linkByHand({ downlinkMbps, uplinkMbps, roundTripMs }: LinkArguments): ChosenLink {
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
      transferLogSigma: wired.lineLogSigma,
    },
    why: "given by hand",
    spreadWhy: `ASSUMED (a wired line), as no --link-spread is given: ${lineSigmas}`,
  };
}

function withSpread(chosen: ChosenLink, linkSpread: number | undefined): ChosenLink {
  if (linkSpread === undefined) return chosen;
  if (!(linkSpread >= 0 && linkSpread <= MAXIMUM_TRANSFER_LOG_SIGMA)) {
    throw wrongUsage(`--link-spread must be from 0 to ${MAXIMUM_TRANSFER_LOG_SIGMA}, not ${linkSpread}.`);
  }
  return { ...chosen, link: { ...chosen.link, transferLogSigma: linkSpread }, spreadWhy: "given by --link-spread" };
}

/** @example formatRates({ downlinkBitsPerSecond: 5e7, uplinkBitsPerSecond: 1e7, roundTripSeconds: 0.03 }) // "50/10 Mbit/s, 30 ms" */
export function formatRates({ downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds }: NetworkLink): string {
  return `${downlinkBitsPerSecond / 1e6}/${uplinkBitsPerSecond / 1e6} Mbit/s, ${roundTripSeconds * 1000} ms`;
}

/** The spread in words: 68 % of a normal lie within one sigma. */
export function formatSpread({ link: { transferLogSigma: sigma } }: Pick<ChosenLink, "link">): string {
  if (sigma === 0) return "spread 0: every transfer takes its nominal time";
  const [least, most] = [Math.exp(-sigma), Math.exp(sigma)].map((factor) => Number(factor.toPrecision(2)));
  return `spread ${sigma}: two transfers in three take ${least} to ${most} times the nominal time`;
}
