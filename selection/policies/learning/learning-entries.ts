// The policies that learn from the rounds, for comparison and for those who want them: never a default, always named.

import type { PolicyEntry } from "../policy-entry.ts";
import { monitoredEntries } from "./monitored-entries.ts";

export const learningEntries: readonly PolicyEntry[] = [...monitoredEntries];
