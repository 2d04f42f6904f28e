import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { findFreePort } from "../../../experiments/demo/free-port.ts";
import { connectQueue } from "../../../experiments/jobs/queue-connection.ts";
import { compiledPath } from "../../support/compiled.ts";
import { killSpawned, spawnNode } from "../../support/spawn-cli.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const servers: Server[] = [];
afterEach(async () => {
  await killSpawned();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

describe("the way to a queue", () => {
  it.each(["6379", "http://localhost:6379", "redis:6379", "redis://", "redis://host:99999", "redis://host/jobs"])(
    "refuses %s as an address",
    async (url) => {
      await expect(connectQueue(url)).rejects.toMatchObject({
        code: "cli.wrong-usage",
        message: expect.stringContaining(`"${url}"`),
      });
    },
  );

  it("says that nobody listens, at which address, and no password", async () => {
    const port = await findFreePort();
    const attempt = connectQueue(`redis://user:secret@127.0.0.1:${port}/2`);
    await expect(attempt).rejects.toMatchObject({
      code: "experiments.queue-unreachable",
      message: expect.stringMatching(new RegExp(`redis://127.0.0.1:${port}/2: connect ECONNREFUSED`)),
    });
    await expect(attempt).rejects.not.toThrow(/secret/);
  });

  it("gives a server up that is no Redis, and one that says nothing", async () => {
    const web = await listening(createServer((_, response) => response.end("hello")));
    const silent = await listening(createTcpServer(() => {}));
    const unreachable = { code: "experiments.queue-unreachable" };
    await Promise.all([
      expect(connectQueue(`redis://127.0.0.1:${web}`)).rejects.toMatchObject(unreachable),
      expect(connectQueue(`redis://127.0.0.1:${silent}`)).rejects.toMatchObject(unreachable),
    ]);
  });

  it("says which packages to install where they are not", async () => {
    const hooks = `export const resolve = (specifier, context, next) => next(specifier === "bullmq" ? "no-such-package" : specifier, context);`;
    const hiding = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
    const options = { threads: 1, cacheFolder: folder.path, queueUrl: "redis://127.0.0.1:1", jobs: [] };
    const child = spawnNode(
      ...["--import", `data:text/javascript,${encodeURIComponent(hiding)}`],
      ...[compiledPath("test/support/jobs/run-test-jobs.ts"), JSON.stringify(options)],
    );
    expect(await child.exit).toMatchObject({ code: 1 });
    expect(child.stderr()).toMatch(/^experiments\.queue-not-installed: .*npm install bullmq ioredis/);
  });
});
