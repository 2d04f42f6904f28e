// What can run the tensors, as the choice among them sees it.

import * as tf from "@tensorflow/tfjs-core";
import type { AdapterInfo } from "./names.ts";

export interface Candidate {
  readonly usesGpu: boolean;
  readonly description: string;
  /**
   * Makes it tfjs' current back-end; throws if it cannot, with what is missing and what to do.
   *
   * @returns what runs it, where the back-end knows.
   */
  readonly activate: () => Promise<{ readonly adapter?: AdapterInfo } | undefined>;
}

/** @throws if TensorFlow.js cannot start the back-end of that name. */
export async function activateRegistered(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its back-end "${name}"`);
  await tf.ready();
}

/** tfjs advertises its native package on the console when the cpu back-end starts; `doctor` says it better. */
export async function withoutBanner<Result>(run: () => Promise<Result>): Promise<Result> {
  const { IS_TEST } = tf.env().getFlags();
  tf.env().set("IS_TEST", true);
  try {
    return await run();
  } finally {
    tf.env().set("IS_TEST", IS_TEST ?? false);
  }
}
