// An ONNX model as data, and its file: the messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that a
// network needs, in Protocol Buffers' binary format. Numbers of fields and types are that schema's.

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** Integers are int64 attributes; a real number is marked as such, as ONNX tells the two apart. */
export type OnnxAttribute = number | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant: float32 values or int64 numbers. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

/** A named input or output of float32. */
export interface OnnxValue {
  readonly name: string;
  /** A text is a size that is known only when the model runs. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly producerVersion: string;
  readonly operatorSet: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Free texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Of the file format: the first that knows operator set 17. */
const IR_VERSION = 8;
const elementTypes = { float32: 1, int64: 7 } as const;
/** What an operator that converts numbers names int64. */
export const ONNX_INT64 = elementTypes.int64;
const attributeTypes = { float: 1, int: 2, ints: 7 } as const;

/** The file; equal models give equal bytes. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, "probselect");
  text(writer, 3, model.producerVersion);
  message(writer, 7, () => writeGraph(writer, model));
  message(writer, 8, () => integer(writer, 2, model.operatorSet)); // of the default domain
  for (const [key, value] of Object.entries(model.metadata)) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, { name, nodes, constants, inputs, outputs }: OnnxModel): void {
  for (const node of nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, name);
  for (const constant of constants) message(writer, 5, () => writeTensor(writer, constant));
  for (const input of inputs) message(writer, 11, () => writeValue(writer, input));
  for (const output of outputs) message(writer, 12, () => writeValue(writer, output));
}

function writeNode(writer: BinaryWriter, { operator, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, output);
  text(writer, 4, operator);
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, 5, () => {
      text(writer, 1, name);
      writeAttribute(writer, value);
    });
  }
}

function writeAttribute(writer: BinaryWriter, value: OnnxAttribute): void {
  if (typeof value === "number") {
    integer(writer, 3, value);
    integer(writer, 20, attributeTypes.int);
  } else if ("float" in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    integer(writer, 20, attributeTypes.float);
  } else {
    for (const one of value) integer(writer, 8, one);
    integer(writer, 20, attributeTypes.ints);
  }
}

function writeTensor(writer: BinaryWriter, { name, shape, values }: OnnxTensor): void {
  for (const size of shape) integer(writer, 1, size);
  integer(writer, 2, values instanceof Float32Array ? elementTypes.float32 : elementTypes.int64);
  text(writer, 8, name);
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeValue(writer: BinaryWriter, { name, shape }: OnnxValue): void {
  text(writer, 1, name);
  const writeShape = () => {
    for (const size of shape) {
      message(writer, 1, () => (typeof size === "number" ? integer(writer, 1, size) : text(writer, 2, size)));
    }
  };
  message(writer, 2, () =>
    message(writer, 1, () => {
      integer(writer, 1, elementTypes.float32);
      message(writer, 2, writeShape);
    }),
  );
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function integer(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
