// Fits the spread of transfer times to measured networks, writes network/fitted-link-spread.ts and prints what the traces show:
//   node --import tsx scripts/fit-link-spread.ts --data ../shared/data/network
// With --check it writes nothing and exits 1 if the file is not what it would write.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fitLinkSpread, type NetworkMeasurements, tracesByKind } from "../experiments/link-spread/fit-link-spread.ts";
import { readRateMoments, readRateTraces } from "../experiments/link-spread/read-network-tables.ts";
import { studyTransfers } from "../experiments/link-spread/study-transfers.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = "network/fitted-link-spread.ts";
const command = "node --import tsx scripts/fit-link-spread.ts --data ../shared/data/network";

function readNetworks(folder: string): NetworkMeasurements {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    traces: readRateTraces(read("mobile5g_10s.csv"), read("mobile5g_trace_summary.csv")),
    wifi: readRateMoments(read("flash_wifi_speed.csv")),
  };
}

/** The generated file as biome wants it. */
function render(networks: NetworkMeasurements): string {
  const source = [
    "// Generated: spreads of transfer times by kind of link, with their provenance. See docs/link-spread.md. Do not edit; run",
    `//   ${command}`,
    "",
    'import type { LinkKind, LinkSpread } from "./link-spread.ts";',
    "",
    "/** Standard deviations of ln X, and what they rest on. */",
    `export const fittedLinkSpread: Readonly<Record<LinkKind, LinkSpread>> = ${JSON.stringify(fitLinkSpread(networks))};`,
    "",
  ].join("\n");
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const formatted = spawnSync(process.execPath, [biome, "format", `--stdin-file-path=${target}`], {
    cwd: root,
    input: source,
    encoding: "utf8",
  });
  if (formatted.status !== 0) throw new Error(`biome could not format ${target}: ${formatted.stderr}`);
  return formatted.stdout;
}

function printStudy({ traces }: NetworkMeasurements): void {
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

const { values: given } = parseArgs({
  options: { data: { type: "string" }, check: { type: "boolean", default: false } },
});
if (given.data === undefined) {
  console.error(`Say where the measurements are: ${command}`);
  process.exit(2);
}
const networks = readNetworks(given.data);
const rendered = render(networks);
if (!given.check) {
  writeFileSync(join(root, target), rendered);
  printStudy(networks);
} else if (readFileSync(join(root, target), "utf8") !== rendered) {
  console.error(`${target} is not what the measurements give. Run: ${command}`);
  process.exit(1);
}
