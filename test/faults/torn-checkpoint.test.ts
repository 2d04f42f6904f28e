// A row of the fault matrix (docs/faults.md): the checkpoint is cut off, or one bit of its model or state is another.

import { itHolds } from "./support/holds.ts";

itHolds(
  "torn checkpoint",
  "a damaged checkpoint is passed over for the one before, and the model ends with the same bits",
);
