// Who took part: each client's device as the catalogue knows it, its link, its data, and how it fared over the run.

import { counted } from "../../../foundation/counted.ts";
import type { ResolvedDevice } from "../../../selection/types.ts";
import { formatBitRate, formatCount, formatSeconds, NO_VALUE } from "../../../server/reporting/format-quantities.ts";
import { tierWords } from "../../../server/reporting/words.ts";
import { html, type Markup } from "../html.ts";
import type { EventOf, RunData } from "../run-data.ts";

const MAXIMUM_ROWS = 500;

export function fleetSection(run: RunData): Markup {
  const byName = run.registrations.toSorted((first, second) => (first.clientId < second.clientId ? -1 : 1));
  const shown = byName.slice(0, MAXIMUM_ROWS);
  const hidden = run.registrations.length - shown.length;
  const counts = selectionCounts(run);
  return html`
<section id="fleet">
  <h2>Fleet</h2>
  <div class="scroll"><table>
    <thead><tr><th>Client</th><th>Device</th><th>What is known of it</th><th class="number">Down</th><th class="number">Up</th>
      <th class="number">Round trip</th><th class="number">Examples</th><th>Trains on</th><th class="number">Selected</th><th class="number">On time</th></tr></thead>
    <tbody>${shown.map((registration) => fleetRow(registration, counts.get(registration.clientId)))}</tbody>
  </table></div>
  ${hidden > 0 ? html`<p class="small">${counted(hidden, "more client is", "more clients are")} in the journal.</p>` : null}
</section>`;
}

interface Counts {
  selected: number;
  completed: number;
}

function selectionCounts(run: RunData): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const { clientId, decision, outcome } of run.rounds.flatMap(({ clients }) => clients)) {
    const count = counts.get(clientId) ?? { selected: 0, completed: 0 };
    count.selected += Number(decision.selected);
    count.completed += Number(outcome?.status === "completed");
    counts.set(clientId, count);
  }
  return counts;
}

function fleetRow(registration: EventOf<"client-registered">, counts: Counts | undefined): Markup {
  const { clientId, device, link, exampleCount, backend, emulated } = registration;
  const { tier, tierReason } = registration.forecast ?? device;
  const { unforecastable, dataWarnings = [] } = registration;
  const never = unforecastable === undefined ? [] : [`Never selected. ${unforecastable}`];
  const warnings = [...never, ...device.warnings, ...dataWarnings];
  return html`<tr>
    <th scope="row">${clientId}</th><td>${deviceCell(device)}</td>
    <td>${tierWords[tier]} <span class="why">${tierReason}</span>
      ${warnings.map((warning) => html`<span class="warning">${warning}</span>`)}</td>
    <td class="number">${formatBitRate(link.downlinkBitsPerSecond)}</td><td class="number">${formatBitRate(link.uplinkBitsPerSecond)}</td>
    <td class="number">${formatSeconds(link.roundTripSeconds)}</td><td class="number">${formatCount(exampleCount)}</td>
    <td>${backend}${emulated ? html` <span class="why">emulating</span>` : null}${choiceCell(registration)}</td>
    <td class="number">${counts?.selected ?? NO_VALUE}</td><td class="number">${counts?.completed ?? NO_VALUE}</td>
  </tr>`;
}

/** Why that, of a client that can train in several ways. */
function choiceCell({ backendChoice }: EventOf<"client-registered">): Markup | null {
  return backendChoice ? html` <span class="why">${backendChoice.reason}</span>` : null;
}

function deviceCell(device: ResolvedDevice): Markup {
  if (device.kind === "unknown") return html`${device.reportedName} <span class="why">not in the catalogue</span>`;
  const { name, deviceClass } = device.device;
  const reported = device.reportedName === name ? null : html`, reported as “${device.reportedName}”`;
  return html`${name} <span class="why">${deviceClass}${reported}</span>`;
}
