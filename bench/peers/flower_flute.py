"""The task in Flower's simulation (Ray): the same data, division, cohorts and orders of examples, clients in numpy.

    python bench/peers/flower_flute.py FOLDER CPUS

FOLDER is one of bench/flute/export-task.ts. Prints accuracy and loss of the final model as JSON, the last line of stdout.
"""

import json
import os
import sys
from pathlib import Path

# Nobody outside is told that a benchmark ran, and Ray starts without its web page.
os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# One thread of linear algebra a client: with more, the processes of the simulation get in each other's way.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
peers = str(Path(__file__).resolve().parent)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [peers, os.environ.get("PYTHONPATH")]))

from flute_task import peak_rss_bytes, task_in  # noqa: E402
from flwr.app import ArrayRecord, ConfigRecord, Message, MessageType, MetricRecord, RecordDict  # noqa: E402
from flwr.clientapp import ClientApp  # noqa: E402
from flwr.serverapp import ServerApp  # noqa: E402
from flwr.serverapp.strategy import FedAvg  # noqa: E402
from flwr.serverapp.strategy.strategy_utils import sample_nodes  # noqa: E402
from flwr.simulation import run_simulation  # noqa: E402


def client_app(folder):
    app = ClientApp()

    @app.train()
    def train(message, _context):
        task = task_in(folder)
        config = message.content["config"]
        scheduled = task.rounds[config["server-round"] - 1]
        [values] = message.content["arrays"].to_numpy_ndarrays()
        trained, count, loss = task.train(values, config["client"], scheduled["order"])
        metrics = MetricRecord({"num-examples": count, "loss": loss})
        return Message(RecordDict({"arrays": ArrayRecord([trained]), "metrics": metrics}), reply_to=message)

    return app


class ScheduledFedAvg(FedAvg):
    """Flower's FedAvg, which is told who trains instead of drawing it."""

    def __init__(self, task):
        super().__init__(fraction_evaluate=0.0, min_train_nodes=1, min_evaluate_nodes=0, min_available_nodes=1)
        self.task = task

    def configure_train(self, server_round, arrays, config, grid):
        clients = self.task.rounds[server_round - 1]["clients"]
        # Any nodes will do: which client's examples one trains on is in its message. At the start they come one by one.
        nodes, _ = sample_nodes(grid, len(clients), len(clients))
        for node, client in zip(nodes, clients, strict=True):
            own = ConfigRecord({**config, "server-round": server_round, "client": client})
            content = RecordDict({"arrays": arrays, "config": own})
            yield Message(content=content, message_type=MessageType.TRAIN, dst_node_id=node)


def main(folder, cpus):
    task = task_in(folder)
    server_app = ServerApp()

    @server_app.main()
    def serve(grid, _context):
        result = ScheduledFedAvg(task).start(
            grid=grid, initial_arrays=ArrayRecord([task.initial]), num_rounds=len(task.rounds)
        )
        [values] = result.arrays.to_numpy_ndarrays()
        accuracy, loss = task.evaluate(values)
        print(json.dumps({"accuracy": accuracy, "loss": loss, "peakRssBytes": peak_rss_bytes()}), flush=True)

    run_simulation(
        server_app=server_app,
        client_app=client_app(folder),
        num_supernodes=len(task.offsets) - 1,
        backend_config={"init_args": {"num_cpus": cpus}, "client_resources": {"num_cpus": 1}},
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
