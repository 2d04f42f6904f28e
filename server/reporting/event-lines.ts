// What a terminal or a log says, once, about each event of a run. Pure: the same events give the same lines.

import { counted } from "../../foundation/counted.ts";
import type { PolicyNeed } from "../../selection/policy/policy.ts";
import type { JournalEvent, RunSummary } from "../journal/events.ts";
import type { RoundOutcome, RoundPlan } from "../rounds/types.ts";
import { governorLines, movedLines } from "./backend-lines.ts";
import { formatLimit, formatSeconds, formatShare, formatThreshold, NO_VALUE, plainText } from "./format-quantities.ts";
import { aggregatedWords, fromEarlierRounds, originWords } from "./outcome-words.ts";
import type { Paint } from "./paint.ts";
import { formatRoundTable } from "./round-table.ts";
import type { RunTotals, RunView } from "./run-view.ts";
import { actualWords, tierWords } from "./words.ts";

type EventOf<Type extends JournalEvent["type"]> = Extract<JournalEvent, { readonly type: Type }>;

/** What an operator must know of a policy that wants more than static specs. */
const needLines: Readonly<Record<PolicyNeed, readonly string[]>> = {
  "static-specs": [],
  history: ["This policy learns from how earlier rounds went: measured times reach the selection."],
  monitoring: [
    "This policy asks clients before a round (their loss, whether they stay). Agents are not asked yet; the reasons say what it does then.",
  ],
  truth: [
    "This policy needs to know how long everybody will take, which only a simulation does: it selects nobody here.",
  ],
};

/** The run's goal and its clock. */
export function formatRunStarted(
  { runName, config, clock, parameterCount, policyNeeds = "static-specs" }: EventOf<"run-started">,
  paint: Paint,
): string {
  const { slo, selection, rounds } = config;
  const time =
    clock.kind === "emulated"
      ? `emulated time, ${clock.emulatedSecondsPerWallSecond} s in each second of real time`
      : "real time";
  return [
    `${paint("bold", `Run ${plainText(runName)}`)}: ${config.model} (${counted(parameterCount, "parameter")}) on ` +
      `${config.dataset}, ${counted(rounds, "round")}, ${config.aggregation.strategy}`,
    `  deadline ${formatLimit(slo.deadlineSeconds)} a round in ${time}; ` +
      (thresholdPolicies.has(selection.policy)
        ? `${selection.policy} asks for p ≥ ${formatThreshold(slo.minimumProbability)}`
        : `selection by ${selection.policy}`),
    ...governorLines(config.governor),
    ...needLines[policyNeeds].map((line) => paint("yellow", `  ! ${line}`)),
  ].join("\n");
}

/** Where the run goes on, and what was lost on the way. */
export function formatRunResumed(
  { nextRound, continuesRound, acceptedUpdateCount, elapsedSeconds, warnings }: EventOf<"run-resumed">,
  paint: Paint,
): string {
  const updates = counted(acceptedUpdateCount, "update");
  const where = continuesRound
    ? `goes on with round ${nextRound} at ${formatSeconds(elapsedSeconds)}, ${updates} in`
    : `goes on with round ${nextRound}`;
  return [
    `${paint("bold", "Resumed")}: the run ${where}`,
    ...warnings.map((warning) => paint("yellow", `  ! ${plainText(warning)}`)),
  ].join("\n");
}

/** The policies that ask a client for a probability. */
const thresholdPolicies: ReadonlySet<string> = new Set(["probselect", "quorum"]);

/** One line, one for what a calibration tells of the client, and one for each warning about it or what it reported. */
export function formatClientRegistered(event: EventOf<"client-registered">, paint: Paint): string {
  const { device, forecast } = event;
  const name = plainText(device.kind === "known" ? device.device.name : device.reportedName);
  const emulated = event.emulated ? ", emulated" : "";
  const contradictory = device.kind === "known" && device.isContradictory ? ", contradictory report" : "";
  const line =
    `  + ${plainText(event.clientId)}: ${name} (${tierWords[forecast?.tier ?? device.tier]}${emulated}${contradictory}), ` +
    counted(event.exampleCount, "example");
  const isFromSpecs = forecast?.tier === device.tier;
  const evidence =
    forecast?.latencyModel !== "calibrated"
      ? []
      : [paint(isFromSpecs ? "yellow" : "dim", `    ${isFromSpecs ? "! " : ""}${plainText(forecast.tierReason)}`)];
  const { backendChoice } = event;
  const backend = backendChoice ? [paint("dim", `    trains with ${plainText(backendChoice.reason)}`)] : [];
  const unforecastable =
    event.unforecastable === undefined ? [] : [`It will never be selected. ${event.unforecastable}`];
  const warnings = [...unforecastable, ...device.warnings, ...(event.dataWarnings ?? [])].map(
    (warning) => `    ! ${plainText(warning)}`,
  );
  return [line, ...backend, ...evidence, ...warnings.map((warning) => paint("yellow", warning))].join("\n");
}

