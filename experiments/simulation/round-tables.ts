// The candidates of each simulated round as a policy sees them. What does not change from round to round is computed once: without
// contact windows a client's probability is the same in every round.

import type { CandidateColumns } from "../../selection/latency/forecast-columns.ts";
import { roundTimeLaw } from "../../selection/latency/round-model.ts";
import type { StepForecast, StepModel } from "../../selection/latency/step-forecast.ts";
import type { AdaptedWork, CandidateTable } from "../../selection/policy/candidate-table.ts";
import { subTable } from "../../selection/policy/sub-table.ts";
import { type ColumnTableOptions, tableOfColumns } from "../../selection/policy/table-of-columns.ts";
import { roundTimeCdf } from "../../selection/probability/round-time.ts";
import type { ClientWork, ServiceLevelObjective } from "../../selection/types.ts";
import type { Workload } from "../../workloads/workload.ts";
import { contactTable } from "./contact-table.ts";
import type { Fleet } from "./types.ts";

export interface RoundTables {
  /** @param present in rising order. */
  at(present: Uint32Array, nowSeconds: number): CandidateTable;
  /** p_i of a client with other work or by another deadline. */
  probabilityOf(client: number, work: ClientWork, deadlineSeconds: number, contactSeconds: number): number;
}

export interface ForecastSetup {
  readonly fleet: Fleet;
  /** What the forecaster believes of a step. */
  readonly stepModel: StepModel;
  /** False: it takes the links as stated. */
  readonly linkSpread: boolean;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
}

export function roundTables({ fleet, stepModel, linkSpread, workload, slo }: ForecastSetup): RoundTables {
  const columns = linkSpread ? fleet.columns : withoutSpread(fleet.columns);
  const options: ColumnTableOptions = {
    ...{ stepModel, devices: fleet.devices, candidates: columns, workload, slo, keys: fleet.keys },
    fleetSize: fleet.size,
    interpolatesOtherDeadlines: true,
    groupsBy: (label) => (label === "site" ? fleet.sites : null),
  };
  const steps = fleet.devices.map(({ device, backend }) => once(() => stepModel(device, backend, workload)));
  const whole = once(() => remembering(tableOfColumns(options)));
  return {
    at: (present, nowSeconds) => {
      const { contact } = fleet;
      if (contact) return contactTable(options, whole(), { ...fleet, contact }, { present, nowSeconds });
      return present.length === fleet.size ? whole() : subTable(whole(), present);
    },
    probabilityOf: (client, work, deadlineSeconds, contactSeconds) => {
      const step = (steps[columns.deviceIndices[client] as number] as () => StepForecast)();
      const { device, backend } = fleet.devices[columns.deviceIndices[client] as number] as Fleet["devices"][number];
      const link = {
        downlinkBitsPerSecond: columns.downlinkBitsPerSecond[client] as number,
        uplinkBitsPerSecond: columns.uplinkBitsPerSecond[client] as number,
        roundTripSeconds: columns.roundTripSeconds[client] as number,
        transferLogSigma: columns.transferLogSigmas[client] as number,
      };
      const candidate = { clientId: "", device, backend, link, exampleCount: work.exampleCount, contactSeconds };
      return roundTimeCdf(roundTimeLaw(step, candidate, { ...workload, epochs: work.epochs }), deadlineSeconds);
    },
  };
}

/** The table, with what it computes on demand kept for the next rounds. */
function remembering(table: CandidateTable): CandidateTable {
  const byDeadline = new Map<number, Float64Array>();
  const leastWork = new Map<number, Float64Array>();
  const adapted = new Map<string, Map<number, AdaptedWork>>();
  return {
    ...table,
    times: once(table.times),
    probabilitiesBy: (seconds) => remembered(byDeadline, seconds, table.probabilitiesBy),
    leastWorkProbabilities: (seconds) => remembered(leastWork, seconds, table.leastWorkProbabilities),
    adaptedWork: (index, request) => {
      const known = remembered(adapted, JSON.stringify(request), () => new Map<number, AdaptedWork>());
      const work = known.get(index) ?? table.adaptedWork(index, request);
      known.set(index, work);
      return work;
    },
  };
}

/** Deadlines that wander from round to round would fill the memory: only the latest few are kept. */
const MOST_REMEMBERED = 4;

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, compute: (key: Key) => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const [oldest] = known.keys();
  if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
  const value = compute(key);
  known.set(key, value);
  return value;
}

function withoutSpread(columns: CandidateColumns): CandidateColumns {
  return { ...columns, transferLogSigmas: new Float32Array(columns.transferLogSigmas.length) };
}

function once<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
