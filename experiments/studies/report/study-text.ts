// A study's answer in a terminal: the question and its answer, the headline figures, the files.

import type { StudyReport } from "../study.ts";
import { formatEstimate } from "./format-estimate.ts";
import type { WrittenStudy } from "./write-study.ts";

export function studyText({ title, lead, truth, headline }: StudyReport, files: WrittenStudy): string {
  const width = Math.max(0, ...headline.map(({ label }) => label.length));
  return [
    title,
    `Truth ${truth}`,
    "",
    lead,
    "",
    ...headline.map((figure) => `  ${figure.label.padEnd(width)}  ${formatEstimate(figure, figure.unit)}`),
    "",
    `Report   ${files.page}`,
    `Runs     ${files.records}`,
    `Summary  ${files.summary}`,
    `Figures  ${files.figures.length}, beside the report in figures/`,
  ].join("\n");
}
