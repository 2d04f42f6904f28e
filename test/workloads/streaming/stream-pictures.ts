// Run as a process of its own: streams all pictures of a folder once, in random order, and says how much memory that took at most.

import { seededRandom, shuffled } from "../../../foundation/random-source.ts";
import { readBatches } from "../../../models/example-source.ts";
import { findDataset } from "../../../workloads/find-dataset.ts";
import { takeSource } from "../../../workloads/streaming/take-source.ts";

const [name = "", batchSize = "4"] = process.argv.slice(2);
let peakBytes = 0;
const look = () => {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  peakBytes = Math.max(peakBytes, arrayBuffers + heapUsed);
};
const watch = setInterval(look, 1);
const before = process.memoryUsage();
const dataset = await findDataset(name);
const shard = { index: 0, count: 1 };
const source = await takeSource({ dataset, partition: { kind: "iid" }, shard, seed: 1, streamAboveBytes: 0 });
const order = shuffled(
  Array.from({ length: source.exampleCount }, (_, place) => place),
  seededRandom(1),
);
const batches = Array.from({ length: order.length / Number(batchSize) }, (_, batch) =>
  Uint32Array.from(order.slice(batch * Number(batchSize), (batch + 1) * Number(batchSize))),
);
let sum = 0;
let readBytes = 0;
for await (const { inputs } of readBatches(source, batches)) {
  look();
  sum += inputs.reduce((total, value) => total + value, 0) / inputs.length;
  readBytes += inputs.byteLength;
}
clearInterval(watch);
const usedBytes = peakBytes - before.arrayBuffers - before.heapUsed;
process.stdout.write(JSON.stringify({ usedBytes, readBytes, mean: sum / batches.length }));
