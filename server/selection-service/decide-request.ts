// One question of the selection service to its answer: devices, forecasts, the policy's choice. Pure but for the policy's memory.

import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import type { ClientSlots } from "../../selection/policy/client-slots.ts";
import type { RoundEnd, SelectionPolicy } from "../../selection/policy/policy.ts";
import { reforecastWith } from "../../selection/policy/reforecast.ts";
import type { RoundForecast } from "../../selection/policy/round-forecast.ts";
import { selectClients } from "../../selection/policy/select-clients.ts";
import type {
  Candidate,
  ClientWork,
  DeviceReport,
  LatencyModel,
  ResolvedDevice,
  SelectionReasonCode,
  UncertaintyTier,
} from "../../selection/types.ts";
import { monitoringOfRequest } from "./monitoring-of-request.ts";
import type { SelectionServiceRequest } from "./request-schema.ts";
import { workloadOfRequest } from "./workload-of-request.ts";

/** What is said about one candidate. */
export interface AnsweredDecision {
  readonly clientId: string;
  readonly selected: boolean;
  readonly reasonCode: SelectionReasonCode;
  /** "Selected: ..." or "Skipped: ...", with the numbers. */
  readonly reason: string;
  readonly deadlineProbability: number;
  /** Of the whole round at the mean utilisation. */
  readonly expectedSeconds: number;
  /** The catalogue's name of the device, or the reported one of an unknown device. */
  readonly device: string;
  readonly tier: UncertaintyTier;
  /** What it is asked to do, where that is less than `training` and all of its examples. */
  readonly work?: ClientWork | undefined;
}

export interface SelectionAnswer {
  readonly round: number;
  readonly policy: string;
  /** One a candidate, in their order. */
  readonly decisions: readonly AnsweredDecision[];
  /** The round's, which the policy may have set. */
  readonly deadlineSeconds: number;
  readonly roundEnd: RoundEnd;
  readonly forecast: RoundForecast;
  /** What the policy says of the round as a whole. */
  readonly note: string | null;
  /** Names that no row has, reports that contradict the catalogue, what was assumed in counting the network. */
  readonly warnings: readonly string[];
}

/**
 * @param run the policy and the numbers of its clients: a run's, or new ones for a question that stands alone.
 * @throws {ProbSelectError} selection.*, models.* or workloads.*, naming what cannot be forecast or chosen from.
 */
export function decideRequest(
  request: SelectionServiceRequest,
  run: { readonly policy: SelectionPolicy; readonly slots: ClientSlots },
  model: LatencyModel,
): SelectionAnswer {
  const { round, seed, slo, training } = request;
  const { workload, notes } = workloadOfRequest(request.workload, training);
  const candidates = candidatesOf(request);
  const forecasts = candidates.map((candidate) => ({
    candidate,
    forecast: model.forecast(candidate, workload, slo),
  }));
  const reforecast = reforecastWith(model, workload, slo);
  const monitoring = monitoringOfRequest(request.candidates, run.slots);
  const choice = selectClients({ ...run, round, seed, slo, training, candidates: forecasts, reforecast, monitoring });
  const { deadlineSeconds, roundEnd, forecast, note = null } = choice;
  const decisions = choice.decisions.map(
    ({ forecast: { deadlineProbability, atMeanUtilisation, tier }, ...decision }, index) => ({
      ...decision,
      deadlineProbability,
      expectedSeconds: atMeanUtilisation.totalSeconds,
      device: nameOf((candidates[index] as Candidate).device),
      tier,
    }),
  );
  const warnings = [...notes, ...warningsOf(candidates)];
  return { round, policy: run.policy.name, decisions, deadlineSeconds, roundEnd, forecast, note, warnings };
}

/** Many clients have the same device, which is then looked up once. */
function candidatesOf({ candidates }: SelectionServiceRequest): readonly Candidate[] {
  const resolved = new Map<string, ResolvedDevice>();
  const resolve = (report: DeviceReport): ResolvedDevice => {
    const key = JSON.stringify(report);
    const device = resolved.get(key) ?? resolveDevice(report);
    resolved.set(key, device);
    return device;
  };
  return candidates.map(({ monitoring: _, ...candidate }) => ({ ...candidate, device: resolve(candidate.device) }));
}

/** One sentence a device, however many clients have it. */
function warningsOf(candidates: readonly Candidate[]): readonly string[] {
  const clientIds = new Map<string, string[]>();
  for (const { clientId, device } of candidates) {
    const unknown = device.kind === "unknown" ? [device.tierReason] : [];
    for (const warning of [...unknown, ...device.warnings]) {
      const ids = clientIds.get(warning);
      if (ids) ids.push(clientId);
      else clientIds.set(warning, [clientId]);
    }
  }
  return [...clientIds].map(([warning, [first = "", ...others]]) =>
    others.length === 0 ? `${first}: ${warning}` : `${first} and ${others.length} more: ${warning}`,
  );
}

function nameOf(device: ResolvedDevice): string {
  return device.kind === "known" ? device.device.name : device.reportedName;
}