/**
 * Who was chosen, in numbers.
 *
 * @example "Round 2 of 6: probselect selected 8 of 10 clients, deadline 20 s"
 * @example "Round 2 of 6: probselect selected 8 of 10 clients (3 with less work), deadline 20 s, closes with 6 updates"
 */
export function formatRoundPlanned(plan: RoundPlan, roundCount: number): string {
  const { decisions, closesAfterUpdates, atWork } = plan;
  const selected = decisions.filter((decision) => decision.selected);
  const lessCount = selected.filter(({ work }) => work !== undefined).length;
  const less = lessCount === 0 ? "" : ` (${lessCount} with less work)`;
  return (
    `Round ${plan.round} of ${roundCount}: ${plan.policy} selected ${selected.length} of ${counted(decisions.length, "client")}${less}, ` +
    `deadline ${formatLimit(plan.slo.deadlineSeconds)}${closesAfterUpdates === undefined ? "" : `, closes with ${counted(closesAfterUpdates, "update")}`}` +
    (atWork === undefined ? "" : `; ${atWork.length} work on from earlier rounds`) +
    (plan.selectionNote === undefined ? "" : `\n  ${plainText(plan.selectionNote)}`) +
    movedLines(plan)
  );
}

/** How one client ended, for a log without a live area. */
export function formatClientEnded({ round, outcome }: EventOf<"client-ended">): string {
  const reason = outcome.status === "completed" ? "" : `: ${plainText(outcome.reason)}`;
  const from = originWords(outcome, round);
  return `  round ${round}: ${plainText(outcome.clientId)} ${outcome.status} after ${actualWords(outcome)}${from}${reason}`;
}

/** Who is in the masked sum of a round, or why there is none. */
export function formatSecureRoundEnded(event: EventOf<"secure-round-ended">, paint: Paint): string {
  const { invitedClientIds, survivorClientIds, code, reason } = event;
  const invited = `of the ${invitedClientIds.length} that had trained`;
  if (code === undefined)
    return `  secure aggregation: one sum over ${counted(survivorClientIds.length, "client")}, ${invited}`;
  return paint("yellow", `  ! no masked sum, ${invited}: ${plainText(reason ?? "")} [${code}]`);
}

export interface RoundReport {
  readonly plan: RoundPlan;
  readonly outcome: RoundOutcome;
  /** The view after the round. */
  readonly view: RunView;
  readonly width: number;
  readonly paint: Paint;
}

/** The round's table, the reasons of those that did not complete, and the line of figures. */
export function formatRoundFinished(report: RoundReport): string {
  const { plan, outcome, view, width, paint } = report;
  const { metrics } = outcome;
  const title = paint("bold", `Round ${outcome.round} of ${view.roundCount}`);
  if (outcome.interrupted) return `\n${title}  cut short; the next start with the same command goes on with it`;
  const result =
    outcome.status === "failed"
      ? paint(
          "red",
          `failed: ${plainText(outcome.reason ?? "no reason given").replace(/\.$/, "")}; the model stays as it was`,
        )
      : aggregatedWords(metrics, plan);
  const deviceOf = (clientId: string) => view.devices.get(clientId);
  const table = plan.decisions.length === 0 ? [] : [formatRoundTable({ plan, outcome, deviceOf, width, paint })];
  return [
    "",
    `${title}  ${result}`,
    ...table,
    ...fromEarlierRounds(outcome),
    ...unforecastableLine(plan, width, paint),
    ...accidents(outcome, width, paint),
    `  ${formatRoundFigures(outcome, view.totals, paint)}`,
  ].join("\n");
}

/** At most this many reasons a round; the journal has all. */
const MAXIMUM_REASONS = 8;

