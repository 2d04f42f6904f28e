// The back-ends that this machine has, in a process of its own: trying them loads native code. Started by kernels.ts; prints their names
// as JSON, the last line of stdout.

import { describeBackends } from "../../models/tensorflow/backend.ts";

const reports = await describeBackends();
console.log(JSON.stringify(reports.filter(({ usable }) => usable).map(({ name }) => name)));
