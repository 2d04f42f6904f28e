// Published networks in the form that suits data of another shape than that for which they were made: their layers depend on no size.

import { publishedNetwork } from "../networks/published-networks.ts";
import { resnet18ForSmallImages } from "../networks/torchvision/resnet.ts";
import type { DataShape, ZooNetwork } from "./zoo-network.ts";

/** Up to this side ResNet-18 would be left with a map of two pixels or one. */
const SMALL_SIDE = 64;
/** torchvision's VGG pools its last map to 7 x 7, so that it takes multiples of this only. */
const VGG_SIDE = 224;

const smallerSide = ({ inputShape }: DataShape) => Math.min(...inputShape.slice(0, 2));

/** torchvision's ResNet-18; for small images with a 3x3 convolution at stride 1 and no pooling in front, as is usual for CIFAR. */
const makeResnet18: ZooNetwork = (data) => {
  const { inputShape, classCount } = data;
  const published =
    smallerSide(data) <= SMALL_SIDE
      ? resnet18ForSmallImages({ classCount })
      : publishedNetwork("resnet18", { classCount });
  return { ...published, inputShape: [...inputShape] };
};

/** torchvision's VGG-11 where it takes the images; else as Keras' measurements have it: any images from 32 pixels, no dropout. */
const makeVgg11: ZooNetwork = ({ inputShape, classCount }) => {
  const [height, width, channels] = inputShape as [number, number, number];
  if (height === width && channels === 3 && height % VGG_SIDE === 0) {
    return publishedNetwork("vgg11", { imageSize: height, classCount });
  }
  return { ...publishedNetwork("VGG11", { classCount }), name: "vgg11", inputShape: [...inputShape] };
};

/** By name; what is not here is made for square images of three channels only. */
export const fittedNetworks: Readonly<Record<string, ZooNetwork>> = { resnet18: makeResnet18, vgg11: makeVgg11 };
