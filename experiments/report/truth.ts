// Where a report's durations come from. A figure without that says nothing: an emulated second is no measured second.

import type { RunData } from "./run-data.ts";

/** The source of the durations of a run. */
export interface Truth {
  /** A few words for the note of each figure. */
  readonly name: string;
  /** A sentence or two for the section on provenance. */
  readonly description: string;
}

/** What the journal itself says about the source of its durations. */
export function truthOf(run: RunData): Truth {
  const emulated = run.registrations.filter((registration) => registration.emulated).length;
  if (run.started.clock.kind === "emulated" || (emulated > 0 && emulated === run.registrations.length)) {
    return {
      name: "emulated devices, not measured hardware",
      description:
        "The training is real; how long each device takes is drawn from an emulation model that is independent of the forecaster. " +
        "No duration in this report was measured on the hardware that a client stands for.",
    };
  }
  if (emulated > 0) {
    return {
      name: `measured; ${emulated} of ${run.registrations.length} clients emulate a device`,
      description:
        "Durations are measured by the aggregator's clock. Some clients emulate another device and report when it would have finished.",
    };
  }
  return {
    name: "measured on the real clients",
    description:
      "Durations are measured by the aggregator's clock, from dispatch to the arrival of each update, on the real clients.",
  };
}
