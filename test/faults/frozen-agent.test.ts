// A row of the fault matrix (docs/faults.md): an agent's process gets a real SIGSTOP.

import { itHolds } from "./support/holds.ts";

itHolds("frozen agent", "an agent that is frozen until it is taken for gone comes back and delivers");
