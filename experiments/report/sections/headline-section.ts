// The top of the report: what the run was, and its result in four figures.

import { counted } from "../../../foundation/counted.ts";
import {
  formatCount,
  formatLimit,
  formatSeconds,
  formatShare,
  formatThreshold,
} from "../../../server/reporting/format-quantities.ts";
import type { PolicyReplay } from "../../replay/replay-policy.ts";
import type { Headline } from "../headline.ts";
import { html, type Markup } from "../html.ts";
import type { RunData } from "../run-data.ts";

export function headlineSection(run: RunData, figures: Headline, comparison: PolicyReplay | undefined): Markup {
  const { config, parameterCount, runName } = run.started;
  const policy = run.rounds[0]?.plan.policy ?? config.selection.policy;
  const clientCount = run.registrations.length;
  return html`
<header>
  <p class="kicker">ProbSelect run report</p>
  <h1>${runName}</h1>
  <p class="lead">${config.model} (${counted(parameterCount, "parameter")}) on ${config.dataset}, trained by
  ${counted(clientCount, "client")} in ${figures.finishedRounds} of ${counted(config.rounds, "round")}.
  Clients are selected by <strong>${policy}</strong> for a deadline of <strong>${formatLimit(config.slo.deadlineSeconds)}</strong>
  with a probability of at least <strong>${formatThreshold(config.slo.minimumProbability)}</strong>.</p>
  ${endNote(run)}
  <dl class="cards">
    ${card("Test accuracy", formatShare(figures.evaluation?.accuracy ?? null), lossNote(figures))}
    ${card(
      "SLO compliance",
      formatShare(figures.sloCompliance),
      `${formatCount(figures.completedCount)} of ${formatCount(figures.selectedCount)} selected delivered in time`,
      beside(comparison, (other) => formatShare(other.sloCompliance)),
    )}
    ${card(
      "Wasted device time",
      formatSeconds(figures.wastedDeviceSeconds),
      `${formatShare(figures.wastedShare)} of ${formatSeconds(figures.usefulDeviceSeconds + figures.wastedDeviceSeconds)}`,
      beside(comparison, (other) => formatSeconds(other.wastedDeviceSeconds)),
    )}
    ${card("Rounds", String(figures.finishedRounds), roundsNote(figures))}
  </dl>
</header>`;
}

function card(label: string, value: string, note: string, comparison: Markup | null = null): Markup {
  return html`<div class="card"><dt>${label}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd>${comparison}</div>`;
}

function beside(comparison: PolicyReplay | undefined, text: (comparison: PolicyReplay) => string): Markup | null {
  if (comparison === undefined) return null;
  return html`<dd class="beside">${comparison.policy}: ${text(comparison)}</dd>`;
}

function lossNote({ evaluation }: Headline): string {
  if (evaluation === null) return "never evaluated";
  return `loss ${evaluation.loss.toPrecision(3)} on ${counted(evaluation.exampleCount, "test example")}`;
}

function roundsNote({ failedRounds, wallSeconds }: Headline): string {
  const failed = failedRounds === 0 ? "all made a new model" : `${failedRounds} of them failed`;
  return `${failed}, in ${formatSeconds(wallSeconds)} of real time`;
}

/** Nothing when the run came to its end; a warning when it did not. */
function endNote(run: RunData): Markup | null {
  if (run.finished === null) {
    return html`<p class="warning">The journal breaks off: the run was still going, or it was killed. The figures cover what was written.</p>`;
  }
  if (run.finished.reason === "completed") return null;
  const detail = run.finished.detail === undefined ? "" : `: ${run.finished.detail}`;
  return html`<p class="warning">The run was ${run.finished.reason}${detail}.</p>`;
}
