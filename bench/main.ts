// `npm run bench [-- NAME...] [--json]`: the quick benchmarks. Each figure stands beside a peer or a limit of the same run.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { accumulate } from "./accumulate.ts";
import { agent } from "./agent/agent.ts";
import { flute } from "./flute/flute.ts";
import { forecast } from "./forecast/forecast.ts";
import { governor } from "./governor/governor.ts";
import { kernels } from "./kernels/kernels.ts";
import { load, soak } from "./load/load.ts";
import type { Benchmark, Measurement } from "./measurement.ts";
import { secureAggregation } from "./secure-aggregation/secure-aggregation.ts";
import { selection } from "./selection/selection.ts";
import { simulate } from "./simulate/simulate.ts";
import { transfer } from "./transfer/transfer.ts";

const benchmarks: readonly Benchmark[] = [
  kernels,
  governor,
  forecast,
  selection,
  accumulate,
  secureAggregation,
  transfer,
  simulate,
  flute,
  load,
  soak,
  agent,
];

const usage = [
  "Usage: npm run bench [-- NAME...] [--json]",
  "",
  ...benchmarks.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`),
  "",
  "Without a name, all but the long ones. --json prints one JSON array, the last line of stdout.",
].join("\n");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    console.error(`There is no benchmark "${unknown.join('", "')}".\n\n${usage}`);
    return 2;
  }
  const chosen = benchmarks.filter(({ name, isLong = false }) =>
    positionals.length === 0 ? !isLong : positionals.includes(name),
  );
  const say = (line: string) => console.error(line);
  say(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}\n`);
  const measurements: Measurement[] = [];
  for (const benchmark of chosen) {
    say(`${benchmark.name}: ${benchmark.summary}`);
    const found = await benchmark.run((line) => say(`  ${line}`), { wasNamed: positionals.length > 0 });
    measurements.push(...found);
    if (!values.json) console.log(`${format(found)}\n`);
  }
  if (values.json) console.log(JSON.stringify(measurements));
  return 0;
}

function format(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: ["", "value", "unit", "ratio", "against", "peak memory"],
    colAligns: ["left", "right", "left", "right", "left", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, value, unit, ratio, against, peakRssBytes } of measurements) {
    table.push([
      name,
      value === null ? "-" : significant(value),
      unit,
      ratio === null ? "" : `${significant(ratio)} x`,
      against ?? "",
      `${(peakRssBytes / 2 ** 20).toFixed(0)} MiB`,
    ]);
  }
  const notes = measurements.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]));
  return [table.toString(), ...notes].join("\n");
}

/** Three significant digits: 0.00238, 17.2, 150, 18,815,683. */
const significant = (value: number) =>
  value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(`bench: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
}
