// The links that clients draw from: a profile gives each client a line of its own, whose rates it knows; a set of measured lines gives
// each client one of them.

import { fittedLinkSpread } from "../../../network/fitted-link-spread.ts";
import type { NetworkLink } from "../../../network/link.ts";
import { findLinkProfile } from "../../../network/link-profiles.ts";
import type { LinkKind } from "../../../network/link-spread.ts";
import { fedscaleBandwidth } from "../../measured/example-counts.ts";
import { isMeasuredLink } from "../../measured/measured-lines.ts";
import type { MeasuredLine } from "../../measured/types.ts";
import { normalDraw, uniformDraw } from "./client-draws.ts";

/** A link whose rates are those of FedScale's clients. */
export const FEDSCALE_LINK = "fedscale";
/** As that of the profile "lte"; assumption. */
const PHONE_ROUND_TRIP_SECONDS = 0.05;

/** What a client states about its line. */
export interface ClientLine {
  readonly link: NetworkLink & { readonly transferLogSigma: number };
  /** Index among the measured lines; -1: none of them. */
  readonly line: number;
}

/** The line of the client with that key. */
export type LineOf = (key: number) => ClientLine;

/** The lines of measured links, by the link's name. */
export type MeasuredLines = ReadonlyMap<string, readonly MeasuredLine[]>;

/**
 * @param lines of every measured link that is asked for.
 * @throws {ProbSelectError} selection.invalid-argument for a link that is neither measured nor a profile, with the profiles' names.
 */
export function linesOf(linkName: string, seed: number, lines: MeasuredLines): LineOf {
  if (linkName === FEDSCALE_LINK) return fedscaleLineOf(seed);
  return isMeasuredLink(linkName)
    ? measuredLineOf(lines.get(linkName) ?? [], seed)
    : profileLineOf(findLinkProfile(linkName), seed);
}

/**
 * The profile's rates are typical of the kind: those of one line are log-normal around them, as far apart as lines are. The
 * client states its own, so what is left to chance is the spread of one line.
 */
function profileLineOf({ kind, link }: ReturnType<typeof findLinkProfile>, seed: number): LineOf {
  const { kindLogSigma, lineLogSigma } = fittedLinkSpread[kind];
  const betweenLogSigma = Math.sqrt(Math.max(0, kindLogSigma ** 2 - lineLogSigma ** 2));
  const draw = normalDraw(seed, "line");
  const { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = link;
  return (key) => {
    const factor = betweenLogSigma === 0 ? 1 : Math.exp(betweenLogSigma * draw(key));
    return {
      link: {
        downlinkBitsPerSecond: Math.max(1, downlinkBitsPerSecond * factor),
        uplinkBitsPerSecond: Math.max(1, uplinkBitsPerSecond * factor),
        roundTripSeconds,
        transferLogSigma: lineLogSigma,
      },
      line: -1,
    };
  };
}

/** Rates that phones were measured with, the same both ways; what one of them varies by is taken for that of a Wi-Fi line. */
function fedscaleLineOf(seed: number): LineOf {
  const draw = uniformDraw(seed, "fedscale line");
  const { lineLogSigma } = fittedLinkSpread.wifi;
  return (key) => {
    const bitsPerSecond = 1000 * fedscaleBandwidth.quantile(draw(key));
    const rates = { downlinkBitsPerSecond: bitsPerSecond, uplinkBitsPerSecond: bitsPerSecond };
    return { link: { ...rates, roundTripSeconds: PHONE_ROUND_TRIP_SECONDS, transferLogSigma: lineLogSigma }, line: -1 };
  };
}

/** The kind of a link that was not measured line by line. @throws {ProbSelectError} selection.invalid-argument for an unknown one. */
export function linkKindOf(linkName: string): LinkKind {
  return linkName === FEDSCALE_LINK ? "wifi" : findLinkProfile(linkName).kind;
}

function measuredLineOf(lines: readonly MeasuredLine[], seed: number): LineOf {
  const draw = uniformDraw(seed, "measured line");
  const known = lines.map(
    ({ downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds, leftOutLogSigma }, line): ClientLine => {
      const transferLogSigma = leftOutLogSigma;
      return { link: { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds, transferLogSigma }, line };
    },
  );
  return (key) => known[Math.floor(draw(key) * known.length)] as ClientLine;
}
