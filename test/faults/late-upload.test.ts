// A row of the fault matrix (docs/faults.md): a fourth agent that is always too late.

import { itHolds } from "./support/holds.ts";

itHolds(
  "late upload",
  "an update that comes when its round takes no more is refused with a reason and changes nothing",
);
