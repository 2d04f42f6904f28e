// Our successor of the paper's rule. The rule p_i >= p_slo looks at each client alone and says nothing about the round: of twenty
// clients with p = 0.9 all are on time in one round of eight. Quorum looks at the round: P(at least k updates on time) >= p_round,
// with the fewest clients that reach it, asked in turns, the slow ones for less work. Everything follows from static facts and from
// its own past choices; with `onlineCalibration` alone does it learn one number from how rounds went.

import { drawsOf } from "../../policy/draws.ts";
import type { Choice, LearningPolicy, Selection, SelectionRequest, StaticPolicy } from "../../policy/policy.ts";
import type { Order } from "../../policy/ranking.ts";
import type { ClientWork } from "../../types.ts";
import { shortestDeadline } from "./adaptive-deadline.ts";
import { type CalibrationState, recalibrated, UNCALIBRATED } from "./online-calibration.ts";
import { type Outlook, outlookBy } from "./outlook.ts";
import { type QuorumCohort, type QuorumQuestion, quorumCohort, reachedBy } from "./quorum-cohort.ts";
import { quorumReasons } from "./quorum-reasons.ts";
import type { QuorumSettings } from "./quorum-settings.ts";
import { type Deficits, nextDeficits, rotationWeight } from "./rotation.ts";
import { expectedWaste, spendBudget } from "./waste-budget.ts";

export interface QuorumState {
  readonly deficits: Deficits;
  readonly calibration: CalibrationState;
}

const BEGINNING: QuorumState = { deficits: new Float64Array(0), calibration: UNCALIBRATED };

/** Of static specs alone; `settings.onlineCalibration` is not looked at. */
export function quorumPolicy(settings: QuorumSettings): StaticPolicy<QuorumState> {
  return {
    name: "quorum",
    needs: "static-specs",
    begin: () => BEGINNING,
    select: (request, state) => choose(request, state, settings),
  };
}

/** The same with online calibration. */
export function calibratedQuorumPolicy(settings: QuorumSettings): LearningPolicy<QuorumState> {
  return {
    ...quorumPolicy(settings),
    needs: "history",
    learn: (state, feedback) => ({
      ...state,
      calibration: recalibrated(state.calibration, feedback, settings.calibrationRate),
    }),
  };
}

function choose(request: SelectionRequest, state: QuorumState, given: QuorumSettings): Choice<QuorumState> {
  const inflation = Math.exp(state.calibration.logInflation);
  const settings = withRequiredUpdates(request, given, inflation);
  const deadlineSeconds = roundDeadline(request, state, settings, inflation);
  const outlook = outlookBy(deadlineSeconds / inflation, request, settings, settings.adaptiveWork !== "off");
  const question = questionOf(request, outlook, state, settings);
  const quorum = quorumCohort(question);
  const cohort = finalCohort({ request, outlook, question, quorum, settings, deadlineSeconds });
  const { work, promisedOnTime } = adaptedWork(request, outlook, cohort, settings);
  const { reasons, because, note } = quorumReasons({
    request,
    outlook,
    question,
    quorum,
    cohort,
    work,
    deficits: state.deficits,
    settings,
    inflation,
  });
  const selection: Selection = {
    reasons,
    because,
    note,
    work,
    ...(deadlineSeconds === request.slo.deadlineSeconds ? {} : { deadlineSeconds }),
    objective: {
      updates: question.requiredUpdates,
      probability: settings.roundProbability,
      reached: cohort.length === 0 ? 0 : reachedBy(question, cohort),
    },
  };
  return { selection, state: stateAfter(request, outlook, { cohort, reasons, promisedOnTime }, state) };
}

/** k is fixed before an adaptive deadline is: half of the feasible clients would shrink with it, down to a single one. */
function withRequiredUpdates(request: SelectionRequest, settings: QuorumSettings, inflation: number): QuorumSettings {
  if (!settings.adaptiveDeadline || settings.requiredUpdates !== undefined) return settings;
  const seconds = request.slo.deadlineSeconds / inflation;
  const { feasible } = outlookBy(seconds, request, settings, settings.adaptiveWork !== "off");
  return { ...settings, requiredUpdates: halfOf(placesOf(feasible, settings)) };
}

function halfOf(places: number): number {
  return Math.max(1, Math.ceil(places / 2));
}

/** The most clients that may be asked. */
function placesOf(feasible: Uint32Array, { cohortSize = feasible.length }: QuorumSettings): number {
  return Math.min(feasible.length, cohortSize);
}

