// The back-ends that this machine has. Started by kernels.ts; prints their names
// as JSON, the last line of stdout.

import { probeBackends } from "../../client/backends/probe-backends.ts";

const reports = await probeBackends();
console.log(JSON.stringify(reports.filter(({ usable }) => usable).map(({ name }) => name)));
