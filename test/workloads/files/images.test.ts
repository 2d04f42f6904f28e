import { encode, type ImageData } from "fast-png";
import { describe, expect, it } from "vitest";
import { findDataset } from "../../../workloads/find-dataset.ts";
import jpeg from "../../golden/jpeg.json" with { type: "json" };
import { useDataFolder } from "./data-folder.ts";

const { write, path } = useDataFolder();

const png = (width: number, height: number, channels: number, data: readonly number[], more: Partial<ImageData> = {}) =>
  encode({ width, height, channels, data: Uint8Array.from(data), ...more });
const tornJpeg = Buffer.from(jpeg.cases[0]?.file ?? "", "base64").subarray(0, 250);
const bytesOf = (inputs: Float32Array) => Array.from(inputs, (value) => Math.round(value * 255));

describe("a folder of pictures as a data set", () => {
  it("has a class a folder, numbered by their sorted names, and pixels in 0..1, read by index", async () => {
    await write("grey/dog/1.png", png(2, 1, 1, [0, 255]));
    await write("grey/dog/2.png", png(2, 1, 1, [10, 20]));
    await write("grey/cat/1.png", png(2, 1, 1, [51, 102]));
    const dataset = await findDataset(`images:${path("grey")}?testShare=0`);
    expect([dataset.shape, dataset.classNames]).toEqual([{ inputShape: [1, 2, 1], classCount: 2 }, ["cat", "dog"]]);
    const { inputs, labels } = await dataset.loadTraining(Uint32Array.of(2, 0));
    expect([bytesOf(inputs), [...labels]]).toEqual([
      [10, 20, 51, 102],
      [1, 0],
    ]);
    expect(inputs[3]).toBeCloseTo(0.4, 6);
  });

  it("has test pictures in a folder of their own, if one is called so", async () => {
    for (const [name, value] of [
      ["train/a/1", 1],
      ["train/b/1", 2],
      ["test/a/1", 3],
    ] as const) {
      await write(`parts/${name}.png`, png(1, 1, 1, [value]));
    }
    const dataset = await findDataset(`images:${path("parts")}`);
    expect(bytesOf((await dataset.loadTraining()).inputs)).toEqual([1, 2]);
    expect(bytesOf((await dataset.loadTest()).inputs)).toEqual([3]);
  });

  it("has three channels where the first picture has colours: greys become three alike, what is transparent shows white", async () => {
    await write("colour/a/1.png", png(1, 1, 3, [10, 20, 30]));
    await write("colour/a/2.png", png(1, 1, 1, [40]));
    // Half transparent: 100 * 128/255 + 255 * 127/255 = 177.2.
    await write("colour/a/3.png", png(1, 1, 4, [100, 100, 100, 128]));
    await write("colour/a/4.png", png(1, 1, 2, [0, 0]));
    await write(
      "colour/a/5.png",
      encode({ width: 1, height: 1, channels: 3, depth: 16, data: Uint16Array.of(65535, 257, 0) }),
    );
    const { inputs, exampleShape } = await (await findDataset(`images:${path("colour")}?testShare=0`)).loadTraining();
    expect(exampleShape).toEqual([1, 1, 3]);
    expect(bytesOf(inputs)).toEqual([10, 20, 30, 40, 40, 40, 177, 177, 177, 255, 255, 255, 255, 1, 0]);
  });

  it("is grey if asked for: 0.299 red + 0.587 green + 0.114 blue", async () => {
    await write("luma/a/1.png", png(1, 1, 3, [100, 200, 50]));
    const { inputs } = await (await findDataset(`images:${path("luma")}?channels=1&testShare=0`)).loadTraining();
    // 29.9 + 117.4 + 5.7
    expect(bytesOf(inputs)).toEqual([153]);
  });

  it.each([
    [
      "8",
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAMAAAAsPuSGAAAACVBMVEX/AAAA/wAKFB7Zfk3nAAAADElEQVR4nGNgYmAEAAALAARUlc6MAAAAAElFTkSuQmCC",
    ],
    [
      "2",
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAgMAAABmjvwnAAAACVBMVEX/AAAA/wAKFB7Zfk3nAAAACklEQVR4nGNoAQAAhgCFvPXN1gAAAABJRU5ErkJggg==",
    ],
  ])("looks up the colours of a palette with %s bits a pixel", async (bits, base64) => {
    // Palette: red, green, (10, 20, 30); pixels 2, 0, 1. Written by Python's zlib and struct after the PNG specification, section 11.2.
    await write(`palette-${bits}/a/1.png`, Buffer.from(base64, "base64"));
    const { inputs } = await (await findDataset(`images:${path(`palette-${bits}`)}?testShare=0`)).loadTraining();
    expect(bytesOf(inputs)).toEqual([10, 20, 30, 255, 0, 0, 0, 255, 0]);
  });

  it("reads pixels of a few bits", async () => {
    // 3 pixels of 2 bits, 00 01 11 and padding: 0, 85, 255 of grey.
    const packed = encode({ width: 3, height: 1, channels: 1, depth: 2, data: Uint8Array.of(0b00011100) });
    await write("bits/a/1.png", packed);
    const { inputs } = await (await findDataset(`images:${path("bits")}?testShare=0`)).loadTraining();
    expect(bytesOf(inputs)).toEqual([0, 85, 255]);
  });

  it.each(jpeg.cases)("reads JPEG as libjpeg does, to three of 255 ($name)", async (each) => {
    const folder = `jpeg-${each.name.replaceAll(/\W+/g, "-")}`;
    await write(`${folder}/a/1.jpg`, Buffer.from(each.file, "base64"));
    const { inputs, exampleShape } = await (await findDataset(`images:${path(folder)}?testShare=0`)).loadTraining();
    expect(exampleShape).toEqual([each.height, each.width, each.channels]);
    const worst = bytesOf(inputs).reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (each.pixels[at] ?? 1000))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(3);
  });

  it("leaves other files out and says how many", async () => {
    await write("mixed/a/1.png", png(1, 1, 1, [1]));
    await write("mixed/a/notes.txt", "hello");
    await write("mixed/README.md", "hello");
    const dataset = await findDataset(`images:${path("mixed")}?testShare=0`);
    expect(dataset.notes).toContain("2 files or folders beside the pictures were left out.");
  });

  it.each([
    [
      "an odd size",
      { "a/1.png": png(2, 2, 1, [1, 2, 3, 4]), "b/2.png": png(1, 1, 1, [1]) },
      /b\/2\.png: the picture has 1 x 1 pixels, but .*a\/1\.png has 2 x 2/,
    ],
    [
      "colours after grey",
      { "a/1.png": png(1, 1, 1, [1]), "a/2.png": png(1, 1, 3, [1, 2, 3]) },
      /a\/2\.png: the picture has colours.*Say channels=3/,
    ],
    [
      "a broken picture",
      { "a/1.png": Buffer.from("\x89PNG\r\n\x1a\n", "latin1") },
      /a\/1\.png: the file is no whole PNG/,
    ],
    ["a picture of another kind", { "a/1.webp": Buffer.from("RIFF") }, /a\/1\.webp: only PNG and JPEG pictures can be/],
    ["a JPEG without a frame", { "a/1.jpg": Buffer.from([0xff, 0xd8]) }, /a\/1\.jpg: the file is no whole JPEG/],
    ["a torn JPEG", { "a/1.jpeg": tornJpeg }, /a\/1\.jpeg: the file is no whole JPEG/],
    ["a PNG by a JPEG's name", { "a/1.jpg": png(1, 1, 1, [1]) }, /a\/1\.jpg: the file is no whole JPEG/],
    ["no picture", { "a/1.txt": Buffer.from("x") }, /there is no picture/],
  ])("is refused for %s, with the file", async (name, files, message) => {
    const folder = `refused-${name.replaceAll(" ", "-")}`;
    for (const [file, content] of Object.entries(files)) await write(`${folder}/${file}`, content);
    await expect(findDataset(`images:${path(folder)}`)).rejects.toMatchObject({
      code: "workloads.malformed-dataset",
      message: expect.stringMatching(message),
    });
  });

  it("is refused when it is not there, and a folder without a scheme says which there are", async () => {
    await expect(findDataset("images:./no-such-folder")).rejects.toMatchObject({ code: "workloads.dataset-missing" });
    await write("plain/a/1.png", png(1, 1, 1, [1]));
    await expect(findDataset(path("plain"))).rejects.toThrow(
      /is a folder\. Say what is in it: images:.*plain for pictures/,
    );
  });
});
