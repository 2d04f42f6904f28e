// From the words of `probselect explain` to its result: the candidate as the aggregator would see it, forecast and decided on.

import { forecastInterval } from "../../experiments/report/forecast-interval.ts";
import type { Architecture } from "../../models/architecture.ts";
import type { LayersModelDescription } from "../../models/layers-model-description.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { explainForecast, type ForecastExplanation } from "../../selection/explain-forecast.ts";
import { createPolicy } from "../../selection/policies/find-policy.ts";
import { selectClients } from "../../selection/policy/select-clients.ts";
import type {
  Candidate,
  DeviceReport,
  LatencyModel,
  ResolvedDevice,
  SelectionDecision,
  ServiceLevelObjective,
} from "../../selection/types.ts";
import { costNotes } from "../../workloads/cost-notes.ts";
import { layersModelWorkload } from "../../workloads/keras/layers-model-workload.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import type { TrainingSettings, Workload } from "../../workloads/workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import { gpuNameWarnings } from "../gpu-name-warnings.ts";
import { type ChosenLink, profileLink } from "../link-options.ts";

export interface ExplainQuestion {
  readonly device: string;
  /** What is known of the device besides its name, in SI units. */
  readonly figures: Omit<DeviceReport, "kind" | "name">;
  readonly cpu: boolean;
  readonly backend?: string | undefined;
  readonly model: string;
  /** The network in the file that `model` names. */
  readonly architecture?: Architecture | undefined;
  /** The asker's own network, instead of `model`. */
  readonly description?: LayersModelDescription | undefined;
  readonly examples: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly momentum: number;
  readonly deadlineSeconds: number;
  readonly minimumProbability: number;
}

export interface ExplainedSituation {
  readonly explanation: ForecastExplanation;
  readonly device: ResolvedDevice;
  readonly decision: SelectionDecision;
  readonly link: ChosenLink;
  /** What `--json` prints; every quantity names its unit. */
  readonly result: ReturnType<typeof jsonResult>;
}

/**
 * @param link as asked for; without it a typical one for the device's class.
 * @throws {ProbSelectError} models.unknown-architecture; workloads.unsupported-layer; selection.invalid-argument.
 */
export function explainSituation(
  question: ExplainQuestion,
  link: ChosenLink | undefined,
  model: LatencyModel,
): ExplainedSituation {
  const { epochs, batchSize, momentum, deadlineSeconds, minimumProbability } = question;
  const device = resolveNamed(question);
  const chosen = link ?? typicalLink(device);
  const candidate: Candidate = {
    clientId: "client",
    device,
    backend: question.backend,
    link: chosen.link,
    exampleCount: question.examples,
  };
  // The learning rate costs nothing.
  const { workload, notes } = workloadOf(question, { epochs, batchSize, learningRate: 0.01, momentum });
  const slo: ServiceLevelObjective = { deadlineSeconds, minimumProbability };
  const explanation = explainForecast({ model, candidate, workload, slo });
  const candidates = [{ candidate, forecast: explanation.forecast }];
  const { decisions } = selectClients({ policy: createPolicy("probselect"), round: 1, seed: 0, slo, candidates });
  const decision = decisions[0] as SelectionDecision;
  const result = jsonResult({ candidate, chosen, workload, notes, slo, explanation, decision });
  return { explanation, device, decision, link: chosen, result };
}

/** The device as an aggregator would resolve it; of a GPU that nobody knows also what was probably meant. */
function resolveNamed({ cpu, device: name, figures }: ExplainQuestion): ResolvedDevice {
  const device = resolveDevice({ kind: cpu ? "cpu" : "gpu", name, ...figures });
  if (cpu || device.kind !== "unknown") return device;
  const [first, ...others] = gpuNameWarnings(name);
  const hints = first === undefined ? [] : [`${first} If it is a processor, add --cpu.`, ...others];
  return { ...device, warnings: [...hints, ...device.warnings] };
}

/** The round's work, and what was assumed in counting it. */
function workloadOf(
  { description, architecture: own, model }: ExplainQuestion,
  training: TrainingSettings,
): { readonly workload: Workload; readonly notes: readonly string[] } {
  if (!description) {
    const architecture = own ?? findArchitecture(model);
    return { workload: workloadFor({ architecture, training }), notes: costNotes(architecture) };
  }
  const workload = layersModelWorkload({ description, training });
  return { workload, notes: workload.model.notes };
}

/** Servers stand in a data centre; everything else is taken for a machine at home. */
function typicalLink(device: ResolvedDevice): ChosenLink {
  const name = device.kind === "known" && device.device.deviceClass === "datacentre" ? "datacentre" : "home-broadband";
  const chosen = profileLink(name);
  return { ...chosen, why: `no --link given, so the ${chosen.why}` };
}

function jsonResult(parts: {
  readonly candidate: Candidate;
  readonly chosen: ChosenLink;
  readonly workload: Workload;
  readonly notes: readonly string[];
  readonly slo: ServiceLevelObjective;
  readonly explanation: ForecastExplanation;
  readonly decision: SelectionDecision;
}) {
  const { candidate, chosen, workload, notes, slo, explanation, decision } = parts;
  const { exampleCount } = candidate;
  return {
    device: candidate.device,
    link: { ...chosen.link, reason: chosen.why, spreadReason: chosen.spreadWhy },
    workload: {
      modelName: workload.model.modelName,
      parameterCount: workload.model.parameterCount,
      precision: workload.precision,
      exampleCount,
      epochs: workload.epochs,
      batchSize: workload.batchSize,
      stepCount: stepCount(workload, exampleCount),
      downloadBytes: workload.downloadBytes,
      uploadBytes: workload.uploadBytes,
      notes,
    },
    slo,
    forecast: explanation.forecast,
    /** Central 80 % of the round's time; null for an unknown device, whose law is a mixture. */
    interval80: forecastInterval(explanation.forecast),
    decision: { selected: decision.selected, reasonCode: decision.reasonCode, reason: decision.reason },
    breakEven: {
      deadlineSeconds: explanation.breakEvenDeadlineSeconds,
      exampleCount: explanation.largestExampleCount,
    },
  };
}
