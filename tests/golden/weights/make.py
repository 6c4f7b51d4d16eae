"""Small weight files, as PyTorch and the safetensors package write them.

Run with: python3 make.py   (torch 1.13, safetensors 0.4 or later)
Every tensor counts up from 0 in its own type, in the order of its elements; truths alternate, beginning with True.
"""
import pickle
import struct
from collections import OrderedDict

import safetensors
import torch
from safetensors.torch import save_file

TYPES = ("int64", "float64", "float32", "int32", "bfloat16", "float16", "int16", "int8", "uint8", "bool")


def counting(name, *shape):
    n = torch.Size(shape).numel()
    values = 1 - torch.arange(n) % 2 if name == "bool" else torch.arange(n)
    return values.to(getattr(torch, name)).reshape(shape)


def types():
    return OrderedDict((name, counting(name, 2, 3)) for name in reversed(TYPES))


def views():
    base = counting("float32", 10)
    state = OrderedDict()
    state["matrix"] = counting("float32", 2, 3)
    state["transposed"] = counting("float32", 3, 4).t().contiguous().t()
    state["scalar"] = torch.tensor(7)
    state["empty"] = torch.zeros(0, 3)
    state["shared.first"] = base[:4]
    state["shared.second"] = base[4:]
    state["parameter"] = torch.nn.Parameter(counting("float32", 2))
    state._metadata = OrderedDict([("", {"version": 1})])
    return state


def save(name, value):
    torch.save(value, f"{name}_zip.pth")
    torch.save(value, f"{name}_legacy.pth", _use_new_zipfile_serialization=False)


save("types", types())
save("views", views())
save("checkpoint", {"epoch": 3, "loss": 0.25, "best": None, "steps": [1, -2, 1 << 40], "state_dict": OrderedDict(w=counting("float32", 2)),
                    "optimizer": {"state": {0: {"momentum": counting("float32", 2)}}}})
save_file(types(), "types.safetensors")
save_file({"w": counting("float32", 2), "empty": torch.zeros(0, 3), "scalar": torch.tensor(7)}, "metadata.safetensors", {"made by": "the package \u00e4"})


class Python2:
    """A pickle as PyTorch 0.1 wrote it with Python 2: byte strings, _rebuild_tensor, parameters, dicts as pairs."""

    def __init__(self):
        self.out = b"\x80\x02"

    def text(self, value):
        self.out += b"U" + bytes([len(value)]) + value.encode()

    def name(self, module, name):
        self.out += f"c{module}\n{name}\n".encode()

    def tensor(self, key, shape, strides):
        self.name("torch._utils", "_rebuild_tensor")
        self.out += b"(("
        self.text("storage")
        self.name("torch", "FloatStorage")
        self.text(key)
        self.text("cpu")
        self.out += b"K\x06NtQK\x00"
        for numbers in (shape, strides):
            self.out += b"(" + b"".join(b"K" + bytes([n]) for n in numbers) + b"t"
        self.out += b"tR"


with open("python2_legacy.pth", "wb") as file:
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}):
        pickle.dump(value, file, protocol=2)
    p = Python2()
    p.name("collections", "OrderedDict")
    p.out += b"(](]("  # OrderedDict([[name, tensor], [name, parameter]])
    p.text("features.0.weight")
    p.tensor("11", (2, 3), (3, 1))
    p.out += b"e]("
    p.text("features.0.bias")
    p.name("torch.nn.parameter", "Parameter")
    p.out += b"("
    p.tensor("12", (6,), (1,))
    p.out += b"tR(\x88\x89Ntb"  # its state: trained, not volatile, no hooks
    p.out += b"eetR."
    file.write(p.out)
    pickle.dump(["11", "12"], file, protocol=2)
    for _ in range(2):
        file.write(struct.pack("<q6f", 6, *range(6)))

print("torch", torch.__version__, "safetensors", safetensors.__version__)
