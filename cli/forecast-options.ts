// Options of every verb that forecasts clients: the latency model, its law and its calibrations.

import { computeLawKinds } from "../selection/probability/compute-law.ts";

export const lawOption = {
  choices: computeLawKinds,
  requiresArg: true,
  describe: "The family of laws of a computation's time (default normal-utilisation)",
} as const;

export const forecastOptions = {
  "latency-model": {
    type: "string",
    requiresArg: true,
    describe: "roofline, paper or calibrated (default calibrated with --calibration, else roofline)",
  },
  law: lawOption,
  calibration: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "File of probselect calibrate; may be repeated, one a device",
  },
} as const;
