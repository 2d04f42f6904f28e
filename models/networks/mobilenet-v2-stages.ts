// The stages of MobileNet V2 (Sandler et al. 2018, table 2), the same in torchvision and Keras.

/** Widening, filters, blocks and the first block's stride of each stage. */
export const mobilenetV2Stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
