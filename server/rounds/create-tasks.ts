// The tasks of a round, one a client, each with its place for the update.

import { maximumEncodedBytes } from "../../models/compression/maximum-encoded-bytes.ts";
import { parameterLayout } from "../../models/parameter-file.ts";
import type { ClientRegistry } from "../clients/client-registry.ts";
import type { ExpectedUpload, UploadStore } from "../uploads/upload-store.ts";
import { type ClientTask, createClientTask, taskIdOf } from "./client-task.ts";
import type { RoundTask } from "./types.ts";

/** Of each parameter, and of the weight behind them. */
const MASKED_BYTES = 4;

/** What a client is to upload. */
export function expectedUpload(
  task: Pick<RoundTask, "round" | "model" | "architecture" | "coded" | "secure">,
  clientId: string,
  partBytes: number,
): ExpectedUpload {
  const { round, model, architecture, coded, secure } = task;
  const layout = parameterLayout(architecture);
  if (secure) {
    const byteLength = MASKED_BYTES * (secure.global.values.length + 1);
    const taskId = taskIdOf(task, clientId);
    return { round, partBytes, layout, isMasked: true, taskId, byteLength, modelSha256: model.sha256 };
  }
  return {
    ...{ round, partBytes, layout, coded },
    taskId: taskIdOf({ round }, clientId),
    byteLength: coded ? maximumEncodedBytes(layout, coded.encoding) : model.byteLength,
    modelSha256: model.sha256,
  };
}

/** The round's tasks by their ids. */
export function createTasks(
  round: RoundTask,
  clientIds: readonly string[],
  options: {
    readonly registry: Pick<ClientRegistry, "find">;
    readonly uploads: Pick<UploadStore, "expect">;
    readonly partBytes: number;
    readonly leaseSeconds: number;
  },
): ReadonlyMap<string, ClientTask> {
  const { registry, uploads, partBytes, leaseSeconds } = options;
  return new Map(
    clientIds.map((clientId) => {
      const upload = expectedUpload(round, clientId, partBytes);
      const token = uploads.expect(upload);
      const datasetExampleCount =
        round.resumed?.datasetExampleCounts.get(clientId) ?? registry.find(clientId)?.candidate.exampleCount ?? 0;
      return [
        upload.taskId,
        createClientTask(round, { clientId, datasetExampleCount }, { token, partBytes, leaseSeconds }),
      ];
    }),
  );
}
