// A row of the fault matrix (docs/faults.md): parts and commit once more, over real sockets.

import { itHolds } from "./support/holds.ts";

itHolds("duplicate upload", "an update that is sent again counts once");
