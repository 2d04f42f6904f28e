// From the words of `probselect explain` to its result: the candidate as the aggregator would see it, forecast and decided on.

import { seededRandom } from "../../foundation/random-source.ts";
import { findArchitecture } from "../../models/zoo.ts";
import { findLinkProfile } from "../../network/link-profiles.ts";
import { resolveDevice } from "../../selection/devices/resolve-device.ts";
import { explainForecast, type ForecastExplanation } from "../../selection/explain-forecast.ts";
import type { Calibration } from "../../selection/latency/calibrated/calibration.ts";
import { findLatencyModel } from "../../selection/latency/find-latency-model.ts";
import { createPolicy } from "../../selection/policies/find-policy.ts";
import type { Candidate, ResolvedDevice, SelectionDecision, ServiceLevelObjective } from "../../selection/types.ts";
import { stepCount } from "../../workloads/round-workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";
import type { ChosenLink } from "../link-options.ts";

export interface ExplainQuestion {
  readonly device: string;
  readonly memoryGib: number | undefined;
  readonly fp32Tflops: number | undefined;
  readonly memoryGbs: number | undefined;
  readonly cpu: boolean;
  readonly backend?: string | undefined;
  readonly model: string;
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
  readonly linkReason: string;
  /** What `--json` prints; every quantity names its unit. */
  readonly result: ReturnType<typeof jsonResult>;
}

/**
 * @param link as asked for; without it a typical one for the device's class.
 * @param calibrations if there are any, the latency model is "calibrated".
 * @throws {ProbSelectError} models.unknown-architecture; selection.invalid-argument.
 */
export function explainSituation(
  question: ExplainQuestion,
  link: ChosenLink | undefined,
  calibrations: readonly Calibration[] = [],
): ExplainedSituation {
  const { epochs, batchSize, momentum, deadlineSeconds, minimumProbability } = question;
  const device = resolveDevice({
    kind: question.cpu ? "cpu" : "gpu",
    name: question.device,
    memoryBytes: question.memoryGib === undefined ? undefined : question.memoryGib * 2 ** 30,
    fp32PeakFlopPerSecond: question.fp32Tflops === undefined ? undefined : question.fp32Tflops * 1e12,
    memoryBandwidthBytesPerSecond: question.memoryGbs === undefined ? undefined : question.memoryGbs * 1e9,
  });
  const chosen = link ?? typicalLink(device);
  const candidate: Candidate = {
    clientId: "client",
    device,
    backend: question.backend,
    link: chosen.link,
    exampleCount: question.examples,
  };
  const workload = workloadFor({
    architecture: findArchitecture(question.model),
    // The learning rate costs nothing.
    training: { epochs, batchSize, learningRate: 0.01, momentum },
  });
  const slo: ServiceLevelObjective = { deadlineSeconds, minimumProbability };
  const model = findLatencyModel(calibrations.length > 0 ? "calibrated" : "roofline", { calibrations });
  const explanation = explainForecast({ model, candidate, workload, slo });
  const policy = createPolicy("probselect", { random: seededRandom(0, "explain") });
  const candidates = [{ candidate, forecast: explanation.forecast }];
  const decision = policy.select({ round: 1, slo, candidates })[0] as SelectionDecision;
  const result = jsonResult({ candidate, chosen, workload, slo, explanation, decision });
  return { explanation, device, decision, linkReason: chosen.why, result };
}

/** Servers stand in a data centre; everything else is taken for a machine at home. */
function typicalLink(device: ResolvedDevice): ChosenLink {
  const name = device.kind === "known" && device.device.deviceClass === "datacentre" ? "datacentre" : "home-broadband";
  const { link, description } = findLinkProfile(name);
  return { link, why: `no --link given, so the profile ${name}: ${description}` };
}

function jsonResult(parts: {
  readonly candidate: Candidate;
  readonly chosen: ChosenLink;
  readonly workload: ReturnType<typeof workloadFor>;
  readonly slo: ServiceLevelObjective;
  readonly explanation: ForecastExplanation;
  readonly decision: SelectionDecision;
}) {
  const { candidate, chosen, workload, slo, explanation, decision } = parts;
  const { exampleCount } = candidate;
  return {
    device: candidate.device,
    link: { ...chosen.link, reason: chosen.why },
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
    },
    slo,
    forecast: explanation.forecast,
    decision: { selected: decision.selected, reasonCode: decision.reasonCode, reason: decision.reason },
    breakEven: {
      deadlineSeconds: explanation.breakEvenDeadlineSeconds,
      exampleCount: explanation.largestExampleCount,
    },
  };
}
