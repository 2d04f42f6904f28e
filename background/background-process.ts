// A background as a process of its own.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Answer, Background, BackgroundEntry, BackgroundEvents, Order } from "./background-types.ts";
import { programArguments } from "./program-arguments.ts";

/** Dawn's, of limits that nothing here comes near; six lines at every start. */
const knownNoise = /^Warning: maxDynamic\w+BuffersPerPipelineLayout artificially reduced/;

export function startProcess<Request, Reply>(
  { callerUrl, name, setup }: BackgroundEntry,
  { onReply, onEnd }: BackgroundEvents<Reply>,
): Background<Request> {
  const [options, path] = programArguments(callerUrl, name);
  const child = fork(path, [], {
    execArgv: [...options],
    serialization: "advanced",
    // Its standard output is none of this program's.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  passOn(child);
  let lastWords: string | undefined;
  let isOver = false;
  const finish = (what: string, cause?: unknown) => {
    if (isOver) return;
    isOver = true;
    onEnd(what, cause);
  };
  child.on("message", (answer: Answer) => {
    if (answer.kind === "reply") onReply(answer.reply as Reply);
    if (answer.kind === "crash") lastWords = answer.message;
  });
  child.on("error", (error) => finish(`could not be started: ${error.message}`, error));
  child.on("exit", (code, signal) => {
    if (lastWords !== undefined) finish(`crashed: ${lastWords}`);
    else finish(signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
  });
  // A message to a process that has just died is lost, as its exit will say.
  const tell = (order: Order) => {
    if (child.connected) child.send(order, () => {});
  };
  tell({ kind: "setup", setup });
  return {
    send: (id, request) => tell({ kind: "request", id, request }),
    stop: (id) => tell({ kind: "stop", id }),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What native code prints goes where this program's own notes go. */
function passOn(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      if (!knownNoise.test(line)) process.stderr.write(`${line}\n`);
    });
  }
}
