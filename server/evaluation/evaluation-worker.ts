// The evaluation's thread or process: loads the test split once, then scores one model after another.

import { readFile } from "node:fs/promises";
import { openBackgroundPort } from "../../background/background-port.ts";
import { messageOf } from "../../foundation/errors.ts";
import { decodeParameterFile, parameterLayout } from "../../models/parameter-file.ts";
import { selectBackend } from "../../models/tensorflow/backend.ts";
import { evaluateModel } from "../../models/tensorflow/evaluate-model.ts";
import { findDataset } from "../../workloads/find-dataset.ts";
import type { EvaluationReply, EvaluationRequest, EvaluationSetup } from "./evaluation-protocol.ts";

const port = await openBackgroundPort<EvaluationSetup, EvaluationRequest, EvaluationReply>();
const { architecture, datasetName } = port.setup;

await selectBackend("auto");
const examples = await (await findDataset(datasetName)).loadTest();

async function answer({ id, modelPath }: EvaluationRequest): Promise<void> {
  try {
    const parameters = decodeParameterFile(await readFile(modelPath), parameterLayout(architecture));
    port.send({ kind: "result", id, result: await evaluateModel({ architecture, parameters, examples }) });
  } catch (thrown) {
    port.send({ kind: "failed", id, reason: messageOf(thrown) });
  }
}

port.onRequest(answer);
port.send({ kind: "ready" });
