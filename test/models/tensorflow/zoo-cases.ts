// A small training for every network of the zoo, on which back-ends are compared. Sizes are small for the cpu back-end's sake: it takes
// a minute for three steps of resnet20 at 32 pixels.

import type { DataShape } from "../../../models/zoo.ts";

export interface ZooCase {
  readonly name: string;
  readonly data: DataShape;
  readonly learningRate: number;
  readonly batchSize: number;
  /** How far apart two back-ends' losses and parameters may be. */
  readonly tolerance: number;
  /** The same for WebGPU, where its operators, which round otherwise, are further off. */
  readonly webGpuTolerance?: number;
  /** The same for TensorFlow's native library. */
  readonly nativeTolerance?: number;
  /** Whether the cpu back-end takes minutes. */
  readonly isSlow: boolean;
}

const CLASSES = 10;
const usual = { learningRate: 0.01, batchSize: 4, tolerance: 1e-5, isSlow: false };

export const images = (side: number): DataShape => ({ inputShape: [side, side, 3], classCount: CLASSES });
const tokens = (length: number): DataShape => ({ inputShape: [length], classCount: CLASSES, vocabularySize: 12 });

/**
 * MobileNet's 52 normalisations make steps chaotic: at a rate of 0.0001 a change of the parameters by 1e-7 changes the third loss by
 * 3e-3, on one back-end. Even its first loss differs by 1e-5 where an operator rounds otherwise, as WebGPU's do. So it is with
 * ResNet-18 on 8 pixels, whose last normalisations see one value an image.
 */
const cautious = { ...usual, learningRate: 0.000001, tolerance: 5e-5 };

/** The slow ones are compared with cpu by whoever asks for it: SLOW_AGREEMENT=1. */
export const isCompared = ({ isSlow }: ZooCase): boolean => !isSlow || process.env.SLOW_AGREEMENT === "1";

export const zooCases: readonly ZooCase[] = [
  { ...usual, name: "mlp", data: images(12) },
  { ...usual, name: "lenet5", data: images(12) },
  { ...usual, name: "cnn-small", data: images(12) },
  { ...usual, name: "logistic-regression", data: images(12) },
  { ...usual, name: "resnet20", data: images(8), batchSize: 2, nativeTolerance: 2e-5 },
  { ...cautious, name: "mobilenet-v2-0.35", data: images(2) },
  { ...cautious, name: "mobilenet-v2", data: images(2), webGpuTolerance: 5e-4, isSlow: true },
  { ...cautious, name: "resnet18", data: images(8), isSlow: true },
  { ...usual, name: "vgg11", data: images(32), batchSize: 1, isSlow: true },
  { ...usual, name: "char-lstm", data: tokens(9) },
  { ...usual, name: "char-lstm-large", data: tokens(5) },
  { ...usual, name: "transformer-encoder", data: tokens(9) },
];
