// What `probselect explain --run` knows of all clients of a run: how often each was forecast, selected and on time.

import { groupBy } from "../../experiments/forecast-accuracy/group-by.ts";
import type { RunData } from "../../experiments/report/run-data.ts";
import { clientIdsOf } from "./find-in-run.ts";
import { type JournalSource, runFacts } from "./run-facts.ts";

export type ClientsFacts = ReturnType<typeof clientsFacts>;
export type ClientInRun = ClientsFacts["clients"][number];

/** What `--json` prints; clients in the order in which they first came. */
export function clientsFacts(source: JournalSource) {
  return {
    ...runFacts(source),
    plannedRoundCount: source.run.rounds.length,
    clients: clientsOf(source.run),
  };
}

function clientsOf(run: RunData) {
  const registrations = new Map(run.registrations.map((registration) => [registration.clientId, registration]));
  const candidacies = groupBy(
    run.rounds.flatMap(({ clients }) => clients),
    ({ clientId }) => clientId,
  );
  return clientIdsOf(run).map((clientId) => {
    const rounds = candidacies.get(clientId) ?? [];
    const selected = rounds.filter(({ decision }) => decision.selected);
    const ended = selected.flatMap(({ outcome }) => outcome ?? []);
    const { device = null, exampleCount = null } = registrations.get(clientId) ?? {};
    return {
      clientId,
      /** The catalogue's name, or the reported one; null where the journal does not have its registration. */
      deviceName: device && (device.kind === "known" ? device.device.name : device.reportedName),
      exampleCount,
      /** Rounds in which there was something to decide: it was connected and could be forecast. */
      forecastRoundCount: rounds.length,
      selectedRoundCount: selected.length,
      /** Of the selected rounds, those whose end the journal has. */
      endedRoundCount: ended.length,
      /** Delivered in time. */
      onTimeRoundCount: ended.filter(({ status }) => status === "completed").length,
      /** Of its forecasts, whether it was then selected or not; null without one. */
      meanDeadlineProbability: mean(rounds.map(({ decision }) => decision.forecast.deadlineProbability)),
    };
  });
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
