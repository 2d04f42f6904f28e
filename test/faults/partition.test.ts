// A row of the fault matrix (docs/faults.md): a real network is cut, or a proxy where that is not allowed.

import { itHolds } from "./support/holds.ts";

itHolds("partition", "a network that swallows everything for a while costs no update");
