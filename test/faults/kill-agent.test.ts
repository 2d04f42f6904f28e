// A row of the fault matrix (docs/faults.md): an agent's process gets a real SIGKILL.

import { itHolds } from "./support/holds.ts";

itHolds(
  "kill -9 agent",
  "an agent that is killed and started again does its part, and the model is as without the kill",
);
