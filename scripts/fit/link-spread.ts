// The spread of transfer times from measured networks: network/fitted-link-spread.ts, and what the traces show.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  fitLinkSpread,
  type NetworkMeasurements,
  tracesByKind,
} from "../../experiments/link-spread/fit-link-spread.ts";
import { readRateMoments, readRateTraces } from "../../experiments/link-spread/read-network-tables.ts";
import { studyTransfers } from "../../experiments/link-spread/study-transfers.ts";
import { type GeneratedFile, generatedConstant } from "./generated-file.ts";

/** @param folder with mobile5g_10s.csv, mobile5g_trace_summary.csv and flash_wifi_speed.csv. */
export function readNetworks(folder: string): NetworkMeasurements {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    traces: readRateTraces(read("mobile5g_10s.csv"), read("mobile5g_trace_summary.csv")),
    wifi: readRateMoments(read("flash_wifi_speed.csv")),
  };
}

export function linkSpreadFile(networks: NetworkMeasurements): GeneratedFile {
  return generatedConstant({
    target: "network/fitted-link-spread.ts",
    about: "spreads of transfer times by kind of link, with their provenance. See docs/method.md, section 2.",
    imports: 'import type { LinkKind, LinkSpread } from "./link-spread.ts";',
    docstring: "Standard deviations of ln X, and what they rest on.",
    declaration: "fittedLinkSpread: Readonly<Record<LinkKind, LinkSpread>>",
    value: fitLinkSpread(networks),
  });
}

/** Prints how well a log-normal describes the traces, for transfers of several lengths. */
export function printLinkStudy({ traces }: NetworkMeasurements): void {
  for (const [kind, ofKind] of Object.entries(tracesByKind(traces))) {
    const studies = [1, 10, 30, 60, 120, 300].map((seconds) => studyTransfers(ofKind, seconds));
    console.log(`\n${kind}: ${ofKind.length} traces (sigma of ln X; shares of transfers, each trace left out in turn)`);
    console.table(
      studies.map(({ nominalSeconds, lineCalibration: line, kindCalibration: kindOnly, ...study }) => ({
        seconds: nominalSeconds,
        line: study.lineLogSigma.toFixed(2),
        robust: study.robustLineLogSigma.toFixed(2),
        kind: study.kindLogSigma.toFixed(2),
        "line in 50/80/95": shares(line.inside50, line.inside80, line.inside95),
        "kept 80/90/95": shares(line.keptAt80, line.keptAt90, line.keptAt95),
        "kind in 50/80/95": shares(kindOnly.inside50, kindOnly.inside80, kindOnly.inside95),
        "kept 80/90/95 ": shares(kindOnly.keptAt80, kindOnly.keptAt90, kindOnly.keptAt95),
      })),
    );
    console.log("median of ln X if the stated rate is the trace's");
    console.table(
      studies.map(({ nominalSeconds, medianLogFactor }) => ({
        seconds: nominalSeconds,
        ...Object.fromEntries(Object.entries(medianLogFactor).map(([rate, value]) => [rate, value.toFixed(2)])),
      })),
    );
  }
}

const shares = (...values: readonly number[]) => values.map((value) => (100 * value).toFixed(0)).join(" / ");
