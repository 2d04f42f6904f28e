// From a world's description to its parts: the fleet, its truth, what the forecaster believes, who is there, and the deadline.

import { findStepModel } from "../../../selection/latency/find-latency-model.ts";
import type { StepModel } from "../../../selection/latency/step-forecast.ts";
import type { ServiceLevelObjective } from "../../../selection/types.ts";
import type { Workload } from "../../../workloads/workload.ts";
import { isMeasuredLink, measuredLines } from "../../measured/measured-lines.ts";
import { measuredStepModel } from "../../measured/measured-step-model.ts";
import { measuredTruth } from "../../measured/measured-truth.ts";
import { gpusOf } from "../../measured/measured-workloads.ts";
import { buildFleet } from "../population/build-fleet.ts";
import type { MeasuredLines } from "../population/client-links.ts";
import { groupsIn } from "../population/populations.ts";
import { presenceOf } from "../presence/presence-of.ts";
import type { World } from "../scenario.ts";
import { disturbedTruth } from "../truth/disturbed-truth.ts";
import { layerWiseTruth } from "../truth/layer-wise-truth.ts";
import type { Fleet, FleetTruth, Presence } from "../types.ts";
import { believedStep } from "./believed-step.ts";
import { deadlineOf } from "./deadline.ts";
import { type RoundWork, roundWorkOf } from "./round-work.ts";

export interface BuiltWorld {
  readonly fleet: Fleet;
  readonly truth: FleetTruth;
  readonly stepModel: StepModel;
  /** Clients that come and go from the start; each run has its own. */
  readonly startPresence: () => Presence;
  readonly workload: Workload;
  readonly slo: ServiceLevelObjective;
}

/**
 * The world with the luck of a seed. A measured workload makes its truth one of level L2, a network one of level L1.
 *
 * @param dataFolder measurements that the package may not contain; undefined: only those that it has.
 * @throws {ProbSelectError} experiments.invalid-scenario (population, devices, sites, deadline), experiments.unknown-workload,
 * models.unknown-architecture, selection.invalid-argument (links), experiments.data-missing (traces of "measured-5g").
 */
export async function buildWorld(world: World, seed: number, dataFolder: string | undefined): Promise<BuiltWorld> {
  const work = roundWorkOf(world);
  const { workload, measured } = work;
  const lines = readLines(world, dataFolder);
  const fleet = buildFleet(world.fleet, seed, {
    needs: { precision: workload.precision, measuredGpus: measured && new Set(gpusOf(measured.cells)) },
    backend: measured?.stack,
    lines,
  });
  const truth = disturbedTruth(truthOf(work, { fleet, seed, lines }), {
    disturbances: world.disturbances,
    fleet,
    seed,
  });
  const { minimumProbability } = world.slo;
  return {
    fleet,
    truth,
    stepModel: stepModelOf(work, world),
    startPresence: () => presenceOf(world.presence, fleet.keys, seed),
    workload,
    slo: { deadlineSeconds: deadlineOf(world.slo, { fleet, truth, workload, seed }), minimumProbability },
  };
}

function readLines({ fleet }: World, dataFolder: string | undefined): MeasuredLines {
  const names = new Set(groupsIn(fleet).flatMap(({ links }) => links));
  return new Map([...names].filter(isMeasuredLink).map((name) => [name, measuredLines(name, dataFolder)]));
}

function truthOf(
  { workload, measured }: RoundWork,
  made: { readonly fleet: Fleet; readonly seed: number; readonly lines: MeasuredLines },
): FleetTruth {
  return measured ? measuredTruth({ ...made, workload: measured }) : layerWiseTruth({ ...made, workload });
}

function stepModelOf({ measured }: RoundWork, { forecast }: World): StepModel {
  const { law } = forecast;
  const model = measured ? measuredStepModel(measured, law) : findStepModel("roofline", { lawKind: law });
  return believedStep(model, forecast);
}
