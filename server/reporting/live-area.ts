// The part of the terminal that moves: the open round's clock against its deadline, and one bar for each dispatched client.

import type { ClientProgressEvent } from "../journal/events.ts";
import { formatLimit, formatSeconds, plainText } from "./format-quantities.ts";
import { type Paint, statusStyles } from "./paint.ts";
import { type OpenRound, type RunView, roundSeconds } from "./run-view.ts";
import { actualWords } from "./words.ts";

const BAR_WIDTH = 24;
const NAME_WIDTH = 20;

/** Each phase's share of the whole bar: training is most of a round as a rule. */
const phaseSpans: Readonly<Record<ClientProgressEvent["phase"], readonly [number, number]>> = {
  downloading: [0, 0.1],
  training: [0.1, 0.9],
  uploading: [0.9, 1],
  trained: [1, 1],
};

/**
 * The lines of the live area; none between rounds.
 *
 * @param options.maximumLines the terminal's height: what does not fit is summed up.
 */
export function formatLiveArea(
  view: RunView,
  options: { readonly nowSeconds: number; readonly maximumLines: number; readonly paint: Paint },
): readonly string[] {
  const { round } = view;
  if (round === null) return [];
  const { nowSeconds, paint } = options;
  const chosen = round.plan.decisions.filter((decision) => decision.selected);
  const selected = [...(round.plan.atWork ?? []), ...chosen].map(({ clientId }) => clientId);
  // Who still works comes first when not all fit.
  const ordered = [...selected].sort((a, b) => Number(round.outcomes.has(a)) - Number(round.outcomes.has(b)));
  const room = Math.max(1, options.maximumLines - 3);
  const shown = selected.length <= room ? selected : ordered.slice(0, room);
  const hidden = selected.length - shown.length;
  return [
    "",
    roundLine(view, round, nowSeconds, paint),
    ...shown.map((clientId) => clientLine(clientId, round, paint)),
    ...(hidden > 0 ? [paint("dim", `  … and ${hidden} more`)] : []),
  ];
}

function roundLine(view: RunView, round: OpenRound, nowSeconds: number, paint: Paint): string {
  const { deadlineSeconds } = round.plan.slo;
  const elapsed = Math.min(deadlineSeconds, roundSeconds(round, view.clock, nowSeconds));
  const clock =
    round.clockStartedAtSeconds === null
      ? "clock held while the clients really train"
      : `${formatSeconds(elapsed)} of ${formatLimit(deadlineSeconds)}`;
  const title = paint("bold", `Round ${round.plan.round} of ${view.roundCount}`);
  return `${title}  ${bar(elapsed / deadlineSeconds, paint)}  ${clock}${timeLeft(view)}`;
}

/** "; about 40 s left", from the mean wall time of the rounds since the start. */
function timeLeft({ totals, roundCount }: RunView): string {
  if (totals.timedRounds === 0) return "";
  const seconds = (totals.wallSeconds / totals.timedRounds) * (roundCount - totals.finishedRounds);
  return seconds < 1 ? "" : `; run ends in about ${formatLimit(Math.max(1, Math.round(seconds)))}`;
}

function clientLine(clientId: string, round: OpenRound, paint: Paint): string {
  const plain = plainText(clientId);
  const name = plain.length > NAME_WIDTH ? `${plain.slice(0, NAME_WIDTH - 1)}…` : plain.padEnd(NAME_WIDTH);
  const outcome = round.outcomes.get(clientId);
  if (outcome) {
    const style = statusStyles[outcome.status];
    const done = bar(outcome.status === "completed" ? 1 : overall(round, clientId), paint, style);
    return `  ${name}  ${done}  ${paint(style, outcome.status)} ${actualWords(outcome)}`;
  }
  const progress = round.progress.get(clientId);
  if (!progress) return `  ${name}  ${bar(0, paint)}  ${paint("dim", "dispatched")}`;
  const { phase, fraction } = progress;
  const words = phase === "trained" ? "trained, waits for its moment" : `${phase} ${Math.floor(fraction * 100)}%`;
  return `  ${name}  ${bar(overall(round, clientId), paint)}  ${words}`;
}

function overall(round: OpenRound, clientId: string): number {
  const progress = round.progress.get(clientId);
  if (!progress) return 0;
  const [from, to] = phaseSpans[progress.phase];
  return from + (to - from) * progress.fraction;
}

/** A bar of BAR_WIDTH columns. @example bar(0.5, noPaint) // "━━━━━━━━━━━━────────────" */
function bar(share: number, paint: Paint, style: Parameters<Paint>[0] = "cyan"): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return paint(style, "━".repeat(filled)) + paint("dim", "─".repeat(BAR_WIDTH - filled));
}
