// What a world's clients compute and move in a round: a network that a model of devices times, or one whose times were measured.

import { findArchitecture } from "../../../models/zoo.ts";
import type { Workload } from "../../../workloads/workload.ts";
import { workloadFor } from "../../../workloads/workload-for.ts";
import { findMeasuredWorkload, measuredRoundWorkload } from "../../measured/measured-workloads.ts";
import type { MeasuredWorkload } from "../../measured/types.ts";
import type { World } from "../scenario.ts";

export interface RoundWork {
  readonly workload: Workload;
  /** Null: its times are modelled. */
  readonly measured: MeasuredWorkload | null;
}

/**
 * A measured workload has its own batch size and precision.
 *
 * @throws {ProbSelectError} models.unknown-architecture; experiments.unknown-workload.
 */
export function roundWorkOf({ workload, training }: Pick<World, "workload" | "training">): RoundWork {
  if ("measured" in workload) {
    const measured = findMeasuredWorkload(workload.measured);
    return { workload: measuredRoundWorkload(measured, training), measured };
  }
  const architecture = findArchitecture(workload.model);
  return { workload: workloadFor({ architecture, training, precision: workload.precision }), measured: null };
}
