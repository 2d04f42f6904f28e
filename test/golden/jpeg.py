# Small JPEG files and their pixels as libjpeg-turbo decodes them (through Pillow): needs numpy and Pillow.
#   python3 test/golden/jpeg.py > test/golden/jpeg.json
import base64, io, json
import numpy as np
from PIL import Image, __version__

rows, columns = np.mgrid[0:11, 0:13]
grey = ((rows * 17 + columns * 9) % 256).astype(np.uint8)
colour = np.stack([rows * 20, columns * 18, 255 - rows * 10 - columns * 5], axis=2).astype(np.uint8)
cases = []
for name, picture, options in [
    ("grey, baseline", grey, {}),
    ("grey, progressive", grey, {"progressive": True}),
    ("colour, baseline, 4:4:4", colour, {"subsampling": 0}),
    ("colour, progressive, 4:4:4", colour, {"subsampling": 0, "progressive": True}),
    ("colour, restart markers", colour, {"subsampling": 0, "restart_marker_blocks": 1}),
]:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=95, **options)
    pixels = np.asarray(Image.open(io.BytesIO(file.getvalue())))
    cases.append({"name": name, "file": base64.b64encode(file.getvalue()).decode(), "width": 13, "height": 11,
                  "channels": 1 if pixels.ndim == 2 else 3, "pixels": pixels.flatten().tolist()})
print(json.dumps({"decoder": f"Pillow {__version__}", "cases": cases}))
