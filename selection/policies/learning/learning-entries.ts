// The policies that learn from the rounds, for comparison and for those who want them: never a default, always named.

import { startPolicy } from "../../policy/policy.ts";
import { entryOf, type PolicyEntry } from "../policy-entry.ts";
import { oortPolicy } from "./oort/oort.ts";
import { oortSettings } from "./oort/oort-settings.ts";

export const learningEntries: readonly PolicyEntry[] = [
  entryOf({
    name: "oort",
    needs: "history",
    summary: "clients of high loss and short rounds, and a shrinking share of new ones (Lai et al., OSDI 2021)",
    settings: oortSettings,
    create: (options) => startPolicy(oortPolicy(options)),
  }),
];
