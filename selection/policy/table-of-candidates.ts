// The candidates of an aggregator, with their forecasts as objects, as the table that policies look at.

import { ProbSelectError } from "../../foundation/errors.ts";
import { hashText } from "../../foundation/hash.ts";
import { requireUsableForecast } from "../latency/require-forecastable.ts";
import { roundTimeLawOf } from "../latency/round-model.ts";
import { beforeTrainingSeconds } from "../latency/round-parts.ts";
import { NO_GROUP } from "../probability/correlated-tail.ts";
import { roundTimeCdf } from "../probability/round-time.ts";
import type { ClientWork, ForecastCandidate, LatencyForecast, ServiceLevelObjective } from "../types.ts";
import { largestWork, outlookOfLaw } from "./adapted-work.ts";
import type { CandidateTable, RoundTimes } from "./candidate-table.ts";
import { ClientSlots } from "./client-slots.ts";
import { impossibilityCode } from "./impossibility.ts";

export interface TableOptions {
  readonly slo: ServiceLevelObjective;
  /** The run's settings: what a client does if nothing less is asked of it. */
  readonly training?: { readonly epochs: number; readonly batchSize: number } | undefined;
  /** The model's forecast for less work or another deadline; without it a policy that needs one is refused. */
  readonly reforecast?: Reforecast | undefined;
  /** The run's; without it a client's slot is its place in the list. */
  readonly slots?: ClientSlots | undefined;
  /** By candidate, as in the table. */
  readonly priorities?: Float64Array | null | undefined;
}

export type Reforecast = (
  entry: ForecastCandidate,
  changes: { readonly deadlineSeconds: number; readonly work?: ClientWork | undefined },
) => LatencyForecast;

/**
 * The table of these candidates, in their order.
 *
 * @throws {ProbSelectError} selection.invalid-argument for a forecast of which a number is none, naming the client.
 */
export function tableOfCandidates(entries: readonly ForecastCandidate[], options: TableOptions): CandidateTable {
  const { slo, slots = new ClientSlots() } = options;
  entries.forEach(requireUsableForecast);
  const column = (value: (entry: ForecastCandidate) => number) => Float64Array.from(entries, value);
  const contacts = column(({ candidate }) => candidate.contactSeconds ?? 0);
  const slotColumn = Uint32Array.from(entries, ({ candidate }) => slots.slotOf(candidate.clientId));
  const entryAt = (index: number) => entries[index] as ForecastCandidate;
  return {
    size: entries.length,
    fleetSize: slots.size,
    slots: slotColumn,
    keys: Uint32Array.from(entries, ({ candidate }) => hashText(candidate.clientId)),
    exampleCounts: column(({ candidate }) => candidate.exampleCount),
    probabilities: column(({ forecast }) => forecast.deadlineProbability),
    impossibilities: Uint8Array.from(entries, ({ forecast }) => impossibilityCode(forecast, slo)),
    priorities: options.priorities ?? null,
    contactSeconds: contacts.some((seconds) => seconds > 0) ? contacts : null,
    times: () => timesOf(entries),
    probabilitiesBy: (deadlineSeconds) => column((entry) => probabilityBy(entry, deadlineSeconds, options.reforecast)),
    leastWorkProbabilities: (deadlineSeconds) => {
      const { reforecast, training } = requireModel(options);
      return column((entry) => {
        const exampleCount = Math.min(training.batchSize, entry.candidate.exampleCount);
        return feasibleProbability(reforecast(entry, { deadlineSeconds, work: { exampleCount, epochs: 1 } }));
      });
    },
    adaptedWork: (index, request) => {
      const { reforecast, training } = requireModel(options);
      const { batchSize, epochs } = training;
      const entry = entryAt(index);
      const { candidate, forecast } = entry;
      const full = { exampleCount: candidate.exampleCount, epochs };
      const { deadlineSeconds } = request;
      const law = roundTimeLawOf(forecast);
      const probabilityOf = (work: ClientWork) => feasibleProbability(reforecast(entry, { deadlineSeconds, work }));
      const outlook =
        law === null || candidate.energy
          ? { probabilityOf, shareGuess: () => 0.5 }
          : outlookOfLaw({ law, full, batchSize }, deadlineSeconds);
      return largestWork({ ...request, full, batchSize, outlook });
    },
    groupsBy: (labelName) => groupsOf(entries, labelName),
    candidateAt: entryAt,
  };
}

function timesOf(entries: readonly ForecastCandidate[]): RoundTimes {
  const column = (value: (forecast: LatencyForecast) => number) =>
    Float64Array.from(entries, ({ forecast }) => value(forecast));
  return {
    downloadSeconds: column(({ atMeanUtilisation }) => beforeTrainingSeconds(atMeanUtilisation)),
    computeSeconds: column(({ atMeanUtilisation }) => atMeanUtilisation.computeSeconds),
    uploadSeconds: column(({ atMeanUtilisation }) => atMeanUtilisation.uploadSeconds),
    trainingFlop: column(({ trainingFlop }) => trainingFlop),
    peakFlopPerSecond: column(({ peakFlopPerSecond }) => peakFlopPerSecond ?? Number.NaN),
  };
}

function probabilityBy(entry: ForecastCandidate, deadlineSeconds: number, reforecast: Reforecast | undefined): number {
  const law = roundTimeLawOf(entry.forecast);
  if (law !== null) return roundTimeCdf(law, deadlineSeconds);
  // An unknown device: its law is a mixture that only the model knows.
  if (!reforecast) throw withoutModel("another deadline");
  return reforecast(entry, { deadlineSeconds }).deadlineProbability;
}

/** What a client cannot pay for it does not finish. */
function feasibleProbability({ energy, deadlineProbability }: LatencyForecast): number {
  return energy?.fits === false ? 0 : deadlineProbability;
}

function requireModel({ reforecast, training }: TableOptions) {
  if (!reforecast || !training) throw withoutModel("less work");
  return { reforecast, training };
}

function groupsOf(entries: readonly ForecastCandidate[], labelName: string): Uint32Array | null {
  const numbers = new Map<string, number>();
  const groups = Uint32Array.from(entries, ({ candidate }) => {
    const label = candidate.labels?.find((text) => text.startsWith(`${labelName}:`));
    if (label === undefined) return NO_GROUP;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
  return numbers.size === 0 ? null : groups;
}

/** Of a policy that asks for what only a latency model tells. */
export function withoutModel(what: string): ProbSelectError {
  return new ProbSelectError(
    "selection.invalid-argument",
    `This policy asks for forecasts of ${what}, which forecasts alone do not tell. Give the latency model and the workload.`,
  );
}
