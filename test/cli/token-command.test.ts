// `probselect token` as its users start it.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expiryOf } from "../../cli/token/expiry.ts";
import { IdentityStore } from "../../server/security/credentials/identity-store.ts";
import { TokenStore } from "../../server/security/credentials/token-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();
const token = (...args: readonly string[]) => runCli("token", ...args, "--folder", folder.path);

describe("probselect token", () => {
  it("creates a token that the aggregator takes, shows it once, and keeps it for its owner alone", async () => {
    const { code, stdout, stderr } = await token(
      "create",
      "--client",
      "sat-*",
      "--expires",
      "7d",
      "--maximum-clients",
      "2",
    );
    expect(code).toBe(0);
    const text = stdout.trim();
    expect(stderr).not.toContain(text);
    const check = await new TokenStore(folder.path).check(text, new Date());
    expect(check).toMatchObject({ kind: "valid", token: { role: "agent", clientPattern: "sat-*", maximumClients: 2 } });
    expect((await stat(join(folder.path, "tokens"))).mode & 0o777).toBe(0o700);
    const list = await token("list");
    expect(list.stdout).toMatch(/^[0-9a-f]{12} {2}agent {2}expires on .* clients sat-\* {2}0 of at most 2 enrolled/);
    expect(list.stdout).not.toContain(text.slice(17));
    expect((await token("list", "--json")).stdout).not.toMatch(/secret/);
  }, 60_000);

  it("revokes a token, and with it the clients that came by it", async () => {
    const [tokens, identities] = [new TokenStore(folder.path), new IdentityStore(folder.path)];
    const made = await tokens.create({ role: "agent", expiresAt: null }, new Date());
    const facts = { publicKey: "A".repeat(43), enrolledAt: new Date().toISOString() };
    await identities.enrol({ clientId: "a", tokenId: made.token.id, ...facts });
    await identities.enrol({ clientId: "b", tokenId: "0".repeat(12), ...facts });
    const { stdout } = await token("revoke", made.token.id, "--with-clients");
    expect(stdout).toMatch(/is revoked\.\nThe key of a no longer counts/);
    expect(await tokens.check(made.text, new Date())).toMatchObject({ code: "server.revoked-token" });
    expect((await identities.list()).map(({ clientId }) => clientId)).toEqual(["b"]);
    await token("revoke", "--client", "b");
    expect(await identities.list()).toEqual([]);
  }, 60_000);

  it.each([
    [["create", "--expires", "soon"], 2, /30d/],
    [["create", "--role", "viewer", "--client", "x"], 2, /for agents' tokens/],
    [["create", "--maximum-clients", "0"], 2, /whole number/],
    [["revoke"], 2, /needs the id/],
    [["revoke", "../x"], 1, /no such token/],
  ] as const)(
    "refuses %j with %i and advice",
    async (args, code, advice) => {
      const result = await token(...args);
      expect(result.code).toBe(code);
      expect(result.stderr).toMatch(advice);
    },
    60_000,
  );
});

it("an expiry is a number of days, hours or minutes from now, or never", () => {
  const now = new Date("2030-01-01T00:00:00Z");
  expect(expiryOf("2d", now)).toBe("2030-01-03T00:00:00.000Z");
  expect(expiryOf("90m", now)).toBe("2030-01-01T01:30:00.000Z");
  expect(expiryOf("never", now)).toBeNull();
  for (const text of ["", "d", "-1d", "1w", "1.5h", "999999d"]) expect(() => expiryOf(text, now)).toThrow(/--expires/);
});
