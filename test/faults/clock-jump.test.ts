// A row of the fault matrix (docs/faults.md): Date jumps in the aggregator's process.

import { itHolds } from "./support/holds.ts";

itHolds("clock jump", "a wall clock that jumps an hour, back or forward and across a restart, moves no deadline");
