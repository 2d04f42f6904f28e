// The evaluation's thread: loads the test split once, then scores one model after another.

import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../foundation/errors.ts";
import { decodeParameterFile, parameterLayout } from "../../models/parameter-file.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../models/tensorflow/evaluate-model.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import type { EvaluationReply, EvaluationRequest, EvaluationSetup } from "./evaluation-protocol.ts";

const { architecture, datasetName } = workerData as EvaluationSetup;
const send = (reply: EvaluationReply): void => parentPort?.postMessage(reply);

await selectBackend("auto");
const examples = await (await findDataset(datasetName)).loadTest();

async function answer({ id, modelPath }: EvaluationRequest): Promise<void> {
  try {
    const parameters = decodeParameterFile(await readFile(modelPath), parameterLayout(architecture));
    send({ kind: "result", id, result: evaluateModel({ architecture, parameters, examples }) });
  } catch (thrown) {
    send({ kind: "failed", id, reason: messageOf(thrown) });
  }
}

parentPort?.on("message", (request: EvaluationRequest) => void answer(request));
send({ kind: "ready" });
