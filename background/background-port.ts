// The background's end: a module started by startBackground opens the port, then answers one request after another.

import { once } from "node:events";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../foundation/errors.ts";
import type { Answer, Order } from "./background-types.ts";

export interface BackgroundPort<Setup, Request, Reply> {
  readonly setup: Setup;
  /** @param isStopped true once the starter wants the request's end. What `answer` throws is a crash. */
  onRequest(answer: (request: Request, isStopped: () => boolean) => Promise<void>): void;
  /** @param transfer buffers that the starter of a thread takes over instead of a copy. */
  send(reply: Reply, transfer?: readonly ArrayBufferLike[]): void;
  /** To be awaited now and then by work that would otherwise not let a stop be heard; absent where it is heard anyway. */
  readonly pause: (() => Promise<void>) | undefined;
}

export function openBackgroundPort<Setup, Request, Reply>(): Promise<BackgroundPort<Setup, Request, Reply>> {
  return isMainThread ? openProcessPort() : openThreadPort();
}

async function openThreadPort<Setup, Request, Reply>(): Promise<BackgroundPort<Setup, Request, Reply>> {
  const tell = (answer: Answer, transfer: readonly ArrayBufferLike[] = []) =>
    parentPort?.postMessage(
      answer,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  return {
    setup: workerData as Setup,
    onRequest: (answer) => {
      let last = Promise.resolve();
      parentPort?.on("message", (order: Order) => {
        if (order.kind !== "request") return;
        const { id, request, stopFlag } = order;
        const flag = new Int32Array(stopFlag as SharedArrayBuffer);
        last = last
          .then(() => answer(request as Request, () => Atomics.load(flag, 0) === 1))
          .then(() => tell({ kind: "done", id }));
      });
    },
    send: (reply, transfer) => tell({ kind: "reply", reply }, transfer),
    pause: undefined,
  };
}

async function openProcessPort<Setup, Request, Reply>(): Promise<BackgroundPort<Setup, Request, Reply>> {
  const tell = (answer: Answer, then: () => void = () => {}) => process.send?.(answer, () => then());
  // Without its starter there is nobody to work for; a Ctrl-C is the starter's to handle.
  process.on("disconnect", () => process.exit(0));
  process.on("SIGINT", () => {});
  process.on("uncaughtException", (thrown) =>
    tell({ kind: "crash", message: messageOf(thrown) }, () => process.exit(1)),
  );
  const [first] = (await once(process, "message")) as [Order];
  if (first.kind !== "setup") throw new Error("A background got a request before its setup.");
  const stopped = new Set<number>();
  return {
    setup: first.setup as Setup,
    onRequest: (answer) => {
      let last = Promise.resolve();
      process.on("message", (order: Order) => {
        if (order.kind === "stop") stopped.add(order.id);
        if (order.kind !== "request") return;
        const { id, request } = order;
        last = last
          .then(() => answer(request as Request, () => stopped.has(id)))
          .then(() => {
            stopped.delete(id);
            tell({ kind: "done", id });
          });
      });
    },
    send: (reply) => tell({ kind: "reply", reply }),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  };
}
