// A round that closes with its first updates, over real sockets: exactly so many count, and everybody else is cut off.

import { describe, expect, it } from "vitest";
import { type OpenCohort, openCohort } from "../support/open-cohort.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { tinyFile } from "../support/tiny-run.ts";

/** A promise and what fulfils it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const join = (cohort: OpenCohort, name: string, options?: Parameters<typeof ScriptedAgent.join>[2]) =>
  ScriptedAgent.join(cohort.url, name, options);

describe("a round that closes after its first updates", () => {
  it("takes so many and counts the others as surplus, with the device-seconds that they state", async () => {
    await using cohort = await openCohort();
    const [a, b, slow] = [
      await join(cohort, "a"),
      await join(cohort, "b"),
      await join(cohort, "slow", { answerCancel: 0 }),
    ];
    const ended = cohort.train(["a", "b", "slow"], { closesAfterUpdates: 2 });
    await slow.task();
    expect(await a.deliver(tinyFile(1, 1, 1))).toEqual({ accepted: true });
    expect(await b.deliver(tinyFile(3, 3, 3))).toEqual({ accepted: true });
    const replies = await ended;
    expect([replies.get("a")?.kind, replies.get("b")?.kind]).toEqual(["update", "update"]);
    const sentence = /^The round closed after .+s with the 2 updates that it waited for\.$/;
    expect(replies.get("slow")).toMatchObject({
      kind: "outcome",
      outcome: { status: "surplus", computeSeconds: 0, reason: expect.stringMatching(sentence) },
    });
    expect(slow.cancels).toMatchObject([{ taskId: "r1-slow", reason: expect.stringMatching(sentence) }]);
    expect(a.cancels).toEqual([]);
  });

  it("never counts more of a surplus client's device-seconds than have passed", async () => {
    await using cohort = await openCohort();
    const [fast, slow] = [await join(cohort, "fast"), await join(cohort, "slow", { answerCancel: 1e6 })];
    const ended = cohort.train(["fast", "slow"], { closesAfterUpdates: 1 });
    await slow.task();
    await fast.deliver(tinyFile(1, 1, 1));
    const reply = (await ended).get("slow");
    if (reply?.kind !== "outcome") throw new Error("slow has delivered nothing");
    expect(reply.outcome.status).toBe("surplus");
    expect(reply.outcome.computeSeconds).toBe(reply.outcome.latencySeconds);
  });

  it("leaves a client unresponsive that does not answer the cancellation or is away, as the deadline does", async () => {
    await using cohort = await openCohort({ limits: { acknowledgeSeconds: 0.2 } });
    const fast = await join(cohort, "fast");
    const silent = await join(cohort, "silent", { answerCancel: "silence" });
    const away = await join(cohort, "away");
    const ended = cohort.train(["fast", "silent", "away"], { closesAfterUpdates: 1 });
    await Promise.all([silent.task(), away.task()]);
    away.crash();
    await fast.deliver(tinyFile(1, 1, 1));
    const replies = await ended;
    expect(replies.get("silent")).toMatchObject({
      outcome: { status: "unresponsive", reason: expect.stringMatching(/round closed .* did not answer/) },
    });
    expect(replies.get("away")).toMatchObject({
      outcome: { status: "unresponsive", reason: expect.stringMatching(/round closed/) },
    });
  });

  it("refuses an update that comes afterwards, with the reason", async () => {
    await using cohort = await openCohort();
    // It never answers the cancellation, so that its task stays open for its last words.
    const [fast, slow] = [await join(cohort, "fast"), await join(cohort, "slow", { answerCancel: "silence" })];
    void cohort.train(["fast", "slow"], { closesAfterUpdates: 1 });
    const task = await slow.task();
    await slow.upload(task, tinyFile(9, 9, 9));
    await fast.deliver(tinyFile(1, 1, 1));
    expect(await slow.commit(task, tinyFile(9, 9, 9))).toMatchObject({
      accepted: false,
      code: "server.round-closed",
      reason: expect.stringMatching(
        /with the one update that it waited for\. The update came too late and is not used\./,
      ),
    });
  });

  it("ends in peace when the last of its clients makes the number full", async () => {
    await using cohort = await openCohort();
    const [a, b] = [await join(cohort, "a"), await join(cohort, "b")];
    const ended = cohort.train(["a", "b"], { closesAfterUpdates: 2 });
    await Promise.all([a.deliver(tinyFile(1, 1, 1)), b.deliver(tinyFile(2, 2, 2))]);
    expect([...(await ended).values()].map(({ kind }) => kind)).toEqual(["update", "update"]);
    expect([...a.cancels, ...b.cancels]).toEqual([]);
  });

  it("ends at its deadline when too few have delivered by then", async () => {
    await using cohort = await openCohort();
    const [fast] = [await join(cohort, "fast"), await join(cohort, "slow"), await join(cohort, "slower")];
    const ended = cohort.train(["fast", "slow", "slower"], { closesAfterUpdates: 2, deadlineSeconds: 2 });
    await fast.deliver(tinyFile(1, 1, 1));
    const replies = await ended;
    expect(replies.get("fast")?.kind).toBe("update");
    expect(replies.get("slow")).toMatchObject({ outcome: { status: "late" } });
    expect(replies.get("slower")).toMatchObject({ outcome: { status: "late" } });
  });
});

describe("a commit that is being checked when the round closes", () => {
  /** "slow" commits first but its check is held until "fast" has closed the round; then `finish`. */
  async function overtaken(file: Uint8Array, { uploads = true } = {}) {
    const [arrived, check] = [gate(), gate()];
    const cohort = await openCohort({
      beforeCheck: async (taskId) => {
        if (taskId !== "r1-slow") return;
        arrived.open();
        await check.opened;
      },
    });
    await using _ = cohort;
    const [fast, slow] = [await join(cohort, "fast"), await join(cohort, "slow")];
    const ended = cohort.train(["fast", "slow"], { closesAfterUpdates: 1 });
    const task = await slow.task();
    if (uploads) await slow.upload(task, file);
    const reply = slow.commit(task, file);
    await arrived.opened;
    expect(await fast.deliver(tinyFile(1, 1, 1))).toEqual({ accepted: true });
    check.open();
    const answer = await reply;
    return { answer, replies: await ended, slow };
  }

  it("is surplus: not one update more than asked for is taken, and nobody cancels what is done", async () => {
    const { answer, replies, slow } = await overtaken(tinyFile(9, 9, 9));
    expect(answer).toMatchObject({ accepted: false, code: "server.round-closed" });
    expect(replies.get("fast")?.kind).toBe("update");
    expect(replies.get("slow")).toMatchObject({
      outcome: { status: "surplus", computeSeconds: 0, reason: expect.stringMatching(/^The round closed after/) },
    });
    expect(slow.cancels).toEqual([]);
  });

  it("is failed where the check finds a fault", async () => {
    const { answer, replies } = await overtaken(tinyFile(9, Number.NaN, 9));
    expect(answer).toMatchObject({ accepted: false, code: "models.non-finite-parameter" });
    expect(replies.get("slow")).toMatchObject({ outcome: { status: "failed" } });
  });

  it("is cut off like all others where parts of it are missing", async () => {
    const { answer, replies, slow } = await overtaken(tinyFile(9, 9, 9), { uploads: false });
    expect(answer).toMatchObject({ accepted: false, code: "server.upload-incomplete" });
    expect(replies.get("slow")).toMatchObject({ outcome: { status: "surplus" } });
    expect(slow.cancels).toMatchObject([{ reason: expect.stringMatching(/^The round closed after/) }]);
  });
});
