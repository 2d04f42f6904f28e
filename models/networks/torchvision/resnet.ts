// ResNet (He et al. 2015), ResNeXt (Xie et al. 2016) and Wide ResNet (Zagoruyko & Komodakis 2016) as torchvision has them
// (the stride of a bottleneck lies on its 3x3 convolution), and the ResNet-50 for images of 32 pixels.

import { type NetworkBuilder, networkBuilder, type PublishedNetwork } from "../network-builder.ts";
import { classifier, normalizedConvolution, stemPooling, withDefaults } from "./parts.ts";

interface ResNetSettings {
  readonly depths: readonly number[];
  readonly block: "basic" | "bottleneck";
  /** Groups of a bottleneck's 3x3 convolution, and channels of each group for every 64 of the stage. */
  readonly groups?: number;
  readonly groupWidth?: number;
  /** A 3x3 convolution at stride 1 and no pooling, as is usual for images of 32 pixels. */
  readonly hasSmallStem?: boolean;
  readonly imageSize?: number;
  readonly classCount?: number;
}

function resnet(name: string, settings: ResNetSettings): PublishedNetwork {
  return (options = {}) => {
    const { imageSize, classCount } = withDefaults({
      imageSize: options.imageSize ?? settings.imageSize,
      classCount: options.classCount ?? settings.classCount,
    });
    const network = networkBuilder(name, [imageSize, imageSize, 3]);
    const stem = settings.hasSmallStem ? { kernel: 3, stride: 1 } : { kernel: 7, stride: 2 };
    let value = normalizedConvolution(network, "stem", "input", { filters: 64, ...stem }, "relu");
    if (!settings.hasSmallStem) value = stemPooling(network);
    let channels = 64;
    for (const [stage, depth] of settings.depths.entries()) {
      const planes = 64 * 2 ** stage;
      for (let index = 0; index < depth; index++) {
        const stride = stage > 0 && index === 0 ? 2 : 1;
        value = appendBlock(network, `layer${stage + 1}.${index}`, value, { settings, channels, planes, stride });
        channels = blockFilters(settings, planes);
      }
    }
    classifier(network, classCount);
    return network.build();
  };
}

function appendBlock(
  network: NetworkBuilder,
  name: string,
  input: string,
  shape: { settings: ResNetSettings; channels: number; planes: number; stride: number },
): string {
  const { settings, channels, planes, stride } = shape;
  const { groups = 1, groupWidth = 64 } = settings;
  const filters = blockFilters(settings, planes);
  let value: string;
  if (settings.block === "basic") {
    value = normalizedConvolution(network, `${name}.1`, input, { filters, kernel: 3, stride }, "relu");
    value = normalizedConvolution(network, `${name}.2`, value, { filters, kernel: 3 }, "linear");
  } else {
    const inner = (planes / 64) * groupWidth * groups;
    value = normalizedConvolution(network, `${name}.1`, input, { filters: inner, kernel: 1 }, "relu");
    value = normalizedConvolution(network, `${name}.2`, value, { filters: inner, kernel: 3, stride, groups }, "relu");
    value = normalizedConvolution(network, `${name}.3`, value, { filters, kernel: 1 }, "linear");
  }
  const shortcut =
    stride === 1 && channels === filters
      ? input
      : normalizedConvolution(network, `${name}.downsample`, input, { filters, kernel: 1, stride }, "linear");
  network.append({ kind: "add", name: `${name}.add` }, value, shortcut);
  return network.append({ kind: "activation", name: `${name}.relu`, activation: "relu" });
}

function blockFilters({ block }: ResNetSettings, planes: number): number {
  return block === "basic" ? planes : planes * 4;
}

const basic = (depths: readonly number[]): ResNetSettings => ({ depths, block: "basic" });
const bottleneck = (depths: readonly number[], groups = 1, groupWidth = 64): ResNetSettings => ({
  depths,
  block: "bottleneck",
  groups,
  groupWidth,
});
const fifty = [3, 4, 6, 3];
const hundred = [3, 4, 23, 3];

export const resnet18 = resnet("resnet18", basic([2, 2, 2, 2]));
/** For images of up to 64 pixels: a stem that keeps the image's size. */
export const resnet18ForSmallImages = resnet("resnet18", { ...basic([2, 2, 2, 2]), hasSmallStem: true, imageSize: 32 });
export const resnet34 = resnet("resnet34", basic(fifty));
export const resnet50 = resnet("resnet50", bottleneck(fifty));
export const resnet101 = resnet("resnet101", bottleneck(hundred));
export const resnet152 = resnet("resnet152", bottleneck([3, 8, 36, 3]));
export const resnext50 = resnet("resnext50_32x4d", bottleneck(fifty, 32, 4));
export const resnext101 = resnet("resnext101_32x8d", bottleneck(hundred, 32, 8));
export const resnext101Fine = resnet("resnext101_64x4d", bottleneck(hundred, 64, 4));
export const wideResnet50 = resnet("wide_resnet50_2", bottleneck(fifty, 1, 128));
export const wideResnet101 = resnet("wide_resnet101_2", bottleneck(hundred, 1, 128));
/** ResNet-50 as it is, on images of 32 pixels. */
export const resnet50At32 = resnet("resnet50_32", { ...bottleneck(fifty), imageSize: 32 });
/** ResNet-50 for CIFAR-10: a stem that keeps the image's size. */
export const resnet50Cifar = resnet("resnet50_cifar", {
  ...bottleneck(fifty),
  hasSmallStem: true,
  imageSize: 32,
  classCount: 10,
});
