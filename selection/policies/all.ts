// Every client takes part: the upper bound of updates and of waste.

import type { SelectionPolicy } from "../types.ts";

export const all: SelectionPolicy = {
  name: "all",
  select: ({ candidates }) =>
    candidates.map(({ candidate: { clientId }, forecast }) => ({
      clientId,
      selected: true,
      reasonCode: "selected",
      reason: "Every client takes part, whatever its forecast.",
      forecast,
    })),
};
