// Every round as a table: what was forecast, what was decided and why, and what became of it.

import { counted } from "../../../foundation/counted.ts";
import type { ClientWork } from "../../../selection/types.ts";
import { formatLimit, formatSeconds, formatShare, NO_VALUE } from "../../../server/reporting/format-quantities.ts";
import { actualWords, forecastWords, tierWords } from "../../../server/reporting/words.ts";
import type { RoundOutcome } from "../../../server/rounds/types.ts";
import { html, type Markup, raw } from "../html.ts";
import type { ClientRound, RoundData, RunData } from "../run-data.ts";

/** Rows of one round's table; beyond, skipped clients are only counted. */
const MAXIMUM_ROWS = 100;
/** At most so many tables are open at first: the first round's and those in which not everything went well. */
const MAXIMUM_OPEN_ROUNDS = 12;

export function roundsSection(run: RunData): Markup {
  const notable = run.rounds.filter((round, index) => index === 0 || !wentWell(round)).slice(0, MAXIMUM_OPEN_ROUNDS);
  return html`
<section id="rounds">
  <h2>Rounds</h2>
  ${run.rounds.map((round) => roundDetails(round, notable.includes(round)))}
</section>`;
}

/** Every selected client's update is in the new model, or was not needed. */
function wentWell({ outcome }: RoundData): boolean {
  if (outcome?.status !== "aggregated") return false;
  return outcome.clients.every(({ status }) => status === "completed" || status === "surplus");
}

function roundDetails(round: RoundData, open: boolean): Markup {
  const ordered = [...round.clients].sort((a, b) => Number(b.decision.selected) - Number(a.decision.selected));
  const shown = round.clients.length <= MAXIMUM_ROWS ? round.clients : ordered.slice(0, MAXIMUM_ROWS);
  const hidden = round.clients.length - shown.length;
  return html`
  <details ${raw(open ? "open" : "")}>
    <summary><strong>Round ${round.round}</strong> <span>${roundSummary(round)}</span></summary>
    <p class="small">${expectation(round)}</p>
    <div class="scroll"><table class="rounds">
      <colgroup><col class="client"><col class="tier"><col class="quantity"><col class="quantity"><col class="quantity"><col class="quantity"><col class="decision"><col></colgroup>
      <thead><tr><th>Client</th><th>Tier</th><th class="number">p</th><th class="number">Forecast</th><th class="number">Actual</th>
        <th class="number">Device time</th><th>Decision and why</th><th>Outcome</th></tr></thead>
      <tbody>${shown.map(clientRow)}</tbody>
    </table></div>
    ${hidden > 0 ? html`<p class="small">${counted(hidden, "more client is", "more clients are")} in the journal.</p>` : null}
  </details>`;
}

function roundSummary({ outcome, plan }: RoundData): string {
  if (outcome === null) return "the journal breaks off in this round";
  const { metrics } = outcome;
  if (outcome.status === "failed") return `failed: ${outcome.reason ?? "no reason given"}`;
  if (metrics.atWorkCount !== undefined) return asynchronousSummary(outcome, metrics.atWorkCount);
  return (
    `${metrics.completedCount} of ${metrics.selectedCount} selected aggregated in ${formatSeconds(metrics.roundSeconds)} of ` +
    `${formatLimit(plan.slo.deadlineSeconds)}; accuracy ${formatShare(outcome.evaluation?.accuracy ?? null)}; ` +
    `wasted ${formatSeconds(metrics.wastedDeviceSeconds)}`
  );
}

/** Of a round in which clients work on. */
function asynchronousSummary({ metrics, evaluation }: RoundOutcome, atWorkCount: number): string {
  const { staleness } = metrics;
  const age = staleness === undefined ? "" : `, ${staleness.mean.toFixed(1)} versions old on average`;
  const updates = counted(metrics.completedCount, "update");
  return (
    `${updates} aggregated in ${formatSeconds(metrics.roundSeconds)}${age}; ${atWorkCount} worked on; ` +
    `accuracy ${formatShare(evaluation?.accuracy ?? null)}; wasted ${formatSeconds(metrics.wastedDeviceSeconds)}`
  );
}

/** What was expected of the round as a whole, and the policy's word about it. Journals of old have neither. */
function expectation({ plan }: RoundData): string {
  const { forecast, selectionNote } = plan;
  const expected =
    forecast === undefined
      ? []
      : [
          `Expected before dispatch: ${forecast.expectedOnTimeCount.toFixed(1)} updates on time and ` +
            `${formatSeconds(forecast.expectedWastedDeviceSeconds)} of device time wasted.`,
        ];
  return [...expected, ...(selectionNote === undefined ? [] : [selectionNote])].join(" ");
}

/** What a client was asked for, where that was less than all. @example "Asked for 320 examples, 1 epoch." */
function workWords({ exampleCount, epochs }: ClientWork): string {
  return `Asked for ${counted(exampleCount, "example")}, ${counted(epochs, "epoch")}.`;
}

function clientRow({ clientId, decision, outcome }: ClientRound): Markup {
  const { forecast, selected, reason } = decision;
  const status = outcome?.status ?? (selected ? "no end in the journal" : NO_VALUE);
  const work = decision.work && workWords(decision.work);
  const why = outcome !== undefined && outcome.status !== "completed" ? outcome.reason : null;
  return html`<tr class="${selected ? "" : "skipped"}">
    <th scope="row">${clientId}</th><td>${tierWords[forecast.tier]}</td>
    <td class="number">${formatShare(forecast.deadlineProbability)}</td><td class="number">${forecastWords(forecast)}</td>
    <td class="number">${outcome ? actualWords(outcome) : NO_VALUE}</td>
    <td class="number">${outcome ? formatSeconds(outcome.computeSeconds) : NO_VALUE}</td>
    <td><strong>${selected ? "Selected" : "Skipped"}:</strong> ${reason.replace(/^(Selected|Skipped): /, "")}${work ? html` <span class="why">${work}</span>` : null}</td>
    <td>${outcome ? html`<span class="status ${outcome.status}">${status}</span>` : status}${why === null ? null : html` <span class="why">${why}</span>`}</td>
  </tr>`;
}
