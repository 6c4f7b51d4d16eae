"""Times epochs of a frozen VGG16 in PyTorch and in genrebench and prints a table. Run by
run_vgg16.sh.

Both train the head 256-128-64 and block5_conv3 of VGG16 on 30 images of 224 x 224 in one batch,
with Adam and dropout. PyTorch's side is the loop that one writes down: frozen weights want no
gradient, and each batch goes through the whole network. Times are seconds of processor time, so
that a busy machine does not count; genrebench's epochs are differences between runs of different
lengths, in which all else is the same.

vgg16.py PROGRAM FOLDER
  PROGRAM: genrebench; FOLDER: for its cache and stores
"""
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time

import torch

N_IMAGES, N_CLASSES, SIZE, BATCH = 30, 10, 224, 30
LATER = 20  # epochs over which one of genrebench's from the cache is averaged
program, folder = sys.argv[1], sys.argv[2]
rounds = int(os.environ.get("ROUNDS", "3"))
torch.set_num_threads(1)


def vgg16():
    layers, channels = [], 3
    for n, width in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(n):
            layers += [torch.nn.Conv2d(channels, width, 3, padding=1), torch.nn.ReLU(inplace=True)]
            channels = width
        layers.append(torch.nn.MaxPool2d(2))
    convolutions = [layer for layer in layers if isinstance(layer, torch.nn.Conv2d)]
    for layer in convolutions[:-1]:
        layer.requires_grad_(False)
    head, n = [], channels * 7 * 7
    for width in (256, 128, 64):
        head += [torch.nn.Linear(n, width), torch.nn.ReLU(), torch.nn.Dropout(0.5)]
        n = width
    return torch.nn.Sequential(*layers, torch.nn.Flatten(), *head, torch.nn.Linear(n, N_CLASSES))


def pytorch_epochs(n):
    """Processor time of each of n epochs."""
    torch.manual_seed(1)
    images = torch.rand(N_IMAGES, 3, SIZE, SIZE)
    labels = torch.arange(N_IMAGES) % N_CLASSES
    network = vgg16()
    adam = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=1e-4)
    times = []
    for _ in range(n):
        start = time.process_time()
        for which in torch.randperm(N_IMAGES).split(BATCH):
            adam.zero_grad()
            torch.nn.functional.cross_entropy(network(images[which]), labels[which]).backward()
            adam.step()
        times.append(time.process_time() - start)
    return times, sum(p.numel() for p in network.parameters())


EXPERIMENT = f"""name: peer
dataset: {{name: synthetic, genres: {N_CLASSES}, tracks_per_genre: 4}}
split: {{kind: stratified, train_fraction: 0.75}}
features: {{name: log_mel}}
method:
  name: vgg16
  freeze_up_to: block5_conv2
  image_height: {SIZE}
  image_width: {SIZE}
  batch_size: {BATCH}
  learning_rate: 0.0001
"""


def genrebench(name, *options):
    """Processor time of one run in a store of its own, and the store."""
    experiment, store = os.path.join(folder, "peer.yaml"), os.path.join(folder, f"{name}.db")
    with open(experiment, "w", encoding="utf-8") as file:
        file.write(EXPERIMENT)
    if os.path.exists(store):
        os.remove(store)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "run", experiment, "--db", store, "--cache",
                    os.path.join(folder, "cache"), "--threads", "1", "--quiet", *options],
                   check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, store


def genrebench_epochs():
    """Processor time of an epoch without the cache, of the first that fills it, of a later one."""
    without = ["method.frozen_cache=false"]
    one, _ = genrebench("without1", "method.epochs=1", *without)
    two, store = genrebench("without2", "method.epochs=2", *without)
    subprocess.run(["rm", "-rf", os.path.join(folder, "cache", "methods")], check=True)
    filling, _ = genrebench("filling", "method.epochs=1")
    short, _ = genrebench("short", "method.epochs=1")
    long, _ = genrebench("long", f"method.epochs={1 + LATER}")
    later = (long - short) / LATER
    with sqlite3.connect(store) as connection:
        n, = connection.execute(
            "SELECT value FROM v_facts WHERE name = 'fit.parameters'").fetchone()
    return two - one, filling - short + later, later, int(float(n))


genrebench("music", "method.epochs=1", "method.frozen_cache=false")  # makes the music
rows = []
for _ in range(rounds):
    theirs, n_theirs = pytorch_epochs(2)
    *ours, n_ours = genrebench_epochs()
    assert n_theirs == n_ours, (n_theirs, n_ours)
    rows.append((theirs[1], *ours))
plain, without, first, later = (statistics.median(column) for column in zip(*rows))
print("| epoch of 30 images | s of processor time | of PyTorch's |\n|---|---|---|")
for name, seconds in ((f"PyTorch {torch.__version__}", plain),
                      ("genrebench without the cache", without),
                      ("the first, which fills the cache (test images too)", first),
                      ("a later one", later)):
    print(f"| {name} | {seconds:.3f} | {seconds / plain:.3f} |")
print(f"\n50 epochs: {(first + 49 * later) / (50 * without):.4f} of those without the cache, "
      f"{(first + 49 * later) / (50 * plain):.4f} of PyTorch's")
