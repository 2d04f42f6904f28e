// The tables that the package carries of others' measurements, as objects: what scripts/measured.ts writes, and the readers beside it
// take. Each names whose figures they are, and under which licence.

import { z } from "zod";
import { gpuOf } from "../../forecast-accuracy/fit/leave-out.ts";
import { readRows } from "../../forecast-accuracy/read-rows.ts";
import { cnnSources, tensorflowSource } from "../../forecast-accuracy/study/study-data.ts";
import { readRateMoments } from "../../link-spread/read-network-tables.ts";
import type { LeftOutCell, LeftOutWorkload } from "./left-out-cells.ts";
import { quantileTable } from "./quantile-table.ts";
import { machineSigma, roundSigma } from "./truth-spreads.ts";
import { wifiUsers } from "./wifi-table.ts";

export const measuredCommand = "npm run measured -- --data ../shared/data";
const about = (what: string) => `Generated: ${what} Do not edit; run ${measuredCommand}. See docs/measured-truth.md.`;

/** Copyright lines, where a source has one. */
const copyrights: Readonly<Record<string, string>> = {
  "xiaoran007/GPU-Insights": "Copyright (c) 2025, xiaoran007",
  "ddps-lab/profet": "Copyright (c) 2021 anonymous-profet",
  fedscale: "Copyright 2021 University of Michigan, Symbiotic Lab",
};

/** One row a cell, in this order; seconds are of one training step. */
const cellColumns = [
  "gpu",
  "stepSeconds",
  "forecastSeconds",
  "relativeSigma",
  "logSigma",
  "logScale",
  "degreesOfFreedom",
];

/** @param workloads as `leftOutWorkloads` gives them. */
export function workloadsTable(workloads: readonly LeftOutWorkload[]): unknown {
  const carried = new Set(workloads.map((cells) => (cells[0] as LeftOutCell).step.source));
  const sources = [...cnnSources, tensorflowSource].filter(({ name }) => carried.has(name));
  return {
    about: about(
      "measured training steps, with the forecast of coefficients fitted without the GPU and the network, and its spreads.",
    ),
    sources: sources.map(({ name, repository, licence, what }) => ({
      ...{ name, repository, licence, what },
      ...(copyrights[repository] !== undefined && { copyright: copyrights[repository] }),
    })),
    columns: cellColumns,
    workloads: workloads.map(workloadEntry).toSorted((a, b) => collate(sortKey(a), sortKey(b))),
  };
}

function workloadEntry(cells: LeftOutWorkload) {
  const { source, stack, network, precision, batchSize, imageSize, classCount } = (cells[0] as LeftOutCell).step;
  const rows = cells
    .toSorted((a, b) => collate(gpuOf(a.step), gpuOf(b.step)) || a.step.stepSeconds - b.step.stepSeconds)
    .map(({ step, predictedSeconds, spread }) => [
      gpuOf(step),
      ...[step.stepSeconds, predictedSeconds].map(fiveDigits),
      ...[spread.relativeSigma, spread.logSigma, spread.logScale, spread.degreesOfFreedom].map(fiveDigits),
    ]);
  return {
    workload: {
      ...{ source, stack, network, precision, batchSize },
      ...(imageSize !== undefined && { imageSize }),
      ...(classCount !== undefined && { classCount }),
    },
    cells: rows,
  };
}

function sortKey({ workload }: ReturnType<typeof workloadEntry>): string {
  const { stack, network, precision, batchSize, imageSize = 0 } = workload;
  const [batch, pixels] = [batchSize, imageSize].map((count) => String(count).padStart(7, "0"));
  return [stack, network.toLowerCase(), precision, batch, pixels].join("/");
}

