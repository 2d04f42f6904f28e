// A Redis of a test's own, on a free port, which forgets everything when it ends.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { findFreePort } from "../../experiments/demo/free-port.ts";
import { findRedisServer } from "./find-redis-server.ts";

export class RedisServer {
  readonly url: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort());
    await server.startAgain();
    return server;
  }

  /** On the same port, with nothing in it. */
  async startAgain(): Promise<void> {
    const options = ["--port", `${this.#port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const child = spawn(findRedisServer(), options, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes("Ready to accept connections")) break;
    }
    child.stdout.resume();
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return;
    const closed = once(child, "exit");
    child.kill("SIGKILL");
    await closed;
  }
}
