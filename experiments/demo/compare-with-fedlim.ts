// What FedLim would have got in the demo: random clients, as many a round as ProbSelect chose, late updates discarded. Same
// candidates, same deadline, and the same luck for every client and round.

import { emulateRound } from "../../client/emulation/emulate-round.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { createPolicy } from "../../selection/policies/find-policy.ts";
import type { ForecastCandidate, SelectionDecision } from "../../selection/types.ts";
import type { JournalRecord } from "../../server/journal/events.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import { type PolicyReplay, replayPolicy, type Truth } from "../replay/replay-policy.ts";
import { collectRun, type RunData } from "../report/run-data.ts";

/**
 * Replays FedLim over the rounds of a finished demo run.
 *
 * @param modelBytes size of the parameter file that travelled.
 */
export function compareWithFedLim(records: readonly JournalRecord[], seed: number, modelBytes: number): PolicyReplay {
  const run = collectRun(records);
  const decisionsOf = (round: number) => run.rounds.find((data) => data.round === round)?.plan.decisions ?? [];
  return replayPolicy({
    policyForRound: (round) =>
      createPolicy("fedlim", {
        cohortSize: Math.max(1, decisionsOf(round).filter(({ selected }) => selected).length),
      }),
    seed,
    roundCount: run.rounds.length,
    candidates: candidatesOf(run, decisionsOf(1)),
    slo: run.started.config.slo,
    truth: demoTruth(run, seed, modelBytes),
  });
}

/** The candidates in the order of `decisions`; the demo's fleet does not change, so the forecasts of one round are those of all. */
export function candidatesOf(run: RunData, decisions: readonly SelectionDecision[]): readonly ForecastCandidate[] {
  const registrations = new Map(run.registrations.map((registration) => [registration.clientId, registration]));
  return decisions.flatMap(({ clientId, forecast }) => {
    const registration = registrations.get(clientId);
    if (!registration) return [];
    const { device, link, exampleCount } = registration;
    return [{ candidate: { clientId, device, link, exampleCount }, forecast }];
  });
}

/** The emulated durations of every client, selected or not. */
export function demoTruth(run: RunData, seed: number, modelBytes: number): Truth {
  const model = modelCost(findArchitecture(run.started.config.model));
  const clients = new Map(run.registrations.map((registration) => [registration.clientId, registration]));
  const { training } = run.started.config;
  return (clientId, round, work) => {
    const client = clients.get(clientId);
    if (client?.device.kind !== "known") throw new RangeError(`The demo's client "${clientId}" has no known device.`);
    return emulateRound({
      device: client.device.device,
      link: client.link,
      model,
      training: { ...training, epochs: work?.epochs ?? training.epochs },
      exampleCount: work?.exampleCount ?? client.exampleCount,
      ...{ modelBytes, clientId, round, seed },
    });
  };
}
