// The aggregator of a secure run in a process of its own, to be killed: argv holds its configuration as JSON.

import { startAggregator } from "../../../server/aggregator.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { secureParts } from "./secure-run.ts";

const config = parseConfig(JSON.parse(process.argv[2] ?? "{}"), "the test");
const parts = secureParts((_parameters, path) => process.stderr.write(`model ${path};\n`));
const aggregator = await startAggregator(config, { parts, limits: { partBytes: 1024 } });
process.stderr.write(`Listening on ${aggregator.url};\n`);
await aggregator.finished;
