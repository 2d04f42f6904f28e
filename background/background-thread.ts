// A background as a worker thread.

import { Worker } from "node:worker_threads";
import { messageOf } from "../foundation/errors.ts";
import type { Answer, Background, BackgroundEntry, BackgroundEvents, Order } from "./background-types.ts";
import { workerEntry } from "./worker-entry.ts";

export function startThread<Request, Reply>(
  { callerUrl, name, setup }: BackgroundEntry,
  { onReply, onEnd }: BackgroundEvents<Reply>,
): Background<Request> {
  const worker = new Worker(workerEntry(callerUrl, name), { workerData: setup });
  /** Shared memory, since a thread that computes reads no messages. */
  const stopFlags = new Map<number, SharedArrayBuffer>();
  let isOver = false;
  const finish = (what: string, cause?: unknown) => {
    if (isOver) return;
    isOver = true;
    onEnd(what, cause);
  };
  worker.on("message", (answer: Answer) => {
    if (answer.kind === "reply") onReply(answer.reply as Reply);
    if (answer.kind === "done") stopFlags.delete(answer.id);
  });
  worker.on("error", (error) => finish(`crashed: ${messageOf(error)}`, error));
  worker.on("exit", (code) => finish(`ended with exit code ${code}`));
  return {
    send: (id, request, transfer = []) => {
      const stopFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
      stopFlags.set(id, stopFlag);
      const order: Order = { kind: "request", id, request, stopFlag };
      worker.postMessage(order, [...transfer]);
    },
    stop: (id) => {
      const flag = stopFlags.get(id);
      if (flag) Atomics.store(new Int32Array(flag), 0, 1);
    },
    end: async () => {
      await worker.terminate();
    },
  };
}
