// When an emulated device would have finished a task.

import type { Clock } from "../../foundation/clock.ts";
import type { Register, RoundClockDescription, Train } from "../../protocol/messages.ts";
import type { CatalogueDevice } from "../../selection/types.ts";
import { modelCost } from "../../workloads/model-cost.ts";
import { emulateRound } from "./emulate-round.ts";
import { createEmulatedPace, type EmulatedPace } from "./emulated-pace.ts";

export interface Emulation {
  readonly device: CatalogueDevice;
  readonly seed: number;
}

export function paceOfTask(
  task: Train,
  emulation: Emulation,
  client: {
    readonly registration: Pick<Register, "clientId" | "link" | "exampleCount">;
    readonly clock: Clock;
    readonly clockDescription: RoundClockDescription;
  },
): EmulatedPace {
  const { clientId, link, exampleCount } = client.registration;
  const emulated = emulateRound({
    ...emulation,
    link,
    model: modelCost(task.architecture),
    training: task.training,
    exampleCount: Math.min(exampleCount, task.training.maximumExamples ?? exampleCount),
    modelBytes: task.parameters.byteLength,
    clientId,
    round: task.round,
  });
  return createEmulatedPace(emulated, client.clockDescription, client.clock);
}
