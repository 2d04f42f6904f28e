// A long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000) as tensor operations, step by
// step from a state of zeros. Gates lie in Keras' order i, f, c, o. Its gradient is written out (backpropagation through time): what
// does not depend on the later steps is computed for the whole sequence at once, so that a step back costs nine operators.

import * as tf from "@tensorflow/tfjs-core";

/**
 * The state after every step. The input's share of all gates is one matrix product over the whole sequence; only the state's share
 * is computed step by step.
 *
 * @param input [batch, length, features]
 * @param weight kernel [features, 4 * units], recurrent_kernel [units, 4 * units], bias [4 * units].
 * @returns [length, batch, units]: h = o * tanh(c), where c = f * c + i * tanh(candidate).
 */
export function lstmStates(input: tf.Tensor3D, weight: (name: string) => tf.Tensor): tf.Tensor3D {
  const [batch, length, features] = input.shape;
  const flat = tf.reshape(input, [batch * length, features]);
  const projected = tf.add(tf.matMul(flat, weight("kernel") as tf.Tensor2D), weight("bias")); // [batch * length, 4 * units]
  const steps = tf.transpose(tf.reshape(projected, [batch, length, -1]), [1, 0, 2]);
  return recur(steps, weight("recurrent_kernel")) as tf.Tensor3D;
}

/** From the input's share of the gates, [length, batch, 4 * units], and the recurrent kernel to the states. */
const recur = tf.customGrad((...parts: (tf.Tensor | tf.GradSaveFunc)[]) => {
  const [projected, recurrent, save] = parts as [tf.Tensor3D, tf.Tensor2D, (tensors: tf.Tensor[]) => void];
  const run = runForward(projected, recurrent);
  save([...run, recurrent]);
  return {
    value: run[0] as tf.Tensor,
    gradFunc: (gradient: tf.Tensor, saved: tf.Tensor[]) => runBackward(gradient as tf.Tensor3D, saved as Saved),
  };
});

/** h, c, tanh(c) and the gates i, f, candidate, o, each activated: [length, batch, units]. */
type Run = [h: tf.Tensor, c: tf.Tensor, t: tf.Tensor, i: tf.Tensor, f: tf.Tensor, g: tf.Tensor, o: tf.Tensor];
type Saved = [...Run, recurrent: tf.Tensor2D];

function runForward(projected: tf.Tensor3D, recurrent: tf.Tensor2D): Run {
  const steps: Run[] = [];
  for (const step of tf.unstack(projected)) {
    const [state, cell] = steps.at(-1) ?? [];
    steps.push(
      tf.tidy(() => {
        // The first state is zero, so nothing of it reaches the first step.
        const gates = state ? tf.add(step, tf.matMul(state as tf.Tensor2D, recurrent)) : step; // [batch, 4 * units]
        const [zi, zf, zg, zo] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const [i, f, g, o] = [tf.sigmoid(zi), tf.sigmoid(zf), tf.tanh(zg), tf.sigmoid(zo)] as const;
        const c = cell ? tf.add(tf.mul(f, cell), tf.mul(i, g)) : tf.mul(i, g);
        const t = tf.tanh(c);
        return [tf.mul(o, t), c, t, i, f, g, o] satisfies Run;
      }),
    );
  }
  const [h, c, t, i, f, g, o] = (steps[0] as Run).map((_, part) =>
    tf.stack(steps.map((run) => run[part] as tf.Tensor)),
  );
  return [h, c, t, i, f, g, o] as Run;
}

/** @returns the gradients of the projected input and of the recurrent kernel. */
function runBackward(gradient: tf.Tensor3D, [h, c, t, i, f, g, o, recurrent]: Saved): tf.Tensor[] {
  const [batch, units] = gradient.shape.slice(1) as [number, number];
  // How each gate, before its activation, changes the cell or (o) the state: of sigmoid s (1 - s), of tanh 1 - t^2.
  const slopes = tf.concat(
    [
      tf.mul(g, sigmoidSlope(i)),
      tf.mul(shifted(c), sigmoidSlope(f)),
      tf.mul(i, tanhSlope(g)),
      tf.mul(t, sigmoidSlope(o)),
    ],
    2,
  );
  const parts = [gradient, slopes, tf.mul(o, tanhSlope(t)), f].map((part) => tf.unstack(part));
  const transposed = tf.transpose(recurrent); // [4 * units, units]
  const gates: tf.Tensor2D[] = [];
  let ofState: tf.Tensor = tf.zeros([batch, units]);
  let ofCell: tf.Tensor = tf.zeros([batch, units]);
  for (let step = gradient.shape[0] - 1; step >= 0; step--) {
    const [own, slope, cellSlope, forget] = parts.map((part) => part[step]) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const [ofGates, before, cellBefore] = tf.tidy(() => {
      const state = tf.add(own, ofState);
      const cell = tf.add(ofCell, tf.mul(state, cellSlope));
      const ofGates = tf.mul(tf.concat([cell, cell, cell, state], 1), slope) as tf.Tensor2D;
      return [ofGates, tf.matMul(ofGates, transposed), tf.mul(cell, forget)];
    }) as [tf.Tensor2D, tf.Tensor, tf.Tensor];
    tf.dispose([ofState, ofCell]);
    gates.unshift(ofGates);
    ofState = before;
    ofCell = cellBefore;
  }
  const ofProjected = tf.stack(gates); // [length, batch, 4 * units]
  const flat = (tensor: tf.Tensor) => tf.reshape(tensor, [-1, tensor.shape[2] as number]) as tf.Tensor2D;
  return [ofProjected, tf.matMul(flat(shifted(h)), flat(ofProjected), true)];
}

/** The same a step later, zeros first: [length, batch, units]. */
function shifted(sequence: tf.Tensor): tf.Tensor {
  const [length, batch, units] = sequence.shape as [number, number, number];
  return tf.concat([tf.zeros([1, batch, units]), tf.slice(sequence, 0, length - 1)]);
}

function sigmoidSlope(activated: tf.Tensor): tf.Tensor {
  return tf.mul(activated, tf.sub(1, activated));
}

function tanhSlope(activated: tf.Tensor): tf.Tensor {
  return tf.sub(1, tf.square(activated));
}
