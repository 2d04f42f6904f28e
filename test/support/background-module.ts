// A background for tests: does what each request says.

import { openBackgroundPort } from "../../background/background-port.ts";

export type Deed =
  | { readonly deed: "add"; readonly values: Float32Array }
  | { readonly deed: "work until stopped" }
  | { readonly deed: "throw" }
  | { readonly deed: "exit" };

export type Said =
  | { readonly said: "ready"; readonly setup: unknown }
  | { readonly said: "sum"; readonly sum: number; readonly values: Float32Array }
  | { readonly said: "working" }
  | { readonly said: "stopped" };

const port = await openBackgroundPort<unknown, Deed, Said>();

async function carryOut(request: Deed, isStopped: () => boolean): Promise<void> {
  switch (request.deed) {
    case "add": {
      const { values } = request;
      port.send({ said: "sum", sum: values.reduce((sum, value) => sum + value, 0), values }, [values.buffer]);
      return;
    }
    case "work until stopped":
      port.send({ said: "working" });
      while (!isStopped()) if (port.pause) await port.pause();
      port.send({ said: "stopped" });
      return;
    case "throw":
      throw new Error("nobody foresaw this");
    case "exit":
      process.exit(7);
  }
}

port.onRequest(carryOut);
port.send({ said: "ready", setup: port.setup });