function accidents({ clients }: RoundOutcome, width: number, paint: Paint): readonly string[] {
  const lines = clients.flatMap((client) => {
    // What the deadline or the round's end cut off is no accident; the table says it.
    if (client.status === "completed" || client.status === "late" || client.status === "surplus") return [];
    return [warningLine(`${plainText(client.clientId)} ${client.status}: ${plainText(client.reason)}`, width, paint)];
  });
  const hidden = lines.length - MAXIMUM_REASONS;
  return hidden > 0 ? [...lines.slice(0, MAXIMUM_REASONS), paint("yellow", `  ! … and ${hidden} more`)] : lines;
}

/** Who took no part because nothing could be forecast of them, and the first one's reason; no line if there is nobody. */
function unforecastableLine({ unforecastable = [] }: RoundPlan, width: number, paint: Paint): readonly string[] {
  const [first] = unforecastable;
  if (first === undefined) return [];
  const others = unforecastable.length === 1 ? "" : ` and ${unforecastable.length - 1} more`;
  const who = `${plainText(first.clientId)}${others}`;
  return [warningLine(`${who} left out without a forecast: ${plainText(first.reason)}`, width, paint)];
}

function warningLine(text: string, width: number, paint: Paint): string {
  const line = `  ! ${text}`;
  return paint("yellow", line.length > width ? `${line.slice(0, width - 1)}…` : line);
}

/**
 * Accuracy, compliance and waste so far.
 *
 * @example "accuracy 94.1% (+2.3)   SLO compliance 75% this round, 85.7% so far   wasted 50.0 s of 262 device-seconds"
 */
export function formatRoundFigures({ evaluation, metrics }: RoundOutcome, totals: RunTotals, paint: Paint): string {
  const before = totals.previousEvaluation;
  const step = evaluation && before ? ` (${signed((evaluation.accuracy - before.accuracy) * 100)})` : "";
  const accuracy = evaluation ? `${paint("bold", formatShare(evaluation.accuracy))}${step}` : NO_VALUE;
  const soFar = totals.selectedCount === 0 ? null : totals.completedCount / totals.selectedCount;
  const spent = totals.usefulDeviceSeconds + totals.wastedDeviceSeconds;
  return [
    `accuracy ${accuracy}`,
    `SLO compliance ${formatShare(metrics.sloCompliance)} this round, ${paint("bold", formatShare(soFar))} so far`,
    `wasted ${paint("bold", formatSeconds(totals.wastedDeviceSeconds))} of ${formatSeconds(spent)} of device time`,
  ].join("   ");
}

function signed(points: number): string {
  return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
}

/** The run in a few lines, as the last thing a terminal shows. Each label stands in a column of its own. */
export function formatSummary(summary: RunSummary, paint: Paint): string {
  const spent = summary.usefulDeviceSeconds + summary.wastedDeviceSeconds;
  const wastedShare = spent === 0 ? "" : ` (${formatShare(summary.wastedDeviceSeconds / spent)})`;
  const failed = summary.failedRounds === 0 ? "" : `, ${summary.failedRounds} of them failed`;
  const loss = summary.testLoss === null ? "" : `, loss ${summary.testLoss.toPrecision(3)}`;
  const rows: readonly (readonly [string, string])[] = [
    ["test accuracy", `${paint("bold", formatShare(summary.testAccuracy))}${loss}`],
    [
      "SLO compliance",
      `${paint("bold", formatShare(summary.sloCompliance))} of the selected clients delivered in time`,
    ],
    [
      "wasted",
      `${paint("bold", formatSeconds(summary.wastedDeviceSeconds))} of ${formatSeconds(spent)} of device time${wastedShare}`,
    ],
    ...(summary.privacy === undefined ? [] : [["privacy", privacyWords(summary.privacy, paint)] as const]),
    ["rounds", `${summary.rounds}${failed}, in ${formatSeconds(summary.wallSeconds)}`],
    ["journal", summary.journal],
    ...(summary.modelFile === null ? [] : [["model", summary.modelFile] as const]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${paint("dim", label.padEnd(width))}  ${value}`).join("\n");
}

function privacyWords({ epsilon, delta, rounds }: NonNullable<RunSummary["privacy"]>, paint: Paint): string {
  const of = `of one client's updates, over ${counted(rounds, "released model")}`;
  return `${paint("bold", `epsilon ${epsilon.toPrecision(3)}`)} at delta ${delta} ${of}`;
}