function roundDeadline(
  request: SelectionRequest,
  state: QuorumState,
  settings: QuorumSettings,
  inflation: number,
): number {
  if (!settings.adaptiveDeadline) return request.slo.deadlineSeconds;
  // Less work would fit any deadline, so that only the full work decides how long the round is.
  const reaches = (deadlineSeconds: number) => {
    const outlook = outlookBy(deadlineSeconds / inflation, request, settings, false);
    return quorumCohort(questionOf(request, outlook, state, settings)).isEnough;
  };
  return shortestDeadline(reaches, settings.minimumDeadlineSeconds, request.slo.deadlineSeconds);
}

/** The order, and what its prefix has to reach. */
function questionOf(
  request: SelectionRequest,
  { probabilities, fullProbabilities, feasible, floor, needsLess }: Outlook,
  { deficits }: QuorumState,
  settings: QuorumSettings,
): QuorumQuestion {
  const { candidates } = request;
  const { slots, keys } = candidates;
  const draw = drawsOf(request, "quorum");
  const { rotation, patienceRounds, correlation, sharedCauseLabel, requiredUpdates } = settings;
  // By p with the whole work: whoever does all of it goes before those who are cut to a margin, however safe that is.
  const weights = rotation ? new Float64Array(candidates.size) : fullProbabilities;
  if (rotation) {
    for (const index of feasible) {
      const deficit = deficits[slots[index] as number] ?? 0;
      weights[index] = rotationWeight({
        deficit,
        probability: fullProbabilities[index] as number,
        floor,
        patienceRounds,
      });
    }
  }
  const order: Order = {
    eligible: feasible,
    weights,
    drawOf: (index) => draw(keys[index] as number),
    priorities: candidates.priorities,
  };
  const limit = placesOf(feasible, settings);
  const groups = correlation > 0 ? candidates.groupsBy(sharedCauseLabel) : null;
  return {
    order,
    probabilities,
    requiredUpdates: requiredUpdates ?? halfOf(limit),
    wantedProbability: settings.roundProbability,
    limit,
    sharedCauses:
      groups === null
        ? null
        : { groups, correlation, mayReorder: !rotation && candidates.priorities === null && !feasible.some(needsLess) },
  };
}

/** After what to do where the quorum is out of reach, and the budget. */
function finalCohort(round: {
  readonly request: SelectionRequest;
  readonly outlook: Outlook;
  readonly question: QuorumQuestion;
  readonly quorum: QuorumCohort;
  readonly settings: QuorumSettings;
  readonly deadlineSeconds: number;
}): Uint32Array {
  const { settings, deadlineSeconds } = round;
  const { candidates } = round.request;
  const { probabilities, feasible } = round.outlook;
  const { order, limit } = round.question;
  const { members, isEnough } = round.quorum;
  if (!isEnough && settings.whenUnreachable === "skip-round") return new Uint32Array(0);
  const { wasteBudgetDeviceSeconds: budgetDeviceSeconds } = settings;
  if (budgetDeviceSeconds === undefined) return members;
  const inside = new Set(members);
  const others = feasible.filter((index) => !inside.has(index));
  const wasteOf = expectedWaste(candidates, probabilities, deadlineSeconds);
  return spendBudget({ wasteOf, budgetDeviceSeconds }, members, others, { probabilities, order, limit });
}

/** Who is asked for less, and the cohort's p_i with what each is asked for, summed up: whole batches and energy often leave more. */
function adaptedWork(
  { candidates }: SelectionRequest,
  { needsLess, forecastSeconds, workProbability, probabilities }: Outlook,
  cohort: Uint32Array,
  { adaptiveWork }: QuorumSettings,
): { readonly work: ReadonlyMap<number, ClientWork>; readonly promisedOnTime: number } {
  const work = new Map<number, ClientWork>();
  let promisedOnTime = 0;
  for (const index of cohort) {
    if (adaptiveWork === "off" || !needsLess(index)) {
      promisedOnTime += probabilities[index] as number;
      continue;
    }
    const request = { deadlineSeconds: forecastSeconds, minimumProbability: workProbability, reduces: adaptiveWork };
    const adapted = candidates.adaptedWork(index, request);
    if (adapted.work !== null) work.set(index, adapted.work);
    promisedOnTime += adapted.probability;
  }
  return { work, promisedOnTime };
}

function stateAfter(
  { candidates }: SelectionRequest,
  { feasible }: Outlook,
  asked: { readonly cohort: Uint32Array; readonly reasons: Uint8Array; readonly promisedOnTime: number },
  { deficits, calibration }: QuorumState,
): QuorumState {
  const { slots } = candidates;
  const { cohort, reasons, promisedOnTime } = asked;
  return {
    deficits: nextDeficits(deficits, candidates, feasible, reasons),
    calibration: {
      ...calibration,
      promisedOnTime,
      askedSlots: cohort.map((index) => slots[index] as number),
    },
  };
}
