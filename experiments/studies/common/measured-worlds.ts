// The worlds of the studies at truth level L2: which measured workloads, on which links, under which objective.

import type { World } from "../../simulation/scenario.ts";
import { worldOf } from "./run-cells.ts";

/**
 * One workload of each family of networks, at the precision for which more GPUs were measured (fp32 where as many): chosen by that
 * rule before anything was simulated.
 */
export const studyWorkloads = [
  "pytorch/resnet18/fp32/12",
  "pytorch/resnet50/fp32/12",
  "pytorch/densenet121/fp32/12",
  "pytorch/squeezenet1_0/fp32/12",
  "pytorch/vgg16/fp16/12",
  "pytorch/mnasnet1_0/fp32/12",
  "pytorch/shufflenet_v2_x0_5/fp32/12",
  "pytorch/resnext50_32x4d/fp32/12",
  "pytorch/wide_resnet101_2/fp32/12",
  "pytorch/resnet50_cifar/fp16/256",
] as const;

/** What studies on measured Wi-Fi say of their truth: also what of it the forecaster shares. */
export const MEASURED_WIFI_TRUTH =
  "L2: measured training steps of GPUs that no fit had seen, and measured Wi-Fi lines, of which the forecaster knows the median rate and " +
  "the log-normal form, not the spread";

/** Over which links the clients are reached. */
export type StudyLinks = "measured-wifi" | "measured-wifi-weibull" | "office-fibre" | "measured-5g";

/** Every class: of the catalogue's GPUs those count that the workload was measured on. */
const everyClass = ["datacentre", "workstation", "desktop", "laptop", "edge"];

export interface MeasuredWorldOptions {
  readonly workload: string;
  readonly links: StudyLinks;
  readonly deadlineQuantile: number;
  readonly minimumProbability: number;
  readonly rounds: number;
  readonly fleetSize: number;
  readonly requiredUpdates: number;
}

/** The epochs of each client's training: FedCS's (Nishio & Yonetani 2019). */
export const STUDY_EPOCHS = 5;

/** A fleet of GPUs whose shares each seed draws anew, with the measured sizes of Stack Overflow's clients. */
export function measuredWorld(options: MeasuredWorldOptions): World {
  const { workload, links, deadlineQuantile, minimumProbability, rounds, fleetSize, requiredUpdates } = options;
  return worldOf({
    fleet: {
      size: fleetSize,
      population: [{ name: "measured", share: 1, devices: everyClass, links: [links] }],
      deviceMix: "uneven",
      examples: "stackoverflow",
    },
    workload: { measured: workload },
    training: { epochs: STUDY_EPOCHS },
    slo: { deadlineQuantile, minimumProbability },
    ...{ rounds, requiredUpdates },
  });
}
