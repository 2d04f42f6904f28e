// Named links, so that an experiment or a client need not know its numbers. They are typical figures, not measurements of
// any one line: state the real rates where they are known. So their spread is that of the kind, with the difference between lines.

import { ProbSelectError } from "../foundation/errors.ts";
import { fittedLinkSpread } from "./fitted-link-spread.ts";
import type { NetworkLink } from "./link.ts";
import type { LinkKind } from "./link-spread.ts";

export interface LinkProfile {
  readonly name: string;
  readonly description: string;
  readonly link: NetworkLink & { readonly transferLogSigma: number };
  /** Whose spread the link has. */
  readonly kind: LinkKind;
  /** Where the spread comes from; "assumption" where nothing was measured. */
  readonly spreadSource: string;
  /** Where each figure comes from; "assumption" where it is only plausible. */
  readonly source: string;
}

interface Figures {
  readonly downlinkMegabitsPerSecond: number;
  readonly uplinkMegabitsPerSecond: number;
  readonly roundTripMilliseconds: number;
  readonly kind: LinkKind;
}

function profile(name: string, description: string, figures: Figures, source: string): LinkProfile {
  const { kind } = figures;
  const { kindLogSigma, source: spreadSource } = fittedLinkSpread[kind];
  const link = {
    downlinkBitsPerSecond: figures.downlinkMegabitsPerSecond * 1e6,
    uplinkBitsPerSecond: figures.uplinkMegabitsPerSecond * 1e6,
    roundTripSeconds: figures.roundTripMilliseconds / 1000,
    transferLogSigma: kindLogSigma,
  };
  return { name, description, link, kind, spreadSource, source };
}

const profiles: readonly LinkProfile[] = [
  profile(
    "datacentre",
    "a server in the aggregator's data centre",
    { downlinkMegabitsPerSecond: 10_000, uplinkMegabitsPerSecond: 10_000, roundTripMilliseconds: 0.5, kind: "wired" },
    "rates: 10 Gigabit Ethernet (IEEE 802.3ae); round trip: assumption",
  ),
  profile(
    "office-fibre",
    "a workstation behind a symmetric gigabit line",
    { downlinkMegabitsPerSecond: 1000, uplinkMegabitsPerSecond: 1000, roundTripMilliseconds: 5, kind: "wired" },
    "rates: Gigabit Ethernet (IEEE 802.3ab); round trip: assumption",
  ),
  profile(
    "home-broadband",
    "a desktop on a wired consumer line",
    { downlinkMegabitsPerSecond: 100, uplinkMegabitsPerSecond: 20, roundTripMilliseconds: 20, kind: "wired" },
    "rates: the FCC's broadband benchmark of 2024; round trip: assumption",
  ),
  profile(
    "wifi",
    "a device on shared Wi-Fi behind a consumer line",
    { downlinkMegabitsPerSecond: 50, uplinkMegabitsPerSecond: 15, roundTripMilliseconds: 30, kind: "wifi" },
    "rates and round trip: assumption (home-broadband, less for the shared medium)",
  ),
  profile(
    "lte",
    "a phone or gateway on a 4G network",
    { downlinkMegabitsPerSecond: 20, uplinkMegabitsPerSecond: 8, roundTripMilliseconds: 50, kind: "lte" },
    "rates and round trip: assumption (a fraction of the 150/50 Mbit/s peak of an LTE category 4 device, 3GPP TS 36.306)",
  ),
  profile(
    "5g",
    "a phone or gateway on a 5G network",
    { downlinkMegabitsPerSecond: 100, uplinkMegabitsPerSecond: 50, roundTripMilliseconds: 30, kind: "mobile-5g" },
    "rates: user-experienced data rates of ITU-R M.2410; round trip: assumption",
  ),
  profile(
    "leo-satellite",
    "a terminal or spacecraft on a low-orbit broadband constellation",
    { downlinkMegabitsPerSecond: 100, uplinkMegabitsPerSecond: 10, roundTripMilliseconds: 50, kind: "satellite" },
    "rates and round trip: assumption (550 km up and down twice are 7 ms; the rest is routing and scheduling)",
  ),
  profile(
    "geo-satellite",
    "a terminal on a geostationary satellite",
    { downlinkMegabitsPerSecond: 50, uplinkMegabitsPerSecond: 5, roundTripMilliseconds: 600, kind: "satellite" },
    "round trip: 4 x 35,786 km at the speed of light are 477 ms, the rest is an assumption; rates: assumption",
  ),
  profile(
    "satellite-narrowband",
    "a small spacecraft or buoy on a low-orbit narrowband service",
    { downlinkMegabitsPerSecond: 0.704, uplinkMegabitsPerSecond: 0.352, roundTripMilliseconds: 700, kind: "satellite" },
    "rates and round trip: assumption (after the advertised maxima of the service class Iridium Certus 700)",
  ),
];

/** Every profile by its name, from the fastest to the slowest kind of network. */
export const linkProfiles: Readonly<Record<string, LinkProfile>> = Object.fromEntries(
  profiles.map((each) => [each.name, each]),
);

/**
 * The profile of that name, in any case.
 *
 * @throws {ProbSelectError} selection.invalid-argument where there is none; the message lists the names.
 * @example findLinkProfile("lte").link.uplinkBitsPerSecond // 8e6
 */
export function findLinkProfile(name: string): LinkProfile {
  const found = profiles.find((each) => each.name === name.trim().toLowerCase());
  if (found) return found;
  const names = profiles.map((each) => each.name).join(", ");
  throw new ProbSelectError("selection.invalid-argument", `No link profile is named "${name}". Known: ${names}.`);
}
