// A run small enough to compute by hand: a model of 3 parameters, a policy that takes everybody, no held-out data.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Architecture, architectureSchema } from "../../../models/architecture.ts";
import { encodeParameterFile, parameterLayout } from "../../../models/parameter-file.ts";
import { createParameterSet, type ParameterSet } from "../../../models/parameter-set.ts";
import { codeOf } from "../../../selection/policy/impossibility.ts";
import { type SelectionPolicy, startPolicy } from "../../../selection/policy/policy.ts";
import type { ClientWork, LatencyForecast, LatencyModel } from "../../../selection/types.ts";
import { fedAvg } from "../../../server/aggregation/fedavg.ts";
import { type RunningAggregator, startAggregator } from "../../../server/aggregator.ts";
import type { AggregatorOptions } from "../../../server/aggregator-options.ts";
import { parseConfig } from "../../../server/load-config.ts";
import type { RunParts } from "../../../server/run-parts.ts";
import type { Workload } from "../../../workloads/workload.ts";
import { EventLog } from "./event-log.ts";

/** One dense layer: kernel [2, 1] and bias [1]. */
export const tinyArchitecture: Architecture = architectureSchema.parse({
  name: "tiny",
  inputShape: [2],
  layers: [{ kind: "dense", name: "output", units: 1, activation: "linear" }],
});

/** A tiny model with these three values. */
export function tinyParameters(...values: readonly number[]): ParameterSet {
  return createParameterSet(parameterLayout(tinyArchitecture), Float32Array.from(values));
}

export const tinyFile = (...values: readonly number[]): Uint8Array => encodeParameterFile(tinyParameters(...values));

const workload: Workload = {
  model: {
    modelName: "tiny",
    layers: [],
    parameterCount: 3,
    denseMultiplyAdds: 2,
    groupedMultiplyAdds: 0,
    depthwiseMultiplyAdds: 0,
    heavyElements: 3,
    elementwiseElements: 0,
    heavyParameterCount: 3,
    heavyOperatorCount: 1,
    otherOperatorCount: 0,
    inputElements: 1,
    activationBytesPerExample: 4,
  },
  precision: "fp32",
  epochs: 1,
  batchSize: 1,
  downloadBytes: 300,
  uploadBytes: 300,
};

/** Every candidate is as likely as a coin: the policies of these tests do not look at it. */
const coinForecast: LatencyForecast = {
  latencyModel: "coin",
  tier: "unknown",
  tierReason: "test",
  trainingFlop: 12,
  peakFlopPerSecond: null,
  utilisation: null,
  atMeanUtilisation: { downloadSeconds: 0, startSeconds: 0, computeSeconds: 1, uploadSeconds: 0, totalSeconds: 1 },
  computeTerms: null,
  computeLaw: null,
  transferLogSigma: 0,
  certainSeconds: 0,
  requiredUtilisation: null,
  deadlineProbability: 0.5,
  memory: { requiredBytes: 1, availableBytes: null, fits: true },
};
const coin: LatencyModel = { name: "coin", forecast: () => coinForecast };

/**
 * Selects the candidates for which `accepts` holds.
 *
 * @param workOf what less is asked of a client than everything.
 */
export function selecting(
  accepts: (clientId: string, round: number) => boolean,
  workOf: (clientId: string) => ClientWork | undefined = () => undefined,
): SelectionPolicy {
  return startPolicy({
    name: "by-name",
    needs: "static-specs",
    begin: () => null,
    select: ({ candidates, round }) => {
      const ids = Array.from(candidates.slots, (_, index) => candidates.candidateAt(index).candidate.clientId);
      const reasons = Uint8Array.from(ids, (id) => (accepts(id, round) ? 0 : codeOf("below-probability")));
      const work = new Map(
        ids.flatMap((id, index) => {
          const less = workOf(id);
          return less === undefined ? [] : [[index, less] as const];
        }),
      );
      return { selection: { reasons, because: () => "by its name", work }, state: null };
    },
  });
}

export function tinyParts(changes: Partial<RunParts> = {}): RunParts {
  return {
    architecture: tinyArchitecture,
    workload,
    latencyModel: coin,
    policy: selecting(() => true),
    strategy: fedAvg,
    initialParameters: tinyParameters(0, 0, 0),
    resolveDevice: ({ name }) => ({
      kind: "unknown",
      reportedName: name,
      tier: "unknown",
      tierReason: "test",
      warnings: [],
    }),
    evaluate: async () => null,
    close: async () => {},
    ...changes,
  };
}

export interface TestRun extends RunningAggregator, AsyncDisposable {
  readonly log: EventLog;
  readonly folder: string;
}

/** An aggregator on a free port of 127.0.0.1 with a folder of its own. Dispose it at the end of the test. */
export async function startTestRun(
  config: Readonly<Record<string, unknown>> = {},
  options: AggregatorOptions = {},
): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), "aggregator-"));
  const log = new EventLog();
  const defaults = { rounds: 1, minimumClients: 1, port: 0, outputDirectory: folder, reconnectGraceSeconds: 0.2 };
  try {
    const running = await startAggregator(parseConfig({ ...defaults, ...config }, "the test"), {
      parts: tinyParts(),
      onEvent: log.onEvent,
      ...options,
    });
    return {
      ...running,
      log,
      folder,
      async [Symbol.asyncDispose]() {
        await running.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw thrown;
  }
}
