// A study as one HTML file that needs nothing else: no script, no font, no network.

import { type Figure, HALF_WIDTH } from "../../report/figures/figure.ts";
import { html, type Markup, raw } from "../../report/html.ts";
import { styleSheet } from "../../report/style.ts";
import type { HeadlineFigure, StudyReport, StudySection, StudyTable } from "../study.ts";
import { formatParts } from "./format-estimate.ts";
import { definitionsOf } from "./metric-definitions.ts";
import { type StudyRun, seedWords } from "./study-run.ts";

/** What a study's page has beyond a run's report. */
export const studyStyle = `
.badge{display:inline-block;margin:4px 0 0;padding:4px 12px;border:1px solid var(--completed);border-radius:999px;font-size:13px;color:var(--ink)}
.badge b{color:var(--completed);font-weight:650}
.study-cards{grid-template-columns:repeat(auto-fit,minmax(210px,1fr))}
.card .interval{font-size:14px;font-weight:600;color:var(--ink)}
.study-table{margin:0 0 32px}
.study-table caption{caption-side:top;text-align:left;font-size:14px;font-weight:600;padding:0 0 8px}
.study-table td:not(:last-child),.study-table th:not(:last-child){padding-right:18px}
@media screen and (max-width:760px){.study-cards{grid-template-columns:1fr 1fr}}
@media screen and (max-width:480px){.study-cards{grid-template-columns:1fr}}
@media print{.study-table{break-inside:auto}}
`.trim();

/** Longer descriptions are folded away: they repeat a figure's values in words. */
const LONGEST_CAPTION = 280;

export function renderStudyPage(report: StudyReport, run: StudyRun): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="ProbSelect ${run.version}">
<title>${report.title} · ProbSelect study</title>
<style>${raw(styleSheet)}
${raw(studyStyle)}</style>
</head>
<body>
<main>
<header>
  <p class="kicker">ProbSelect study</p>
  <h1>${report.title}</h1>
  <p class="lead">${report.lead}</p>
  <p class="badge"><b>Truth</b> ${report.truth}</p>
  ${report.headline.length === 0 ? null : html`<dl class="cards study-cards">${report.headline.map(card)}</dl>`}
</header>
${report.sections.map(sectionElement)}
${definitionsSection(report)}
${reproductionSection(report, run)}
</main>
</body>
</html>
`;
  return page.text;
}

function card({ label, unit, note, ...estimate }: HeadlineFigure): Markup {
  const { value, interval } = formatParts(estimate, unit);
  return html`<div class="card"><dt>${label}</dt><dd class="value">${value}</dd>${
    interval === null ? null : html`<dd class="interval">95 % interval ${interval}</dd>`
  }<dd class="note">${note}</dd></div>`;
}

function sectionElement({ title, paragraphs, figures, tables }: StudySection): Markup {
  return html`
<section>
  <h2>${title}</h2>
  ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
  ${rowsOf(figures).map((row) => (row.length > 1 ? html`<div class="pair">${row.map(figureElement)}</div>` : row.map(figureElement)))}
  ${tables.map(tableElement)}
</section>`;
}

/** Two figures of half the width that follow each other share a row. */
function rowsOf(figures: readonly Figure[]): readonly (readonly Figure[])[] {
  const rows: Figure[][] = [];
  for (const figure of figures) {
    const [first, second] = rows.at(-1) ?? [];
    if (figure.width === HALF_WIDTH && first?.width === HALF_WIDTH && second === undefined) rows.at(-1)?.push(figure);
    else rows.push([figure]);
  }
  return rows;
}

export function figureElement({ svg, description }: Figure): Markup {
  const caption =
    description.length <= LONGEST_CAPTION
      ? html`<figcaption>${description}</figcaption>`
      : html`<figcaption><details><summary>Values in words</summary>${description}</details></figcaption>`;
  return html`<figure>${raw(svg)}${caption}</figure>`;
}

export function tableElement({ caption, columns, rows }: StudyTable): Markup {
  const classOf = (index: number) => (columns[index]?.align === "right" ? "number" : "text");
  return html`<div class="scroll study-table"><table>
    <caption>${caption}</caption>
    <thead><tr>${columns.map(({ label }, index) => html`<th class="${classOf(index)}">${label}</th>`)}</tr></thead>
    <tbody>${rows.map(([first, ...others]) => html`<tr><th scope="row" class="${classOf(0)}">${first}</th>${others.map((cell, index) => html`<td class="${classOf(index + 1)}">${cell}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

function definitionsSection(report: StudyReport): Markup {
  const terms: readonly (readonly [string, string])[] = [
    ...definitionsOf(report).map(({ term, meaning }) => [term, meaning] as const),
    [
      "95 % interval",
      "Expanded percentile interval of a bootstrap: whole seeds (a fleet with its luck) are resampled, never single rounds, and where there are five workloads or more the workloads, too, apart from the seeds, which are the same for all of them (Owen 2007; somewhat too wide rather than too narrow). Policies that are compared meet the same fleets and the same luck, and differences are taken seed by seed. Fewer than five seeds give none.",
    ],
    [
      "Levels of truth",
      "L1: times from a model of device and link that the forecaster does not share. L2: measured training times and measured links. L3: real processes. Levels are never mixed.",
    ],
  ];
  return html`
<section>
  <h2>How the numbers are defined</h2>
  <dl class="definitions">${terms.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
</section>`;
}

function reproductionSection({ truth, records }: StudyReport, run: StudyRun): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ["ProbSelect", run.version],
    ["Seeds", seedWords(run)],
    ["Truth", truth],
    [
      "Data",
      `${run.name}.ndjson: ${records.length} records, one a line; ${run.name}.csv: the summary; figures/: the figures`,
    ],
  ];
  return html`
<section>
  <h2>How to get this again</h2>
  <p>The same version and the same seeds give the same numbers on any machine, and these files byte for byte.</p>
  <pre>${run.command}</pre>
  <dl class="definitions">${rows.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
</section>`;
}
