// A child process of the fuzz run and what it says.

import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { programArguments } from "../../../background/program-arguments.ts";
import { within } from "./pack.ts";

export interface Child<Line extends { readonly kind: string }> {
  /** The next line of that kind that has not been read; undefined if the process ends or says nothing for so many seconds. */
  next<Kind extends Line["kind"]>(kind: Kind, seconds: number): Promise<Extract<Line, { kind: Kind }> | undefined>;
  /** All lines of that kind that have not been read. */
  take<Kind extends Line["kind"]>(kind: Kind): readonly Extract<Line, { kind: Kind }>[];
  send(message: string): void;
  /** How it ended, as words; undefined while it lives. */
  readonly ended: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts a module of this package as a process.
 *
 * @param callerUrl the caller's `import.meta.url`, from which the module "process" is seen.
 * @param cwd where it may write.
 */
export function startChild<Line extends { readonly kind: string }>(
  callerUrl: string,
  orders: unknown,
  cwd: string,
): Child<Line> {
  const [options, path] = programArguments(callerUrl, "./process");
  const child: ChildProcess = fork(path, [JSON.stringify(orders)], {
    ...{ cwd, stdio: ["ignore", "ignore", "pipe", "ipc"] },
    execArgv: ["--expose-gc", ...options],
  });
  let lines: Line[] = [];
  const news = new EventEmitter<{ line: [] }>();
  let errors = "";
  let ended: string | undefined;
  child.stderr?.on("data", (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  child.on("message", (line) => {
    lines.push(line as Line);
    news.emit("line");
  });
  const over = new Promise<void>((resolve) => {
    child.on("close", (code, signal) => {
      ended = `it ended with ${signal ?? code}: ${errors.trim()}`;
      news.emit("line");
      resolve();
    });
  });
  const take = <Kind extends Line["kind"]>(kind: Kind) => {
    const found = lines.filter((line): line is Extract<Line, { kind: Kind }> => line.kind === kind);
    lines = lines.filter((line) => line.kind !== kind);
    return found;
  };
  async function found<Kind extends Line["kind"]>(kind: Kind): Promise<Extract<Line, { kind: Kind }> | undefined> {
    for (;;) {
      const [first, ...others] = take(kind);
      lines.unshift(...others);
      if (first || ended !== undefined) return first;
      await once(news, "line");
    }
  }
  return {
    take,
    async next(kind, seconds) {
      const line = await within(seconds, found(kind));
      return line === "hung" ? undefined : line;
    },
    send: (message) => void (child.connected && child.send(message)),
    get ended() {
      return ended;
    },
    async stop() {
      if (ended === undefined) child.kill("SIGKILL");
      await over;
    },
  };
}
