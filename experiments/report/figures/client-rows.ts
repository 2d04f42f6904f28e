// Which clients a figure shows, one row each, and how their names fit beside it.

import type { LatencyForecast } from "../../../selection/types.ts";
import { plainText } from "../../../server/reporting/format-quantities.ts";
import type { RunData } from "../run-data.ts";

/** More rows than this cannot be read; then the clients that were selected most often stand for the fleet. */
export const MAXIMUM_CLIENT_ROWS = 40;

export interface ClientRow {
  readonly clientId: string;
  /** The last one; it changes when a client registers anew, or is asked for other work or by another deadline. */
  readonly forecast: LatencyForecast;
  readonly everSelected: boolean;
}

/** The clients to show, in the order in which they first were candidates. */
export function clientRows(run: RunData): ClientRow[] {
  const selections = new Map<string, number>();
  const forecasts = new Map<string, LatencyForecast>();
  for (const { clientId, decision } of run.rounds.flatMap((round) => round.clients)) {
    forecasts.set(clientId, decision.forecast);
    selections.set(clientId, (selections.get(clientId) ?? 0) + Number(decision.selected));
  }
  const countOf = (clientId: string) => selections.get(clientId) ?? 0;
  const kept = new Set(
    [...forecasts.keys()].sort((first, second) => countOf(second) - countOf(first)).slice(0, MAXIMUM_CLIENT_ROWS),
  );
  return [...forecasts]
    .filter(([clientId]) => kept.has(clientId))
    .map(([clientId, forecast]) => ({ clientId, forecast, everSelected: countOf(clientId) > 0 }));
}

/** A name of at most `maximum` characters. @example shortName("datacentre-1-rack-7", 12) // "datacentre-…" */
export function shortName(name: string, maximum: number): string {
  const plain = plainText(name);
  return plain.length > maximum ? `${plain.slice(0, maximum - 1)}…` : plain;
}
