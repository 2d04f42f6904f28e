// The replay of another policy as it is kept in a JSON file beside a run.

import { z } from "zod";

const seconds = z.number().min(0);
const share = z.number().min(0).max(1);

/** Parses what `JSON.stringify(PolicyReplay)` writes. Keys that a report does not show are let pass. */
export const comparisonSchema = z.object({
  policy: z.string().min(1),
  rounds: z.array(
    z.object({
      round: z.int().min(1),
      selected: z.array(z.string()),
      completed: z.array(z.string()),
      usefulDeviceSeconds: seconds,
      wastedDeviceSeconds: seconds,
    }),
  ),
  sloCompliance: share.nullable(),
  usefulDeviceSeconds: seconds,
  wastedDeviceSeconds: seconds,
});
