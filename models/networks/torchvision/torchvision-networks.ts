// torchvision's networks by their names there, with the three for images of 32 pixels that the measurement study adds.

import type { PublishedNetwork } from "../network-builder.ts";
import { cnnLenet32 } from "./cnn-lenet32.ts";
import { densenet121, densenet161, densenet169, densenet201 } from "./densenet.ts";
import { mnasnet05, mnasnet10, mnasnet13, mnasnet075 } from "./mnasnet.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";
import { mobilenetV3Large, mobilenetV3Small } from "./mobilenet-v3.ts";
import {
  resnet18,
  resnet34,
  resnet50,
  resnet50At32,
  resnet50Cifar,
  resnet101,
  resnet152,
  resnext50,
  resnext101,
  resnext101Fine,
  wideResnet50,
  wideResnet101,
} from "./resnet.ts";
import { shufflenetV2x05, shufflenetV2x10, shufflenetV2x15, shufflenetV2x20 } from "./shufflenet-v2.ts";
import { squeezenet10, squeezenet11 } from "./squeezenet.ts";
import { vgg11, vgg11Bn, vgg13, vgg13Bn, vgg16, vgg16Bn, vgg19, vgg19Bn } from "./vgg.ts";

export const torchvisionNetworks: Readonly<Record<string, PublishedNetwork>> = {
  vgg11,
  vgg13,
  vgg16,
  vgg19,
  vgg11_bn: vgg11Bn,
  vgg13_bn: vgg13Bn,
  vgg16_bn: vgg16Bn,
  vgg19_bn: vgg19Bn,
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
  resnext50_32x4d: resnext50,
  resnext101_32x8d: resnext101,
  resnext101_64x4d: resnext101Fine,
  wide_resnet50_2: wideResnet50,
  wide_resnet101_2: wideResnet101,
  densenet121,
  densenet161,
  densenet169,
  densenet201,
  squeezenet1_0: squeezenet10,
  squeezenet1_1: squeezenet11,
  mobilenet_v2: mobilenetV2,
  mobilenet_v3_large: mobilenetV3Large,
  mobilenet_v3_small: mobilenetV3Small,
  mnasnet0_5: mnasnet05,
  mnasnet0_75: mnasnet075,
  mnasnet1_0: mnasnet10,
  mnasnet1_3: mnasnet13,
  shufflenet_v2_x0_5: shufflenetV2x05,
  shufflenet_v2_x1_0: shufflenetV2x10,
  shufflenet_v2_x1_5: shufflenetV2x15,
  shufflenet_v2_x2_0: shufflenetV2x20,
  resnet50_cifar: resnet50Cifar,
  resnet50_32: resnet50At32,
  cnn_lenet32: cnnLenet32,
};
