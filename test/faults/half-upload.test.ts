// A row of the fault matrix (docs/faults.md): half a part of noise beside the honest upload.

import { itHolds } from "./support/holds.ts";

itHolds("half upload", "half an upload whose sender hangs up, with or without the right token, changes nothing");
