import { describe, expect, it } from "vitest";
import { openSocket, registration, ScriptedAgent, say } from "../support/scripted-agent.ts";
import { startTestRun } from "../support/tiny-run.ts";

describe("a registration that is refused", () => {
  it("is journalled with the id and the address of its sender", async () => {
    await using run = await startTestRun({ minimumClients: 5 });
    const agent = await ScriptedAgent.join(run.url, "lab-3", { register: { examples: { shape: [3], classCount: 1 } } });
    expect(agent.welcome).toMatchObject({ accepted: false });
    expect(run.log.of("message-refused")).toMatchObject([
      { clientId: null, code: "server.data-mismatch", sender: { clientId: "lab-3", address: "127.0.0.1" } },
    ]);
    // Once it is taken, it is a client.
    await ScriptedAgent.join(run.url, "lab-3", { socket: agent.socket });
    await say(agent.socket, "progress", { taskId: "none", phase: "training", fraction: 0.5 });
    const last = run.log.of("message-refused").at(-1);
    expect(last).toMatchObject({ clientId: "lab-3" });
    expect(last).not.toHaveProperty("sender");
  });

  it("is journalled so too where it does not fit the protocol; an id that is too long is cut off, one that is none left out", async () => {
    await using run = await startTestRun({ minimumClients: 5 });
    const socket = await openSocket(run.url);
    await say(socket, "progress", {});
    await say(socket, "register", { ...registration("a"), protocolVersion: 1 });
    await say(socket, "register", { ...registration("a"), clientId: "x".repeat(1000) });
    socket.disconnect();
    const other = await openSocket(run.url);
    await say(other, "register", { clientId: { toString: 1 } });
    other.disconnect();
    const address = "127.0.0.1";
    expect(run.log.of("message-refused").map(({ sender }) => sender)).toEqual([
      { address },
      { clientId: "a", address },
      { clientId: "x".repeat(64), address },
      { address },
    ]);
  });
});
