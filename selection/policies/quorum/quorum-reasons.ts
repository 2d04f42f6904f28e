// The quorum policy's answer in words: for every candidate the code and the sentence with its numbers, and one for the round.

import { counted } from "../../../foundation/counted.ts";
import { codeOf } from "../../policy/impossibility.ts";
import type { Selection, SelectionRequest } from "../../policy/policy.ts";
import { formatProbability, formatSeconds } from "../../quantities.ts";
import type { Outlook } from "./outlook.ts";
import type { QuorumCohort, QuorumQuestion } from "./quorum-cohort.ts";
import type { QuorumSettings } from "./quorum-settings.ts";
import type { Deficits } from "./rotation.ts";

const REACHED = codeOf("quorum-reached");
const UNREACHABLE = codeOf("quorum-unreachable");
const FULL = codeOf("cohort-full");
const BUDGET = codeOf("over-budget");

export interface QuorumAnswer {
  readonly request: SelectionRequest;
  readonly outlook: Outlook;
  readonly question: QuorumQuestion;
  readonly quorum: QuorumCohort;
  /** Those that are asked in the end. */
  readonly cohort: Uint32Array;
  readonly work: NonNullable<Selection["work"]>;
  readonly deficits: Deficits;
  readonly settings: QuorumSettings;
  /** By how much calibration stretches times. */
  readonly inflation: number;
}

export function quorumReasons(answer: QuorumAnswer): Pick<Selection, "reasons" | "because" | "note"> {
  const reasons = codesOf(answer);
  return {
    reasons,
    because: (index, chance) => because(answer, reasons[index] as number, index, chance),
    note: noteOf(answer),
  };
}

function codesOf({ outlook, question, quorum, cohort, settings }: QuorumAnswer): Uint8Array {
  const reasons = Uint8Array.from(outlook.reasons);
  const isSkipped = !quorum.isEnough && settings.whenUnreachable === "skip-round";
  // Where the cohort has all its places taken, no budget was short.
  const hasBudget = settings.wasteBudgetDeviceSeconds !== undefined && cohort.length < question.limit;
  const left = isSkipped ? UNREACHABLE : hasBudget ? BUDGET : quorum.isEnough ? REACHED : FULL;
  for (const index of outlook.feasible) reasons[index] = left;
  for (const index of cohort) reasons[index] = 0;
  return reasons;
}

function because(answer: QuorumAnswer, code: number, index: number, chance: string): string {
  const known = `${chance}${calibrated(answer, index)}`;
  const left = `${known}${withLessWork(answer, index)}`;
  switch (code) {
    case 0:
      return `${known}${lessWork(answer, index)}; ${inTheQuorum(answer)}${turn(answer, index)}`;
    case REACHED:
      return `${left}, but the round has its quorum without it: ${inTheQuorum(answer)}${turn(answer, index)}`;
    case UNREACHABLE:
      return `${left}, but ${shortOfQuorum(answer)}, and the round is skipped then`;
    case FULL:
      return `${left}, but ${shortOfQuorum(answer)} within the cohort's ${answer.question.limit} places, which others take${turn(answer, index)}`;
    case BUDGET:
      return `${left}, but the budget of ${formatSeconds(answer.settings.wasteBudgetDeviceSeconds ?? 0)} of expected waste is spent on others`;
    default:
      return `${known}, below the ${formatProbability(answer.request.slo.minimumProbability)} asked for${notEvenLess(answer)}`;
  }
}

/** What the cohort as a whole is good for. */
function inTheQuorum({ cohort, question, quorum, settings }: QuorumAnswer): string {
  const { requiredUpdates } = question;
  const asked = formatProbability(settings.roundProbability);
  const reached = formatProbability(quorum.reached, settings.roundProbability);
  const count = quorum.members.length;
  const promise = `at least ${counted(requiredUpdates, "update")} with ${reached} probability`;
  const paid =
    cohort.length === count
      ? ""
      : `; the budget of expected waste pays for ${cohort.length}${cohort.length > count ? " in all" : " of them"}`;
  return quorum.isEnough
    ? `${counted(count, "client brings", "clients bring")} ${promise} (${asked} asked for)${paid}`
    : `all ${count} that may be asked bring ${promise}, short of the ${asked} asked for${paid}`;
}

function shortOfQuorum({ question, quorum, settings }: QuorumAnswer): string {
  const { requiredUpdates } = question;
  const reached = formatProbability(quorum.reached, settings.roundProbability);
  const asked = formatProbability(settings.roundProbability);
  return `at least ${requiredUpdates} updates have only ${reached} probability instead of the ${asked} asked for`;
}

function turn({ request, deficits, settings }: QuorumAnswer, index: number): string {
  if (!settings.rotation) return "";
  const waited = deficits[request.candidates.slots[index] as number] ?? 0;
  if (waited === 0) return "";
  return `; it has waited for ${counted(waited, "round")}`;
}

function lessWork({ work, request }: QuorumAnswer, index: number): string {
  const less = work.get(index);
  if (less === undefined) return "";
  const examples = request.candidates.exampleCounts[index] as number;
  const epochs = counted(less.epochs, "epoch");
  const all = `its ${counted(examples, "example")}`;
  return less.exampleCount === examples
    ? `, being asked for ${epochs} over ${all}`
    : `, being asked for ${less.exampleCount.toLocaleString("en-US")} of ${all} in ${epochs}`;
}

/** Of a feasible client that was left out: why it counts as feasible, though its whole work is not probable enough. */
function withLessWork({ outlook }: QuorumAnswer, index: number): string {
  return outlook.needsLess(index) ? ` (${formatProbability(outlook.workProbability)} with less work)` : "";
}

function notEvenLess({ settings, outlook }: QuorumAnswer): string {
  if (settings.adaptiveWork === "off") return "";
  return `, and a single batch would not have the ${formatProbability(outlook.workProbability)} that less work is cut to`;
}

function calibrated({ inflation, outlook }: QuorumAnswer, index: number): string {
  if (inflation === 1) return "";
  const times = `times taken ${Number(inflation.toPrecision(3))} times as long, as recent rounds had it`;
  return ` (with ${times}: ${formatProbability(outlook.probabilities[index] as number)})`;
}

function noteOf(answer: QuorumAnswer): string {
  const { outlook, question, quorum, cohort, request, settings } = answer;
  const { size } = request.candidates;
  if (size === 0) return "There is no candidate.";
  if (outlook.feasible.length === 0) return `None of the ${size} candidates is feasible; each has its reason.`;
  const of = `${outlook.feasible.length} of ${size} candidates are feasible`;
  const more = question.requiredUpdates > outlook.feasible.length ? ", fewer than the updates that are required" : "";
  const isSkipped = !quorum.isEnough && settings.whenUnreachable === "skip-round";
  if (cohort.length === 0 && !isSkipped) return `${of}; the budget of expected waste pays for none.`;
  if (isSkipped) return `${of}${more}; ${shortOfQuorum(answer)}, so the round is skipped.`;
  return `${of}${more}; ${inTheQuorum(answer)}.`;
}
