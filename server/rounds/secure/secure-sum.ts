// What a secure round brings in place of its clients' updates: one sum, which the strategy gets as one update, and the record of who is
// in it.

import type { ParameterSet } from "../../../models/parameter-set.ts";
import type { Aggregation, UpdateWeight } from "../../aggregation/types.ts";
import type { JournalEvent } from "../../journal/events.ts";
import type { SecureConfig } from "../../secure-aggregation/secure-config.ts";

/** How the phases of a secure round ended. */
export type SecureResult = {
  /** Who had trained, and was asked for keys. */
  readonly invited: readonly string[];
} & (
  | {
      readonly status: "aggregated";
      /** Whose updates are in the sum. */
      readonly survivors: readonly string[];
      /** The global model with the weighted mean of the survivors' updates on it. */
      readonly parameters: ParameterSet;
      readonly weight: number;
    }
  | { readonly status: "failed"; readonly code: string; readonly reason: string }
);

/** What a cohort needs to let the updates of a round come masked. */
export interface SecureTask {
  readonly config: SecureConfig;
  /** The model that the round began with. */
  readonly global: ParameterSet;
  /** To be called once, before the round's last reply, unless nobody was left to be invited. */
  readonly onEnd: (result: SecureResult) => void;
}

export interface SecureSum {
  readonly task: SecureTask;
  /** Journals how the sum came about, and adds it. @returns why there is none, if so. */
  settle(
    round: number,
    aggregation: Aggregation,
    journal: { append(event: JournalEvent): void },
  ): Promise<string | undefined>;
}

/** The mean of the survivors is the round's only update. */
const MEAN_WEIGHT: UpdateWeight = { exampleCount: 1, datasetExampleCount: 1, stepCount: 1 };

/** Undefined for a round that is not secure. */
export function beginSecureSum(global: ParameterSet, config: SecureConfig | undefined): SecureSum | undefined {
  if (!config) return undefined;
  let result: SecureResult | undefined;
  const onEnd = (end: SecureResult) => {
    result = end;
  };
  return {
    task: { config, global, onEnd },
    async settle(round, aggregation, journal) {
      if (!result) return undefined;
      journal.append({ type: "secure-round-ended", round, ...recordOf(result) });
      if (result.status === "failed") return `${result.code}: ${result.reason}`;
      await aggregation.add(result.parameters, MEAN_WEIGHT);
      return undefined;
    },
  };
}

function recordOf(result: SecureResult) {
  const { invited } = result;
  if (result.status === "aggregated") {
    return { invitedClientIds: invited, survivorClientIds: result.survivors, weight: result.weight };
  }
  const { code, reason } = result;
  return { invitedClientIds: invited, survivorClientIds: [], code, reason };
}
