"""Weights go from torchvision to us and back, with the same numbers and the same answers.

torchvision makes them, convert_weights reads them and writes safetensors, and Python reads those.

Run with: python3 weights.py CONVERT_WEIGHTS   (the program of convert_weights.cpp)
Ends with 77, which ctest takes as skipped, where Python has no torch or torchvision.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

try:
    import torch
    import torchvision
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

TYPES = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(path):
    try:
        import safetensors.torch

        return safetensors.torch.load_file(path)
    except ImportError:
        data = path.read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8 : 8 + length])
        header.pop("__metadata__", None)
        body = bytearray(data[8 + length :])
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(body, dtype=torch.uint8)[begin:end].clone()
            tensors[name] = flat.view(TYPES[entry["dtype"]]).reshape(entry["shape"])
        return tensors


def write_images(path, images):
    entry = {"dtype": "F32", "shape": list(images.shape), "data_offsets": [0, 4 * images.numel()]}
    header = json.dumps({"images": entry}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + images.numpy().tobytes())


def make(name):
    model = getattr(torchvision.models, name)(weights=None)
    if name == "vgg16":
        # The real classifier has 120 million weights, none of which we read.
        model.classifier = torch.nn.Sequential(torch.nn.Linear(512, 8))
    # Running statistics are not random by themselves.
    for entry, tensor in model.state_dict().items():
        if entry.endswith("running_mean"):
            tensor.normal_(0, 0.1)
        elif entry.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
    return model.eval()


def pooled(name, model, images):
    with torch.no_grad():
        if name == "vgg16":
            return model.features(images).mean((2, 3))
        model.fc = torch.nn.Identity()
        return model(images)


def backbone(model):
    return {entry: tensor for entry, tensor in model.state_dict().items()
            if not entry.startswith(("fc.", "classifier."))}


def check(name, zipped, program, folder):
    model = make(name)
    expected = backbone(model)
    images = torch.rand(2, 3, 96, 130)
    write_images(folder / "images.safetensors", images)
    torch.save(model.state_dict(), folder / "given.pth", _use_new_zipfile_serialization=zipped)
    subprocess.run([program, name, folder / "given.pth", folder / "images.safetensors",
                    folder / "ours.safetensors"], check=True)
    ours = read_safetensors(folder / "ours.safetensors")

    theirs = pooled(name, model, images)
    difference = float((ours.pop("pooled") - theirs).abs().max() / theirs.abs().max())
    assert ours.keys() == expected.keys(), sorted(ours.keys() ^ expected.keys())
    for entry, tensor in expected.items():
        assert ours[entry].dtype == tensor.dtype and torch.equal(ours[entry], tensor), entry
    assert difference < 1e-4, difference
    # torchvision's own module takes what we wrote and gives the same answer to the last bit.
    again = make(name)
    again.load_state_dict(ours, strict=False)
    assert torch.equal(pooled(name, again, images), theirs)
    print(f"{name}, {'zip' if zipped else 'legacy'}: {len(ours)} entries equal, "
          f"pooled features differ by {difference:.1e} of the largest")


torch.manual_seed(1)
print("torch", torch.__version__, "torchvision", torchvision.__version__)
for network in ("resnet34", "vgg16"):
    for zipped in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            check(network, zipped, sys.argv[1], pathlib.Path(folder))
