// Studies how good the forecast is on measured training times, and writes docs/accuracy.md with its figures:
//   npm run accuracy -- --data ../shared/data
// With --check it writes nothing and exits 1 if a file is not what it would write; with --json it writes nothing and prints the
// headline figures as one JSON object.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { accuracyCommand, accuracySummary } from "../experiments/forecast-accuracy/study/accuracy-summary.ts";
import { accuracyFigures } from "../experiments/forecast-accuracy/study/figures/accuracy-figures.ts";
import { headline } from "../experiments/forecast-accuracy/study/headline.ts";
import { accuracyPage } from "../experiments/forecast-accuracy/study/page/accuracy-page.ts";
import { type AccuracyStudy, runStudy } from "../experiments/forecast-accuracy/study/run-study.ts";
import { readStudyData } from "../experiments/forecast-accuracy/study/study-data.ts";
import { standaloneSvg } from "../experiments/report/figures/figure.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Text by path, relative to the repository. */
function render(study: AccuracyStudy): ReadonlyMap<string, string> {
  const figures = accuracyFigures(study);
  return new Map([
    ["docs/accuracy.md", accuracyPage(study, figures)],
    ...figures.map((figure) => [`docs/images/${figure.name}.svg`, standaloneSvg(figure)] as const),
  ]);
}

/** Figures of an earlier page that this one does not have. */
function strayFigures(files: ReadonlyMap<string, string>): readonly string[] {
  return readdirSync(join(root, "docs/images"))
    .filter((name) => /^accuracy-.*\.svg$/.test(name))
    .map((name) => `docs/images/${name}`)
    .filter((path) => !files.has(path));
}

function differing(files: ReadonlyMap<string, string>): readonly string[] {
  const changed = [...files].filter(([path, text]) => {
    const full = join(root, path);
    return !existsSync(full) || readFileSync(full, "utf8") !== text;
  });
  return [...changed.map(([path]) => path), ...strayFigures(files)];
}

function write(files: ReadonlyMap<string, string>): void {
  for (const path of strayFigures(files)) rmSync(join(root, path));
  for (const [path, text] of files) writeFileSync(join(root, path), text);
}

function printSummary(study: AccuracyStudy): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.table(
    accuracySummary(study).map(({ known, rows, mape, medianApe }) => ({
      known,
      rows,
      mean: percent(mape),
      median: percent(medianApe),
    })),
  );
}

const { values: given } = parseArgs({
  options: {
    data: { type: "string" },
    check: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const folder = given.data === undefined ? undefined : join(given.data, "gpu");
if (folder === undefined || !existsSync(folder)) {
  console.error(
    folder === undefined
      ? `Say where the measurements are: ${accuracyCommand}`
      : `There are no measurements in ${folder}. Give the folder that has gpu/ in it: ${accuracyCommand}`,
  );
  process.exit(2);
}
const study = runStudy(readStudyData((file) => readFileSync(join(folder, file), "utf8")));
if (given.json) {
  console.log(JSON.stringify(headline(study)));
} else if (!given.check) {
  write(render(study));
  printSummary(study);
} else {
  const files = render(study);
  const paths = differing(files);
  if (paths.length > 0) {
    console.error(`Not what the measurements give: ${paths.join(", ")}. Run: ${accuracyCommand}`);
    process.exit(1);
  }
  console.log(`The page and its figures are as the measurements give them (${files.size} checked).`);
}
