import { createRunner } from "../../../experiments/jobs/create-runner.ts";
import { testJob } from "./test-jobs.ts";
const [url, cache, n, threads] = process.argv.slice(2);
const t0 = performance.now();
const runner = await createRunner({ cacheFolder: cache!, queueUrl: url === "-" ? undefined : url, threads: Number(threads), executor: new URL("file:///tmp/wt-jobs/test/support/jobs/execute-test-job.ts"), onWarning: (w) => console.error((performance.now()-t0).toFixed(0), w) });
try {
const r = await runner.run(Array.from({length: Number(n)}, (_, i) => testJob({name: `k${i}`, event: {step: 1, kind: "wait", gate: "/tmp/nogate"}, log: "/tmp/jobs-adhoc.log", steps: 2})), { signal: new AbortController().signal, onProgress: () => {} });
console.error(r.length, (performance.now()-t0).toFixed(0), "ms");
} catch (e) { console.error((performance.now()-t0).toFixed(0), (e as Error & {code: string}).code, (e as Error).message); } finally { await runner.close(); console.error("closed", (performance.now()-t0).toFixed(0)); }
