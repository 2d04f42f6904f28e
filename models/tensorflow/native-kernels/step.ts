// The step function that every ReLU's gradient asks for. TensorFlow has no such operator, so tfjs-node builds it of five others
// (NaN test, comparison, two constants, two selections), a third of a small CNN's training step; two give the same values.

import * as tf from "@tensorflow/tfjs-core";

let isInstalled = false;

/** Replaces Step on the native back-end: 1 where x > 0, 0 elsewhere, NaN where x is. Needs the back-end's import; a second call does nothing. */
export function installNativeStep(): void {
  const shipped = tf.getKernel("Step", "tensorflow");
  if (isInstalled || !shipped) return;
  tf.unregisterKernel("Step", "tensorflow");
  tf.registerKernel({
    ...shipped,
    kernelFunc: (call) => {
      if (call.attrs?.alpha !== 0) return shipped.kernelFunc(call);
      return tf.tidy(() => tf.sign(tf.relu(call.inputs.x as tf.Tensor)));
    },
  });
  isInstalled = true;
}
