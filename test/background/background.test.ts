// A thread and a process behave alike: each test is one of both.

import { afterEach, describe, expect, it } from "vitest";
import { type Background, type BackgroundKind, startBackground } from "../../background/background.ts";
import type { Deed, Said } from "../support/background-module.ts";

const setup = { name: "a setup", numbers: [1, 2] };

interface Started {
  readonly background: Background<Deed>;
  /** The next that it says, in order. */
  readonly next: () => Promise<Said>;
  readonly end: Promise<string>;
}

let started: Started | undefined;
afterEach(() => started?.background.end());

async function start(kind: BackgroundKind): Promise<Started> {
  const said: Said[] = [];
  const waiting: ((reply: Said) => void)[] = [];
  let ended: (what: string) => void = () => {};
  const end = new Promise<string>((resolve) => {
    ended = resolve;
  });
  const entry = { callerUrl: import.meta.url, name: "../support/background-module", setup };
  const background = startBackground<Deed, Said>(kind, entry, {
    onReply: (reply) => (waiting.length > 0 ? waiting.shift()?.(reply) : said.push(reply)),
    onEnd: ended,
  });
  const next = () =>
    new Promise<Said>((resolve) => {
      const first = said.shift();
      if (first) resolve(first);
      else waiting.push(resolve);
    });
  started = { background, next, end };
  expect(await next()).toEqual({ said: "ready", setup });
  return started;
}

describe.each(["thread", "process"] as const)("a background that is a %s", (kind) => {
  it("answers requests in order, with arrays that come back as they were", async () => {
    const { background, next } = await start(kind);
    background.send(0, { deed: "add", values: Float32Array.of(1, 2, 3) });
    background.send(1, { deed: "add", values: new Float32Array(1_000_000).fill(0.5) });
    expect(await next()).toEqual({ said: "sum", sum: 6, values: Float32Array.of(1, 2, 3) });
    expect(await next()).toMatchObject({ said: "sum", sum: 500_000 });
  });

  it("hears the stop of a request that keeps it busy, and goes on with the next", async () => {
    const { background, next } = await start(kind);
    background.send(0, { deed: "work until stopped" });
    expect(await next()).toEqual({ said: "working" });
    background.send(1, { deed: "add", values: Float32Array.of(4) });
    background.stop(0);
    expect(await next()).toEqual({ said: "stopped" });
    expect(await next()).toMatchObject({ sum: 4 });
  });

  it("hears the stop of a request that has not begun", async () => {
    const { background, next } = await start(kind);
    background.send(0, { deed: "work until stopped" });
    background.send(1, { deed: "work until stopped" });
    background.stop(1);
    expect(await next()).toEqual({ said: "working" });
    background.stop(0);
    expect(await next()).toEqual({ said: "stopped" });
    expect(await next()).toEqual({ said: "working" });
    expect(await next()).toEqual({ said: "stopped" });
  });

  it("tells its last words when an error reaches nobody", async () => {
    const { background, end } = await start(kind);
    background.send(0, { deed: "throw" });
    expect(await end).toBe("crashed: nobody foresaw this");
  });

  it("tells the exit code with which it ended", async () => {
    const { background, end } = await start(kind);
    background.send(0, { deed: "exit" });
    expect(await end).toBe("ended with exit code 7");
  });

  it("can be ended in the middle of its work, and again when it is gone", async () => {
    const { background, next, end } = await start(kind);
    background.send(0, { deed: "work until stopped" });
    await next();
    await background.end();
    expect(await end).toMatch(kind === "thread" ? /exit code 1/ : /SIGKILL/);
    await background.end();
    background.send(1, { deed: "add", values: Float32Array.of(1) });
    background.stop(1);
  });
});
