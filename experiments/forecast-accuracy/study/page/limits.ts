// The last section of docs/accuracy.md: what the measurements cannot show.

/** As markdown. */
export function limits(): string {
  return `
## What this page does not show

- **No round.** These are steps on GPUs that do nothing else. Transfers, loading of data, other jobs and heat are not in them.
- **Not tfjs.** TensorFlow 2.5 with CUDA is the nearest relative that somebody measured. Back-ends without a GPU have no measurements at all.
- **Mostly batch 12.** torchvision's file outweighs the others; at batch 32 to 256 launches matter less.
- **CNNs only.** Rows of BERT, SSD, U-Net and ViT are not used, since their costs are not counted.
- **Few of the small ones.** No Jetson, no phone, two Apple GPUs. Their tier is the widest, and it rests on AMD's desktop and laptop GPUs.
- **What somebody happened to publish.** It is no random sample of your fleet. A generation that is left out here had relatives in the fit; the next one may not.
- **Rows of one GPU are alike.** A few machines with 50 to 100 steps each carry most of the averages over steps.
`;
}
