// Starts the process with the two servers and asks it things over its IPC channel, one at a time.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type Question =
  | { readonly kind: "expect" | "discard"; readonly taskId: string }
  | { readonly kind: "commit"; readonly taskId: string; readonly sha256: string }
  | { readonly kind: "discard-raw" | "peak" };

export interface Addresses {
  readonly baseUrl: string;
  readonly rawUrl: string;
  /** Of the model that both serve. */
  readonly sha256: string;
}

export interface TransferServer extends Addresses {
  /** A token, the kind of a commit's result, bytes: as the question asks. */
  ask(question: Question): Promise<string>;
  close(): Promise<void>;
}

export async function startServer(): Promise<TransferServer> {
  const script = fileURLToPath(new URL("./serve-transfers.ts", import.meta.url));
  const child = fork(script, { execArgv: ["--import", "tsx"] });
  const exited = once(child, "exit");
  const answer = () =>
    Promise.race([
      once(child, "message").then(([message]) => message),
      exited.then(() => Promise.reject(new Error("the server's process ended"))),
    ]);
  const addresses: Addresses = await answer();
  return {
    ...addresses,
    ask(question) {
      const answered = answer();
      child.send(question);
      return answered;
    },
    async close() {
      child.disconnect();
      await exited;
    },
  };
}
