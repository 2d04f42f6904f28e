// The Keras networks of the TensorFlow 2.5 measurements by the names that those use. torchvision's ResNet and VGG differ from
// these in more than case, so neither name finds the other.

import type { PublishedNetwork } from "../network-builder.ts";
import { alexnet } from "./alexnet.ts";
import { inceptionResnetV2 } from "./inception-resnet-v2.ts";
import { inceptionV3 } from "./inception-v3.ts";
import { mobilenetV2 } from "./mobilenet-v2.ts";
import { resnet18, resnet34, resnet50 } from "./resnet.ts";
import { resnetSmall } from "./resnet-small.ts";
import { cifar10Cnn, flowerCnn, lenet5, mnistCnn } from "./small-networks.ts";
import { vgg11, vgg13, vgg16, vgg19, vggSmall } from "./vgg.ts";
import { xception } from "./xception.ts";

export const kerasNetworks: Readonly<Record<string, PublishedNetwork>> = {
  AlexNet: alexnet,
  LeNet5: lenet5,
  MNIST_CNN: mnistCnn,
  CIFAR10_CNN: cifar10Cnn,
  FLOWER_CNN: flowerCnn,
  VGGSmall: vggSmall,
  VGG11: vgg11,
  VGG13: vgg13,
  VGG16: vgg16,
  VGG19: vgg19,
  ResNetSmall: resnetSmall,
  ResNet18: resnet18,
  ResNet34: resnet34,
  ResNet50: resnet50,
  MobileNetV2: mobilenetV2,
  InceptionV3: inceptionV3,
  InceptionResNetV2: inceptionResnetV2,
  Xception: xception,
};
