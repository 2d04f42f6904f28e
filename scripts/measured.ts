// `npm run measured -- --data DIR [--check]`: writes what the package carries of others' measurements for truth level L2
// (experiments/measured/*.data.json). With --check it writes nothing and exits 1 if a file is not what the measurements give.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readStudyData } from "../experiments/forecast-accuracy/study/study-data.ts";
import { formatTable } from "../experiments/measured/derive/format-table.ts";
import { type LeftOutWorkload, leftOutWorkloads } from "../experiments/measured/derive/left-out-cells.ts";
import {
  exampleCountFiles,
  fedscaleTable,
  measuredCommand,
  spreadsTable,
  wifiTable,
  workloadsTable,
} from "../experiments/measured/derive/measured-tables.ts";
import { workloadScores } from "../experiments/measured/derive/workload-scores.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = ["gpu", "network", "devices"] as const;

interface Rendered {
  /** Text by path, relative to the repository. */
  readonly files: ReadonlyMap<string, string>;
  readonly workloads: readonly LeftOutWorkload[];
}

function render(data: string): Rendered {
  const text = (folder: (typeof folders)[number], file: string) => readFileSync(join(data, folder, file), "utf8");
  const workloads = leftOutWorkloads(readStudyData((file) => text("gpu", file)));
  const machines = text("gpu", "machine-spread-h100-sxm5.csv");
  const runs = text("gpu", "tf25-cnn-profet.csv");
  const examples = Object.entries(exampleCountFiles).map(([name, file]) => [name, text("devices", file)] as const);
  const capacities = text("devices", "fedscale_device_capacity.csv");
  const tables = {
    workloads: workloadsTable(workloads),
    "wifi-users": wifiTable(text("network", "flash_wifi_speed.csv")),
    "truth-spreads": spreadsTable({ machines, runs }),
    "example-counts": fedscaleTable({ examples: Object.fromEntries(examples), capacities }),
  };
  const files = Object.entries(tables).map(
    ([name, table]) => [`experiments/measured/${name}.data.json`, formatTable(table)] as const,
  );
  return { files: new Map(files), workloads };
}

function differing(files: ReadonlyMap<string, string>): readonly string[] {
  const changed = [...files].filter(([path, text]) => {
    const full = join(root, path);
    return !existsSync(full) || readFileSync(full, "utf8") !== text;
  });
  return changed.map(([path]) => path);
}

/** A sentence if the data are not there. */
function missingData(data: string | undefined): string | undefined {
  if (data === undefined) return `Say where the measurements are: ${measuredCommand}`;
  const absent = folders.find((folder) => !existsSync(join(data, folder)));
  if (absent === undefined) return undefined;
  return `There are no measurements in ${join(data, absent)}. Give the folder that has ${absent}/ in it: ${measuredCommand}`;
}

function printScores(workloads: readonly LeftOutWorkload[]): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log("Measured workloads, and how their left-out forecasts come true");
  console.table(
    workloadScores(workloads).map(({ kept, medianError, ...counts }) => ({
      ...counts,
      "median error": percent(medianError),
      "kept at 80/90/95 %": [kept[80], kept[90], kept[95]].map(percent).join(" / "),
    })),
  );
}

function main(): number {
  const { values: given } = parseArgs({
    options: { data: { type: "string" }, check: { type: "boolean", default: false } },
  });
  const lacking = missingData(given.data);
  if (lacking !== undefined) {
    console.error(lacking);
    return 2;
  }
  const { files, workloads } = render(given.data as string);
  if (!given.check) {
    for (const [path, text] of files) writeFileSync(join(root, path), text);
    printScores(workloads);
    return 0;
  }
  const paths = differing(files);
  if (paths.length > 0) {
    console.error(`Not what the measurements give: ${paths.join(", ")}. Run: ${measuredCommand}`);
    return 1;
  }
  console.log(`The measured tables are as the measurements give them (${files.size} checked).`);
  return 0;
}

process.exitCode = main();
