// What a figure says beneath itself of measured truth: whose measurements its times are, and what was assumed on top of them.

import { counted } from "../../foundation/counted.ts";
import { percent } from "../simulation/truth/percent.ts";
import type { Fleet } from "../simulation/types.ts";
import { isMeasuredLink } from "./measured-lines.ts";
import { gpusOf } from "./measured-workloads.ts";
import { UPLINK_SHARE } from "./trace-lines.ts";
import spreads from "./truth-spreads.data.json" with { type: "json" };
import type { MeasuredLine, MeasuredLinkName, MeasuredWorkload } from "./types.ts";
import wifi from "./wifi-users.data.json" with { type: "json" };

/** A sentence each. Only of links that some client has. */
export function truthSources({
  fleet,
  workload,
  lines,
}: {
  readonly fleet: Fleet;
  readonly workload: MeasuredWorkload;
  readonly lines: ReadonlyMap<string, readonly MeasuredLine[]>;
}): readonly string[] {
  const used = new Set(fleet.links);
  const names = fleet.linkNames.filter((_, index) => used.has(index));
  const plain = names.filter((name) => !isMeasuredLink(name));
  return [
    computeSentence(fleet, workload),
    `Machines of one GPU differ by a log-normal factor with sigma ${percent(spreads.machine.logSigma)}: ${spreads.machine.basis}; ` +
      `${spreads.machine.source}. That other GPUs differ as much is an assumption.`,
    `Rounds on one machine differ by a log-normal factor with sigma ${percent(spreads.round.logSigma)}: ${spreads.round.basis}; ` +
      `${spreads.round.source}. No other job is on the device.`,
    ...names.filter(isMeasuredLink).map((name) => lineSentences[name](lines.get(name)?.length ?? 0)),
    ...(plain.length === 0 ? [] : [plainSentence(plain)]),
  ];
}

function computeSentence({ devices }: Fleet, { key, cells, licence }: MeasuredWorkload): string {
  const own = new Set(devices.map(({ device }) => (device.kind === "known" ? device.device.name : "")));
  const taken = cells.filter(({ gpu }) => own.has(gpu));
  const repositories = [...new Set(cells.map(({ source }) => source))].join(", ");
  const gpus = gpusOf(taken).length;
  return (
    `Compute times are the measured training steps of ${key}: ${counted(taken.length, "cell")} of ` +
    `${counted(gpus, "GPU")} (${repositories}, ${licence}). Where several machines were measured with a GPU, each of ` +
    `its clients has one of them; a batch that is not full takes as long as a full one.`
  );
}

const lineSentences: Readonly<Record<MeasuredLinkName, (count: number) => string>> = {
  "measured-wifi": (count) =>
    `Wi-Fi transfers have log-normal rates with the measured mean and standard deviation of ${count} users ` +
    `(${wifi.source.repository}, ${wifi.source.licence}); that form, that down and up are ` +
    "independent, and the round trip are assumptions. The forecast has the same form and the stated median; only the spread is left out.",
  "measured-wifi-weibull": (count) =>
    `Wi-Fi transfers have Weibull rates with the measured mean and standard deviation of ${count} users ` +
    `(${wifi.source.repository}, ${wifi.source.licence}), who state the medians of log-normal ones; the law's form, that down and up are ` +
    "independent, and the round trip are assumptions.",
  "measured-5g": (count) =>
    `5G transfers go over measured traces of ten-second means, ${count} in number (uccmisl/5Gdataset, GPL-3.0: read from the user's ` +
    `folder), from a random moment on; that the uplink has ${UPLINK_SHARE} of the downlink's rate and the round trip are assumptions.`,
};

function plainSentence(names: readonly string[]): string {
  const several = names.length > 1;
  return (
    `The link${several ? "s" : ""} ${names.join(", ")} ${several ? "were" : "was"} not measured: transfers go at the stated rates ` +
    `without any spread, which is kind to every forecast.`
  );
}