/** @param users the text of flash_wifi_speed.csv. */
export function wifiTable(users: string): unknown {
  return {
    about: about("rates of Wi-Fi users; the last column is the sd of ln X, pooled over the lines of all other users."),
    source: { repository: "PKU-Chengxu/FLASH", licence: "BSD-2-Clause" },
    columns: [
      "user",
      "downMeanBitsPerSecond",
      "downDeviationBitsPerSecond",
      "upMeanBitsPerSecond",
      "upDeviationBitsPerSecond",
      "leftOutLogSigma",
    ],
    users: wifiUsers(readRateMoments(users)).map(({ user, down, up, leftOutLogSigma }) => [
      user,
      ...[down, up].flatMap(({ meanBitsPerSecond, deviationBitsPerSecond }) =>
        [meanBitsPerSecond, deviationBitsPerSecond].map(Math.round),
      ),
      fiveDigits(leftOutLogSigma),
    ]),
  };
}

/** @param texts of machine-spread-h100-sxm5.csv and tf25-cnn-profet.csv. */
export function spreadsTable(texts: { readonly machines: string; readonly runs: string }): unknown {
  const machine = machineSigma(texts.machines);
  const round = roundSigma(texts.runs);
  return {
    about: about(
      "how far machines of one GPU, and rounds of one machine, are apart: standard deviations of ln(seconds).",
    ),
    machine: {
      logSigma: fiveDigits(machine.logSigma),
      medianLogSigma: fiveDigits(machine.medianLogSigma),
      basis:
        `root mean square over ${machine.groups} jobs of the sd of ln(samples/s), ` +
        `${machine.rows} runs on servers of one kind (H100 SXM5)`,
      source: "lambdal/deeplearning-benchmark (no licence file: derived from its figures)",
    },
    round: {
      logSigma: fiveDigits(round.logSigma),
      medianLogSigma: fiveDigits(round.medianLogSigma),
      basis: `root mean square over ${round.rows} cells of the log-normal sigma of nine runs`,
      source: "ddps-lab/profet (MIT)",
    },
  };
}

/** Fifths of a percent: between such quantiles the means of the counts come out within 2.5 %, for all their long tails. */
const QUANTILE_STEPS = 500;
const samplesSchema = z.object({ samples: z.coerce.number("is no number").int().min(1) });
const capacitySchema = z.object({
  bandwidth_kbps: z.coerce.number("is no number").positive(),
  infer_ms_per_sample: z.coerce.number("is no number").positive(),
});

/** The files of example counts by data set. */
export const exampleCountFiles = {
  openimage: "fedscale_samples_openimage.csv",
  "google-speech": "fedscale_samples_google_speech.csv",
  stackoverflow: "fedscale_samples_stackoverflow.csv",
  har: "fedscale_samples_har.csv",
} as const;

/** @param texts the example counts' by data set, and fedscale_device_capacity.csv. */
export function fedscaleTable(texts: {
  readonly examples: Readonly<Record<string, string>>;
  readonly capacities: string;
}): unknown {
  const tableOf = (values: readonly number[]) => ({
    clients: values.length,
    quantiles: quantileTable(values, QUANTILE_STEPS).map(fiveDigits),
  });
  const examples = Object.entries(texts.examples).map(
    ([name, text]) =>
      [name, tableOf(readRows(samplesSchema, text, `the examples of ${name}`).map((row) => row.samples))] as const,
  );
  const capacities = readRows(capacitySchema, texts.capacities, "the capacities");
  return {
    about: about(
      `quantiles at 0, 1/${QUANTILE_STEPS} .. 1 of the clients of federated data sets: examples a client, and kbit/s and milliseconds of an inference of a phone.`,
    ),
    source: {
      ...{ repository: "SymbioticLab/FedScale", licence: "Apache-2.0", copyright: copyrights.fedscale },
      changes: "the values of the clients are reduced to quantiles",
    },
    examples: Object.fromEntries(examples),
    bandwidthKilobitsPerSecond: tableOf(capacities.map((row) => row.bandwidth_kbps)),
    inferenceMillisecondsPerExample: tableOf(capacities.map((row) => row.infer_ms_per_sample)),
  };
}

function fiveDigits(value: number): number {
  return Number(value.toPrecision(5));
}

/** By code units: the same on every machine. */
function collate(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
