// `npm run fit -- --data DIR [--measurements FILE.csv ...] [--check]`: refits everything that forecasts take from measurements and
// writes it with its provenance: selection/latency/fitted/*.ts and network/fitted-link-spread.ts. Nothing in them is typed by hand.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { FittedTables } from "../experiments/forecast-accuracy/fit/fit-all.ts";
import { counted } from "../foundation/counted.ts";
import { fitForecast, forecastFiles, type ReadForFit } from "./fit/forecast.ts";
import { fitCommand, isCurrent, writeGenerated } from "./fit/generated-file.ts";
import { linkSpreadFile, printLinkStudy, readNetworks } from "./fit/link-spread.ts";

const usage = [
  "Usage: npm run fit -- --data DIR [--measurements FILE.csv ...] [--check]",
  "",
  "  --data DIR           the measurements: DIR/gpu/*.csv and DIR/network/*.csv",
  "  --measurements FILE  measured training steps of your own, in the same format; may be given more than once",
  "  --check              write nothing; fail if the files are not what the measurements give",
].join("\n");

function main(): number {
  const { values: given } = parseArgs({
    options: {
      data: { type: "string" },
      measurements: { type: "string", multiple: true, default: [] },
      check: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (given.help || given.data === undefined) {
    (given.help ? console.log : console.error)(usage);
    return given.help ? 0 : 2;
  }
  const lacking = missingData(given.data, given.measurements);
  if (lacking !== undefined) {
    console.error(lacking);
    return 2;
  }
  const { input, tables } = fitForecast(join(given.data, "gpu"), given.measurements);
  const networks = readNetworks(join(given.data, "network"));
  const files = [...forecastFiles(tables), linkSpreadFile(networks)];
  if (given.check) {
    const stale = files.filter((file) => !isCurrent(file)).map(({ target }) => target);
    if (stale.length > 0) console.error(`Not what the measurements give: ${stale.join(", ")}. Run: ${fitCommand}`);
    else console.log(`The fitted files are as the measurements give them (${files.length} checked).`);
    return stale.length > 0 ? 1 : 0;
  }
  for (const file of files) writeGenerated(file);
  printForecastFit(input, tables);
  printLinkStudy(networks);
  return 0;
}

/** A sentence if a folder or a file that was named is not there. */
function missingData(data: string, measurements: readonly string[]): string | undefined {
  for (const part of ["gpu", "network"]) {
    const folder = join(data, part);
    if (existsSync(folder)) continue;
    return `There are no measurements in ${folder}. Give the folder that has ${part}/ in it: ${fitCommand}`;
  }
  const absent = measurements.find((file) => !existsSync(file));
  return absent === undefined ? undefined : `There is no file ${absent}. Give --measurements a CSV of training steps.`;
}

function printForecastFit({ skipped }: ReadForFit, { roofline, spreads }: FittedTables): void {
  const coefficients = Object.entries(roofline).flatMap(([stack, byPrecision]) =>
    Object.entries(byPrecision).map(([precision, fit]) => ({
      fit: `${stack} ${precision}`,
      rows: fit.rows,
      gpus: fit.gpus,
      networks: fit.networks,
      ...Object.fromEntries(Object.entries(fit.coefficients).map(([name, value]) => [name, value.toPrecision(3)])),
    })),
  );
  console.log("Coefficients of the roofline");
  console.table(coefficients);
  console.log("Spread of each tier, from predictions that the fit had not seen");
  console.table(
    Object.entries(spreads).map(([tier, { rows, relativeSigma, logSigma, logScale, degreesOfFreedom }]) => ({
      tier,
      rows,
      "sd of 1/R": relativeSigma.toFixed(3),
      "sd of ln R": logSigma.toFixed(3),
      "scale of t": logScale.toFixed(3),
      "degrees of freedom": degreesOfFreedom,
    })),
  );
  for (const [file, reasons] of skipped) {
    for (const { reason, rows } of reasons) console.log(`${file}: ${counted(rows, "row")} not used: ${reason}`);
  }
}

process.exitCode = main();
