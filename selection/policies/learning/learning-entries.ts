// The policies that learn from the rounds, for comparison and for those who want them: never a default, always named.

import { startPolicy } from "../../policy/policy.ts";
import { entryOf, type PolicyEntry } from "../policy-entry.ts";
import { monitoredEntries } from "./monitored-entries.ts";
import { oortPolicy } from "./oort/oort.ts";
import { oortSettings } from "./oort/oort-settings.ts";
import { tiflPolicy } from "./tifl/tifl.ts";
import { tiflSettings } from "./tifl/tifl-settings.ts";

export const learningEntries: readonly PolicyEntry[] = [
  entryOf({
    name: "oort",
    needs: "history",
    honoursPriorities: true,
    summary: "clients of high loss and short rounds, and a shrinking share of new ones (Lai et al., OSDI 2021)",
    settings: oortSettings,
    create: (options) => startPolicy(oortPolicy(options)),
  }),
  entryOf({
    name: "tifl",
    needs: "history",
    honoursPriorities: true,
    summary: "clients are timed once; each round draws from one tier of like latency (Chai et al., HPDC 2020)",
    settings: tiflSettings,
    create: (options) => startPolicy(tiflPolicy(options)),
  }),
  ...monitoredEntries,
];
