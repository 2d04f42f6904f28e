// Hands out the tensors of an encoded update by name, each once, and refuses a file with others or with fewer.

import type { StoredTensor, ValueType } from "../safetensors-file.ts";
import { malformedUpdate } from "./malformed-update.ts";

export interface TensorReader {
  has(name: string): boolean;
  /**
   * @param types of which it must have one.
   * @param shape that it must have; without one it must be a list.
   * @throws {ProbSelectError} models.malformed-update if there is none of that name, type and shape.
   */
  take(name: string, types: readonly ValueType[], shape?: readonly number[]): StoredTensor;
  /** @throws {ProbSelectError} models.malformed-update if a tensor has not been taken. */
  requireEmpty(): void;
}

export function createTensorReader(tensors: readonly StoredTensor[]): TensorReader {
  const rest = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return {
    has: (name) => rest.has(name),
    take(name, types, shape) {
      const tensor = rest.get(name);
      if (!tensor) throw malformedUpdate(`it has no tensor "${name}"`);
      if (!types.includes(tensor.type)) {
        throw malformedUpdate(`tensor "${name}" is ${tensor.type} instead of ${types.join(" or ")}`);
      }
      const isRight = shape ? tensor.shape.join() === shape.join() : tensor.shape.length === 1;
      if (!isRight) {
        throw malformedUpdate(
          `tensor "${name}" has shape [${tensor.shape}] instead of ${shape ? `[${shape}]` : "a list's"}`,
        );
      }
      rest.delete(name);
      return tensor;
    },
    requireEmpty() {
      const [name] = rest.keys();
      if (name !== undefined) throw malformedUpdate(`tensor "${name}" does not belong to it`);
    },
  };
}
