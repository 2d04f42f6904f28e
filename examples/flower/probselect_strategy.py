"""FedAvg for Flower that asks ProbSelect before every round whom to train.

ProbSelect runs beside the ServerApp (`probselect select --serve`) and says for each node
how probable it is that its round ends by the deadline. Only the selected nodes are sent
the model; the reason for each node, selected or not, goes to Flower's log.

Written for flwr 1.42 (Message API: `flwr.serverapp.strategy`). Needs nothing else but
Python's standard library.
"""

import json
import math
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from logging import INFO, WARNING
from typing import Any

from flwr.app import ArrayRecord, ConfigRecord, Message, MessageType, MetricRecord, RecordDict
from flwr.common.logger import log
from flwr.serverapp import Grid
from flwr.serverapp.strategy import FedAvg

# A node answers "query.probselect" with what ProbSelect is told about it: see flower_app.py.
QUERY = f"{MessageType.QUERY}.probselect"


class ProbSelectFedAvg(FedAvg):
    """Federated averaging over the nodes that ProbSelect selects.

    Parameters
    ----------
    service_url
        Where `probselect select --serve` listens.
    deadline_seconds
        A node's whole round (download, training, upload) must fit in this. Pass the same
        number as `timeout` to `start`, so that Flower ends the round then.
    workload
        What the nodes train, as the service takes it: {"model": "resnet18"},
        {"cost": {...}} or {"layersModel": {...}}.
    training
        {"epochs": 1, "batchSize": 32, "momentum": 0}, as the ClientApp trains.
    nodes
        What is known of nodes by their ids: {"device", "link", "exampleCount", ...}. Nodes
        that are not in it are asked, once, with a message of the type "query.probselect".
    policy, cohort_size, settings, seed, minimum_probability
        As in docs/selection-service.md.
    run_id
        Under it the service remembers the run: whose turn it is, what a policy learned.
    tells_outcomes
        Whether the service is told how each round ended, for policies that learn. Latencies
        are then read from the clocks of the nodes, which must agree with the server's.
    fedavg
        Options of FedAvg. `fraction_train` and `min_train_nodes` do nothing here.
    """

    def __init__(
        self,
        *,
        service_url: str = "http://127.0.0.1:7710",
        deadline_seconds: float,
        workload: dict[str, Any],
        training: dict[str, Any] | None = None,
        nodes: dict[int, dict[str, Any]] | None = None,
        minimum_probability: float = 0.8,
        policy: str = "probselect",
        cohort_size: int | None = None,
        settings: dict[str, Any] | None = None,
        run_id: str | None = None,
        seed: int = 1,
        tells_outcomes: bool = False,
        **fedavg: Any,
    ) -> None:
        super().__init__(**fedavg)
        self.service_url = service_url
        self.nodes = dict(nodes or {})
        self.run_id = run_id or f"flower-{time.time_ns():x}"
        self.tells_outcomes = tells_outcomes
        self.question = {
            "runId": self.run_id,
            "seed": seed,
            "slo": {"deadlineSeconds": deadline_seconds, "minimumProbability": minimum_probability},
            "policy": policy,
            "settings": settings or {},
            "workload": workload,
            "training": training or {"epochs": 1, "batchSize": 32},
        }
        if cohort_size is not None:
            self.question["cohortSize"] = cohort_size
        self.asked: dict[int, float] = {}  # The nodes of this round, and when each was sent its message.

    def configure_train(
        self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid
    ) -> Iterable[Message]:
        """One message for each node that ProbSelect selects."""
        node_ids = self._connected(grid)
        self._describe(node_ids, grid)
        known = [node_id for node_id in node_ids if node_id in self.nodes]
        answer = self._post("/v1/select", self.request(server_round, known))

        for decision in answer["decisions"]:
            log(INFO, "probselect: node %s (%s): %s", decision["clientId"], decision["device"], decision["reason"])
        for warning in answer["warnings"]:
            log(WARNING, "probselect: %s", warning)
        selected = [decision for decision in answer["decisions"] if decision["selected"]]
        expected = answer["forecast"]["expectedOnTimeCount"]
        log(INFO, "probselect: %s of %s nodes, %.2f expected on time", len(selected), len(node_ids), expected)

        messages = []
        for decision in selected:
            node_config = ConfigRecord({**config, "server-round": server_round})
            work = decision.get("work")
            if work is not None:  # Less than everything: the ClientApp keeps to it.
                node_config["max-examples"] = work["exampleCount"]
                node_config["local-epochs"] = work["epochs"]
            record = RecordDict({self.arrayrecord_key: arrays, self.configrecord_key: node_config})
            messages.append(Message(record, dst_node_id=int(decision["clientId"]), message_type=MessageType.TRAIN))
        self.asked = {message.metadata.dst_node_id: time.time() for message in messages}
        return messages

    def aggregate_train(
        self, server_round: int, replies: Iterable[Message]
    ) -> tuple[ArrayRecord | None, MetricRecord | None]:
        """Average what came, as FedAvg does; tell the service who was in time."""
        replies = list(replies)
        if self.tells_outcomes and self.asked:
            self._tell(server_round, replies)
        return super().aggregate_train(server_round, replies)

    def request(self, server_round: int, node_ids: list[int]) -> dict[str, Any]:
        """The question about one round. Ids have 64 bits, more than a JSON number holds."""
        candidates = [{"clientId": str(node_id), **self.nodes[node_id]} for node_id in node_ids]
        return {**self.question, "round": server_round, "candidates": candidates}

    def _connected(self, grid: Grid) -> list[int]:
        while len(node_ids := sorted(grid.get_node_ids())) < self.min_available_nodes:
            log(INFO, "probselect: %s of %s nodes are connected", len(node_ids), self.min_available_nodes)
            time.sleep(1)
        return node_ids

    def _describe(self, node_ids: list[int], grid: Grid) -> None:
        """Ask the nodes of which nothing is known what they are."""
        unknown = [node_id for node_id in node_ids if node_id not in self.nodes]
        if not unknown:
            return
        questions = [Message(RecordDict(), dst_node_id=node_id, message_type=QUERY) for node_id in unknown]
        for reply in grid.send_and_receive(questions, timeout=60):
            if not reply.has_error():
                description = json.loads(str(reply.content["probselect"]["candidate"]))
                self.nodes[reply.metadata.src_node_id] = description
        for node_id in unknown:
            if node_id not in self.nodes:
                log(WARNING, "probselect: node %s did not say what it is and is not asked to train", node_id)

    def _tell(self, server_round: int, replies: list[Message]) -> None:
        deadline = self.question["slo"]["deadlineSeconds"]
        arrived = {reply.metadata.src_node_id: reply for reply in replies if not reply.has_error()}
        clients = []
        for node_id, sent_at in self.asked.items():
            reply = arrived.get(node_id)
            metrics = next(iter(reply.content.metric_records.values())) if reply else {}
            loss = float(metrics.get("train_loss", math.nan))
            clients.append(
                {
                    "clientId": str(node_id),
                    "onTime": reply is not None,
                    "latencySeconds": max(0.0, reply.metadata.created_at - sent_at) if reply else deadline,
                    "exampleCount": int(metrics.get(self.weighted_by_key, 0)),
                    "trainingLoss": loss if math.isfinite(loss) else None,
                }
            )
        feedback = {"round": server_round, "clients": clients}
        answer = self._post("/v1/feedback", {"runId": self.run_id, "feedback": feedback})
        log(INFO, "probselect: %s", answer["reason"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The service's answer; an error of its own says what to do."""
        url = self.service_url + path
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"ProbSelect refused the request: {json.load(error)['error']['message']}") from error
        except urllib.error.URLError as error:
            advice = "Start it with: probselect select --serve"
            raise RuntimeError(f"ProbSelect does not answer at {url} ({error.reason}). {advice}") from error
