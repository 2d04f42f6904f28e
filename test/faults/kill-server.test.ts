// A row of the fault matrix (docs/faults.md): the aggregator's process gets a real SIGKILL.

import { itHolds } from "./support/holds.ts";

itHolds("kill -9 server", "a server that is killed and started again ends with the bits of a run without the kill");
