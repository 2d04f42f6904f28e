// `probselect select --serve`: the selection service until Ctrl-C.

import { once } from "node:events";
import { counted } from "../../foundation/counted.ts";
import { isLoopback } from "../../foundation/loopback.ts";
import type { LatencyModel } from "../../selection/types.ts";
import { listen } from "../../server/http/listen.ts";
import { createSelectionApp } from "../../server/selection-service/selection-app.ts";
import { SelectionService } from "../../server/selection-service/selection-service.ts";
import type { ServedPolicies } from "../../server/selection-service/served-policies.ts";
import { describeError, printJson } from "../output.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly maximumRuns: number;
  readonly latencyModel: LatencyModel;
  readonly policies: ServedPolicies;
  /** Whether the address goes to stdout as JSON. */
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Listens until SIGINT or SIGTERM. @throws {ProbSelectError} server.address-in-use. */
export async function serveSelection(options: ServeOptions): Promise<void> {
  const { host, maximumRuns, latencyModel, policies, json, verbose } = options;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const service = new SelectionService({
    ...{ latencyModel, policies, maximumRuns },
    onRunDropped: (runId) =>
      say(`Dropped the run ${runId}: ${counted(maximumRuns, "other was", "others were")} used since (--maximum-runs).`),
  });
  const app = createSelectionApp(service, (error) => say(describeError(error, verbose)));
  const interruption = new AbortController();
  const stop = () => interruption.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const port = await listen(app, host, options.port);
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    say(`Listening on ${url}; POST ${url}/v1/select asks whom to train. Ctrl-C stops it.`);
    if (!isLoopback(host)) say(`Whoever reaches ${host} can ask: the service has no authentication.`);
    if (json) printJson({ url, port, policy: policies.defaultName });
    if (!interruption.signal.aborted) await once(interruption.signal, "abort");
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await app.close();
  }
}
