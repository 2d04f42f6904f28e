// An aggregator of the tiny model in a process of its own, so that a test can kill it: argv holds its configuration as JSON, the journal's
// records and its address go to stdout, one a line.

import { createFedBuff } from "../../../server/aggregation/fedbuff.ts";
import { startAggregator } from "../../../server/aggregator.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { tinyParts } from "./tiny-run.ts";

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

const aggregator = await startAggregator(parseConfig(JSON.parse(process.argv[2] ?? "{}"), "the test"), {
  parts: tinyParts({ strategy: createFedBuff({ serverLearningRate: 1 }) }),
  onEvent: (event) => {
    if (event.type !== "client-progress") say(event);
  },
});
say({ type: "listening", url: aggregator.url });
process.once("SIGTERM", () => void aggregator.drain(10));
say({ type: "summary", summary: await aggregator.finished });
