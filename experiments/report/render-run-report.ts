// A run's journal as one HTML file that needs nothing else: no script, no font, no network.

import type { JournalRecord } from "../../server/journal/events.ts";
import type { PolicyReplay } from "../replay/replay-policy.ts";
import { complianceFigure } from "./figures/compliance.ts";
import { deviceSecondsFigure } from "./figures/device-seconds.ts";
import type { Figure } from "./figures/figure.ts";
import { forecastFigure } from "./figures/forecast-and-actual.ts";
import { accuracyFigure, lossFigure } from "./figures/learning.ts";
import { reliabilityFigure } from "./figures/reliability.ts";
import { selectionFigure } from "./figures/selection-matrix.ts";
import { headline } from "./headline.ts";
import { html, type Markup, raw } from "./html.ts";
import { collectRun, type RunData } from "./run-data.ts";
import { definitionsSection, incidentsSection, provenanceSection } from "./sections/closing-sections.ts";
import { fleetSection } from "./sections/fleet-section.ts";
import { headlineSection } from "./sections/headline-section.ts";
import { roundsSection } from "./sections/rounds-section.ts";
import { styleSheet } from "./style.ts";
import { type Truth, truthOf } from "./truth.ts";

/** What a report can show beyond the journal. */
export interface ReportExtras {
  /** What another policy would have got in the same rounds. */
  readonly comparison?: PolicyReplay | undefined;
  /** Where the durations come from, if the journal does not say enough. */
  readonly truth?: Truth | undefined;
}

/**
 * The report as HTML.
 *
 * @throws {ProbSelectError} server.malformed-journal if the records are not those of a run.
 */
export function renderRunReport(records: readonly JournalRecord[], extras: ReportExtras = {}): string {
  const run = collectRun(records);
  const truth = extras.truth ?? truthOf(run);
  const { comparison } = extras;
  const learning = [accuracyFigure(run), lossFigure(run)];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="generator" content="ProbSelect ${run.started.probselectVersion}">
<title>${run.started.runName} · ProbSelect run report</title>
<style>${raw(styleSheet)}</style>
</head>
<body>
<main>
${headlineSection(run, headline(run), comparison)}
<section id="figures">
  <h2>Selection against the deadline</h2>
  ${figureElement(forecastFigure(run, truth.name))}
  ${figureElement(selectionFigure(run))}
  <h2>Service level and waste</h2>
  ${figureElement(deviceSecondsFigure(run, comparison, truth.name))}
  <div class="pair">${[complianceFigure(run, comparison), reliabilityFigure(run)].map(figureElement)}</div>
  <h2>Learning</h2>
  <div class="pair">${learning.map(figureElement)}</div>
</section>
${roundsSection(run)}
${fleetSection(run)}
${incidentsSection(run)}
${definitionsSection(comparison)}
${provenanceSection(run, truth)}
</main>
</body>
</html>
`;
  return page.text;
}

/** Every figure that the run has data for. */
export function runFigures(run: RunData, extras: ReportExtras = {}): readonly Figure[] {
  const truth = extras.truth ?? truthOf(run);
  return [
    forecastFigure(run, truth.name),
    selectionFigure(run),
    deviceSecondsFigure(run, extras.comparison, truth.name),
    complianceFigure(run, extras.comparison),
    reliabilityFigure(run),
    accuracyFigure(run),
    lossFigure(run),
  ].filter((figure) => figure !== null);
}

function figureElement(figure: Figure | null): Markup | null {
  return figure && html`<figure>${raw(figure.svg)}<figcaption>${figure.description}</figcaption></figure>`;
}
