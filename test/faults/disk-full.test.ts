// A row of the fault matrix (docs/faults.md): a small disk that is really full, or writes that fail where none can be mounted.

import { itHolds } from "./support/holds.ts";

itHolds(
  "disk full",
  "a full disk loses nothing: the server says what is wrong or lets agents wait, and goes on when there is room",
);
