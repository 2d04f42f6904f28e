// The end of the report: incidents, how each number is defined, and where the report comes from.

import { counted } from "../../../foundation/counted.ts";
import { formatLimit } from "../../../server/reporting/format-quantities.ts";
import type { PolicyReplay } from "../../replay/replay-policy.ts";
import { html, type Markup } from "../html.ts";
import type { RunData } from "../run-data.ts";
import type { Truth } from "../truth.ts";

const MAXIMUM_INCIDENTS = 200;

/** What went wrong, in order; nothing if nothing did. */
export function incidentsSection({ incidents }: RunData): Markup | null {
  if (incidents.length === 0) return null;
  const shown = incidents.slice(0, MAXIMUM_INCIDENTS);
  return html`
<section id="incidents">
  <h2>Incidents</h2>
  <ol class="incidents">${shown.map(
    ({ time, clientId, text }) =>
      html`<li><time datetime="${time}">${time.slice(11, 19)}</time> <strong>${clientId ?? "not registered"}</strong> ${text}</li>`,
  )}</ol>
  ${shown.length < incidents.length ? html`<p class="small">${incidents.length - shown.length} more are in the journal.</p>` : null}
</section>`;
}

/** What each number means. */
export function definitionsSection(comparison: PolicyReplay | undefined): Markup {
  const definitions: readonly (readonly [string, string])[] = [
    [
      "p",
      "The probability, computed before dispatch from static facts (GPU, link, examples, model), that download, training and upload together fit in the deadline: p = P(utilisation ≥ the utilisation that the deadline requires).",
    ],
    [
      "Forecast",
      "The duration if utilisation equals its mean; for a GPU that the catalogue lacks (~) the catalogue's median. The 80% interval runs from the 10% to the 90% quantile of the law of the whole round: a normal utilisation truncated to positive values (or another law that was chosen) and a log-normal link.",
    ],
    [
      "Actual",
      "Seconds on the round's clock from dispatch until the update arrived whole. “>” marks a client that was cut off, by the deadline or because the round had its updates: it would have taken longer.",
    ],
    [
      "SLO compliance",
      "Completed / selected, over all rounds (every selection weighs the same). A selected client that is late, surplus, stale, fails, vanishes or refuses does not comply. A round that selected nobody has none.",
    ],
    [
      "Wasted device time",
      "Device-seconds of selected clients whose update was not aggregated, work that the deadline cut off included. In a round that fails, all work is wasted. Useful + wasted is all device time that was spent.",
    ],
    [
      "Reliability",
      "Forecasts of selected clients that completed or were late, in bins of p; intervals are Wilson's at 95%. The Brier score is the mean of (p − outcome)²: 0 is perfect, 0.25 is what always saying 50% gets.",
    ],
    [
      "Outcomes",
      "completed: aggregated. late: the deadline came first. surplus: the round had all the updates that it waited for. stale: its model had become too old. failed: the client reported an error. unresponsive: it vanished. refused: it, or the check of its update, said no.",
    ],
  ];
  const replay = comparison
    ? ([
        `${comparison.policy} (replayed)`,
        "What that policy would have got: it chooses among the same candidates in the same rounds, and each client takes the duration that the same truth gives it. It trains no model, so it has no accuracy.",
      ] as const)
    : null;
  return html`
<section id="definitions">
  <h2>How the numbers are defined</h2>
  <dl class="definitions">${[...definitions, ...(replay ? [replay] : [])].map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl>
</section>`;
}

/** Version, seed, settings and the level of truth: what it takes to judge the report or to run it again. */
export function provenanceSection(run: RunData, truth: Truth): Markup {
  const { config, clock, probselectVersion } = run.started;
  const { training } = config;
  const rows: readonly (readonly [string, string])[] = [
    ["ProbSelect", probselectVersion],
    ["Run", `${run.startedAt} to ${run.finished ? run.lastEventAt : `${run.lastEventAt} (last event)`}`],
    ["Seed", String(config.seed)],
    ["Model and data", `${config.model} on ${config.dataset}`],
    [
      "Training",
      `${counted(training.epochs, "epoch")}, batches of ${training.batchSize}, learning rate ${training.learningRate}, momentum ${training.momentum}`,
    ],
    ["Objective", `deadline ${formatLimit(config.slo.deadlineSeconds)}, p ≥ ${config.slo.minimumProbability}`],
    ["Selection", `${config.selection.policy} on the ${config.latencyModel} forecast`],
    ["Aggregation", config.aggregation.strategy],
    [
      "Clock",
      clock.kind === "wall"
        ? "real time"
        : `emulated, ${clock.emulatedSecondsPerWallSecond} s in each second of real time`,
    ],
    ["Durations", `${truth.name}. ${truth.description}`],
  ];
  return html`
<section id="provenance">
  <h2>Provenance</h2>
  <dl class="definitions">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>
  <details><summary>The whole configuration</summary><pre>${JSON.stringify(config, null, 2)}</pre></details>
</section>`;
}
