#!/usr/bin/env python3
"""Writes events.tfevents, the reference of tests/exports/tensorboard/events_test.cpp, with
TensorBoard's own writer and message classes.

usage: make_events.py FILE

Made with tensorboard 2.21.0 and protobuf 7.36.2:
  python3 -m venv venv && venv/bin/pip install tensorboard==2.21.0
  venv/bin/python make_events.py events.tfevents
"""

import struct
import sys
import zlib

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_shape_pb2, types_pb2
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.text import metadata as text_metadata
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

START = 1795960800.0


def png():
    """A picture of 3 x 2 black pixels."""
    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    header = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    # Stored, not compressed: the bytes do not depend on a version of zlib.
    rows = b"".join(b"\0" + b"\0" * 9 for _ in range(2))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
            chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b""))


def hparams(tag, data):
    value = summary_pb2.Summary.Value(tag=tag, tensor=hparams_metadata.NULL_TENSOR)
    value.metadata.plugin_data.plugin_name = "hparams"
    value.metadata.plugin_data.content = data.SerializeToString(deterministic=True)
    return value


def start():
    info = plugin_data_pb2.SessionStartInfo(group_name="group", start_time_secs=START)
    info.hparams["method.c"].number_value = 0.5
    info.hparams["method.name"].string_value = "svm"
    info.hparams["seed"].number_value = 0
    info.hparams["split.leaky"].bool_value = False
    info.hparams["split.stratify"].bool_value = True
    return hparams("_hparams_/session_start_info",
                   plugin_data_pb2.HParamsPluginData(session_start_info=info))


def end():
    info = plugin_data_pb2.SessionEndInfo(status=1, end_time_secs=START + 1.5)
    return hparams("_hparams_/session_end_info",
                   plugin_data_pb2.HParamsPluginData(session_end_info=info))


def text():
    value = summary_pb2.Summary.Value(tag="run")
    value.tensor.dtype = types_pb2.DT_STRING
    value.tensor.tensor_shape.CopyFrom(tensor_shape_pb2.TensorShapeProto(
        dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)]))
    value.tensor.string_val.append("| a | b |\n| --- | --- |\n| é | 1 |\n".encode())
    assert tensor_util.make_ndarray(value.tensor).shape == (1,)
    value.metadata.CopyFrom(text_metadata.create_summary_metadata("", ""))
    return value


def picture():
    value = summary_pb2.Summary.Value(tag="confusion")
    value.image.height, value.image.width, value.image.colorspace = 2, 3, 3
    value.image.encoded_image_string = png()
    return value


def main():
    point = summary_pb2.Summary.Value
    events = [event_pb2.Event(wall_time=START, file_version="brain.Event:2"),
              event_pb2.Event(wall_time=START, session_log=event_pb2.SessionLog(
                  status=event_pb2.SessionLog.START))]
    for offset, step, value in [
            (0.0, 0, start()), (0.0, 0, text()),
            (0.25, 1, point(tag="loss/train", simple_value=2.0)),
            (0.25, 300, point(tag="loss/valid", simple_value=0.1)),
            (1.5, 0, point(tag="test/accuracy", simple_value=0.0)),
            (1.5, 0, end()), (1.5, 0, picture())]:
        events.append(event_pb2.Event(wall_time=START + offset, step=step,
                                      summary=summary_pb2.Summary(value=[value])))
    with open(sys.argv[1], "wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
