// How long a round's transfers take by the model of docs/emulation.md: in each round and each direction a client's line has a rate
// of its own, log-normal around the one that the client states.

import {
  DOWNLINK_VARIATION,
  logSigmaOf,
  UPLINK_VARIATION,
  WIRED_VARIATION,
} from "../../../client/emulation/emulated-spread.ts";
import type { TransferBytes } from "../../../network/link.ts";
import type { LinkKind } from "../../../network/link-spread.ts";
import { isMeasuredLink } from "../../measured/measured-lines.ts";
import type { MeasuredLine } from "../../measured/types.ts";
import { FEDSCALE_LINK, linkKindOf, type MeasuredLines } from "../population/client-links.ts";
import type { Fleet } from "../types.ts";
import type { Luck } from "./luck.ts";

export interface Transfers {
  readonly downloadSeconds: number;
  readonly uploadSeconds: number;
}

/** @param betweenSeconds from the end of the download to the start of the upload. */
export type TransfersOf = (client: number, round: number, betweenSeconds: number) => Transfers;

/** Of a line: the standard deviations of the logarithms of its rates. */
interface RateSigmas {
  readonly down: number;
  readonly up: number;
}

/** Round trips included. Clients on measured lines move their bytes by the measurements, all others by the model. */
export function modelledTransfers({
  fleet,
  bytes,
  luck,
  lines,
}: {
  readonly fleet: Fleet;
  readonly bytes: TransferBytes;
  readonly luck: Luck;
  readonly lines: MeasuredLines;
}): TransfersOf {
  const byLink = fleet.linkNames.map((name) =>
    isMeasuredLink(name)
      ? measuredTransfers(fleet, bytes, luck, lines.get(name) ?? [])
      : profileTransfers(fleet, bytes, luck, sigmasOf(linkKindOf(name))),
  );
  return (client, round, betweenSeconds) =>
    (byLink[fleet.links[client] as number] as TransfersOf)(client, round, betweenSeconds);
}

function sigmasOf(kind: LinkKind): RateSigmas {
  return kind === "wired"
    ? { down: logSigmaOf(WIRED_VARIATION), up: logSigmaOf(WIRED_VARIATION) }
    : { down: logSigmaOf(DOWNLINK_VARIATION), up: logSigmaOf(UPLINK_VARIATION) };
}

function profileTransfers(
  { columns, keys }: Fleet,
  { downloadBytes, uploadBytes }: TransferBytes,
  luck: Luck,
  sigmas: RateSigmas,
): TransfersOf {
  const { downlinkBitsPerSecond, uplinkBitsPerSecond, roundTripSeconds } = columns;
  return (client, round) => {
    const key = keys[client] as number;
    const down = (downlinkBitsPerSecond[client] as number) * Math.exp(sigmas.down * luck.normal("down", round, key));
    const up = (uplinkBitsPerSecond[client] as number) * Math.exp(sigmas.up * luck.normal("up", round, key));
    const roundTrip = roundTripSeconds[client] as number;
    return {
      downloadSeconds: roundTrip + (8 * downloadBytes) / down,
      uploadSeconds: roundTrip + (8 * uploadBytes) / up,
    };
  };
}

function measuredTransfers(
  { columns, keys, lines }: Fleet,
  { downloadBytes, uploadBytes }: TransferBytes,
  luck: Luck,
  measured: readonly MeasuredLine[],
): TransfersOf {
  const bits = { down: 8 * downloadBytes, up: 8 * uploadBytes };
  return (client, round, betweenSeconds) => {
    const line = measured[lines[client] as number] as MeasuredLine;
    const key = keys[client] as number;
    const roundTrip = columns.roundTripSeconds[client] as number;
    const draw = (purpose: string) => luck.uniform(purpose, round, key);
    const { downloadSeconds, uploadSeconds } = line.transferSeconds(bits, draw, betweenSeconds);
    return { downloadSeconds: roundTrip + downloadSeconds, uploadSeconds: roundTrip + uploadSeconds };
  };
}

/** What the transfers of these links rest on, a sentence each. */
export function transferSources(linkNames: readonly string[]): readonly string[] {
  const kinds = new Set(linkNames.filter((name) => !isMeasuredLink(name)).map(linkKindOf));
  const isWired = kinds.delete("wired");
  return [
    ...(kinds.size > 0
      ? [
          "Radio links: log-normal rates around those that a client states, with the coefficients of variation of measured " +
            `Wi-Fi (FLASH, 19 users: ${DOWNLINK_VARIATION} down, ${UPLINK_VARIATION} up).`,
        ]
      : []),
    ...(isWired
      ? [`Wired links: the same with a coefficient of variation of ${WIRED_VARIATION}, which is assumed.`]
      : []),
    ...(linkNames.includes(FEDSCALE_LINK)
      ? ["Phones' links: the stated rates are those that FedScale's clients were measured with."]
      : []),
    ...(linkNames.includes("measured-wifi") ? ["Measured Wi-Fi lines: the rates of FLASH's users."] : []),
    ...(linkNames.includes("measured-5g") ? ["Measured 5G lines: traces of a 5G network's downlink."] : []),
  ];
}
