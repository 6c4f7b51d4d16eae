"""An SVM of scikit-learn as a method of genrebench: `genrebench check-method python3 THIS_FILE`."""
import json
import pathlib
import sys

import numpy as np
from sklearn.svm import SVC

task = json.loads((pathlib.Path(sys.argv[-1]) / "task.json").read_text(encoding="utf-8"))
train, valid, test = (np.load(task[part]["features"]) for part in ("train", "valid", "test"))
labels = np.load(task["train"]["labels"])
parameters = task["parameters"]  # method.parameters: [c=10, gamma=0.01]

model = SVC(C=float(parameters.get("c", 1.0)), gamma=float(parameters.get("gamma", 0)) or "auto")
model.fit(train, labels)

# One row per example: the training part, the validation part, the test part. One column per genre,
# also for genres that no training example has.
examples = np.concatenate([train, valid, test])
predicted = model.predict(examples)
probabilities = np.zeros((len(examples), task["n_genres"]))
probabilities[np.arange(len(examples)), predicted] = 1.0  # an SVM decides; it does not estimate
np.save(task["predictions"], probabilities)
