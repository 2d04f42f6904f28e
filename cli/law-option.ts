// `--law` of every verb that forecasts.

import { computeLawKinds } from "../selection/probability/compute-law.ts";

export const lawOption = {
  choices: computeLawKinds,
  describe: "The family of laws of a computation's time (default normal-utilisation)",
} as const;
