"""A Flower app whose clients ProbSelect selects: five nodes fit a line.

Start the service, then the app in Flower's simulation (README.md has the commands).
"""

import json

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, ServerApp

from probselect_strategy import ProbSelectFedAvg

DEADLINE_SECONDS = 120.0

# What each node says of itself. A real node knows its own: the GPU's name from nvidia-smi, the kind of its line,
# how many examples it holds.
NODES = [
    {"device": "NVIDIA A100-SXM4-40GB", "link": "datacentre", "exampleCount": 4000, "backend": "pytorch"},
    {"device": "NVIDIA GeForce RTX 3060", "link": "home-broadband", "exampleCount": 1500, "backend": "pytorch"},
    {"device": "Jetson Orin Nano 8GB", "link": "wifi", "exampleCount": 800, "labels": ["site:field"]},
    {"device": "Jetson TX2", "link": "satellite-narrowband", "exampleCount": 600, "labels": ["site:orbit"]},
    {"device": "Jetson Nano", "link": "lte", "exampleCount": 40000, "labels": ["site:field"]},
]

client_app = ClientApp()
server_app = ServerApp()


@client_app.query("probselect")
def describe(message: Message, context: Context) -> Message:
    """Say what this node is, once, before its first round."""
    node = NODES[int(context.node_config["partition-id"])]
    record = ConfigRecord({"candidate": json.dumps(node)})
    return Message(RecordDict({"probselect": record}), reply_to=message)


@client_app.train()
def train(message: Message, context: Context) -> Message:
    """A few steps of least squares on this node's own points of the line y = 2 x + 1."""
    config = message.content["config"]
    partition = int(context.node_config["partition-id"])
    count = int(config.get("max-examples", NODES[partition]["exampleCount"]))
    generator = np.random.default_rng(partition)
    x = generator.uniform(-1, 1, count)
    y = 2 * x + 1 + generator.normal(0, 0.1, count)
    slope, offset = message.content["arrays"].to_numpy_ndarrays()[0]
    for _ in range(20 * int(config.get("local-epochs", 1))):
        error = slope * x + offset - y
        slope, offset = slope - 0.5 * np.mean(error * x), offset - 0.5 * np.mean(error)
    metrics = MetricRecord({"num-examples": count, "train_loss": float(np.mean(error**2))})
    arrays = ArrayRecord([np.array([slope, offset])])
    return Message(RecordDict({"arrays": arrays, "metrics": metrics}), reply_to=message)


@server_app.main()
def main(grid: Grid, context: Context) -> None:
    """Three rounds. The line stands in for a ResNet-18 on small images, whose cost ProbSelect knows."""
    strategy = ProbSelectFedAvg(
        service_url=str(context.run_config["service-url"]),
        deadline_seconds=DEADLINE_SECONDS,
        workload={"model": "resnet18", "imageSize": 32, "classCount": 10},
        training={"epochs": 1, "batchSize": 32, "momentum": 0.9},
        policy=str(context.run_config["policy"]),
        run_id=f"flower-{context.run_id}",
        tells_outcomes=True,
        min_available_nodes=len(NODES),
        fraction_evaluate=0.0,
    )
    result = strategy.start(
        grid=grid,
        initial_arrays=ArrayRecord([np.zeros(2)]),
        num_rounds=int(context.run_config["rounds"]),
        timeout=DEADLINE_SECONDS,
    )
    slope, offset = result.arrays.to_numpy_ndarrays()[0]
    print(f"y = {slope:.3f} x + {offset:.3f}")
