// Differences as whole steps of a scale, -127 to 127, with one scale for each block of 1024 values. Rounded at random to one of the
// two next steps so that the expected value is the difference itself: Alistarh et al. 2017, "QSGD", arXiv 1610.02132, section 3.1,
// with the greatest magnitude of a block in place of its norm.

import type { RandomSource } from "../../foundation/random-source.ts";
import { elementCount, type TensorLayout } from "../parameter-set.ts";
import type { StoredTensor, StoredTensorLayout } from "../safetensors-file.ts";
import { malformedUpdate } from "./malformed-update.ts";
import { decodeNumbers, encodeFloat32 } from "./number-coding.ts";
import type { TensorReader } from "./tensor-reader.ts";

const BLOCK_LENGTH = 1024;
const GREATEST_STEP = 127;

/** The tensors that a tensor of that layout becomes: "dense/kernel" in I8 and "dense/kernel:scale" in F32, one a block. */
export function int8Layout({ name, shape }: TensorLayout): readonly StoredTensorLayout[] {
  return [
    { name, shape, type: "I8" },
    { name: `${name}:scale`, shape: [Math.ceil(elementCount(shape) / BLOCK_LENGTH)], type: "F32" },
  ];
}

/** @param random one number a value. */
export function encodeInt8(
  tensor: TensorLayout,
  differences: Float64Array,
  random: RandomSource,
): readonly StoredTensor[] {
  const [stepLayout, scaleLayout] = int8Layout(tensor) as [StoredTensorLayout, StoredTensorLayout];
  const steps = new Int8Array(differences.length);
  const scales = new Float64Array(elementCount(scaleLayout.shape));
  for (let block = 0; block < scales.length; block++) {
    const end = Math.min(differences.length, (block + 1) * BLOCK_LENGTH);
    let greatest = 0;
    for (let index = block * BLOCK_LENGTH; index < end; index++) {
      greatest = Math.max(greatest, Math.abs(differences[index] as number));
    }
    const scale = float32NotBelow(greatest / GREATEST_STEP);
    scales[block] = scale;
    for (let index = block * BLOCK_LENGTH; index < end; index++) {
      const draw = random.next();
      if (scale > 0) steps[index] = Math.floor((differences[index] as number) / scale + draw);
    }
  }
  return [
    { ...stepLayout, bytes: new Uint8Array(steps.buffer) },
    { ...scaleLayout, bytes: encodeFloat32(scales) },
  ];
}

/** @throws {ProbSelectError} models.malformed-update */
export function decodeInt8(tensor: TensorLayout, reader: TensorReader): Float64Array {
  const [stepLayout, scaleLayout] = int8Layout(tensor) as [StoredTensorLayout, StoredTensorLayout];
  const { bytes } = reader.take(stepLayout.name, ["I8"], stepLayout.shape);
  const scales = decodeNumbers(reader.take(scaleLayout.name, ["F32"], scaleLayout.shape));
  const bad = scales.findIndex((scale) => scale < 0);
  if (bad >= 0) throw malformedUpdate(`scale ${bad} of tensor "${tensor.name}" is ${scales[bad]}, below 0`);
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const differences = new Float64Array(steps.length);
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as number;
    if (step < -GREATEST_STEP) throw malformedUpdate(`value ${index} of tensor "${tensor.name}" is ${step} steps`);
    differences[index] = step * (scales[Math.floor(index / BLOCK_LENGTH)] as number);
  }
  return differences;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The smallest Float32 that is not below `value` >= 0: with a smaller scale, the greatest value could be no step any more. */
function float32NotBelow(value: number): number {
  float[0] = value;
  if ((float[0] as number) < value) bits[0] = (bits[0] as number) + 1;
  return float[0] as number;
}
