"""Spans that notice_receiver.py was sent, as OpenTelemetry's own classes read them; unknown fields are faults.

otlp_spans.py FOLDER EXPRESSION    prints the value of EXPRESSION over `s`, a list of dicts in the order in which the calls ended:
    name, kind, trace, span, parent, state, attributes, events, links, status, message, resource, scope, begin, end
and over `r`, the requests as the receiver kept them; over `h`, histograms of metrics as dicts: name, unit, bounds, points (attributes, count, sum, counts).
"""
import base64
import json
import pathlib
import sys

from google.protobuf import json_format, unknown_fields
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def check_known(message):
    if len(unknown_fields.UnknownFieldSet(message)):
        raise ValueError(f"unknown fields in {message.DESCRIPTOR.name}")
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for one in value if not hasattr(value, "DESCRIPTOR") else [value]:
            check_known(one)


def hexadecimal_as_base64(node):
    """OTLP writes ids in hexadecimal, where protobuf's own JSON has base64."""
    if isinstance(node, dict):
        return {key: base64.b64encode(bytes.fromhex(value)).decode() if key in ("traceId", "spanId", "parentSpanId")
                else hexadecimal_as_base64(value) for key, value in node.items()}
    return [hexadecimal_as_base64(one) for one in node] if isinstance(node, list) else node


def read(request, message):
    body = bytes.fromhex(request["hex"])
    if request["headers"]["content-type"] == "application/json":
        json_format.ParseDict(hexadecimal_as_base64(json.loads(body)), message)
    else:
        message.ParseFromString(body)
    check_known(message)
    return message


def pairs(attributes):
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


def spans_of(message):
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield {"name": span.name, "kind": {2: "SERVER", 3: "CLIENT"}[span.kind], "trace": span.trace_id.hex(),
                       "span": span.span_id.hex(), "parent": span.parent_span_id.hex(), "state": span.trace_state,
                       "attributes": pairs(span.attributes), "events": [event.name for event in span.events],
                       "links": [link.span_id.hex() for link in span.links], "status": span.status.code,
                       "message": span.status.message, "resource": pairs(resource.resource.attributes),
                       "scope": scope.scope.name, "begin": span.start_time_unix_nano, "end": span.end_time_unix_nano}


def histograms_of(message):
    for resource in message.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                points = metric.histogram.data_points
                yield {"name": metric.name, "unit": metric.unit, "bounds": list(points[0].explicit_bounds) if points else [],
                       "points": [{"attributes": pairs(one.attributes), "count": one.count, "sum": one.sum, "counts": list(one.bucket_counts)} for one in points]}


files = sorted(pathlib.Path(sys.argv[1]).glob("[0-9]*.json"), key=lambda file: int(file.stem))
everything = [json.loads(file.read_text()) for file in files]
r = [one for one in everything if not one["path"].endswith("/metrics")]
s = [span for request in r if request["status"] == 200 for span in spans_of(read(request, ExportTraceServiceRequest()))]
h = [one for request in everything if request not in r for one in histograms_of(read(request, ExportMetricsServiceRequest()))]


def newest_all(name):
    """The points of the newest message that has this histogram."""
    return next([{**point, "unit": one["unit"], "bounds": one["bounds"]} for point in one["points"]]
                for one in reversed(h) if one["name"] == name)


def newest(name, key, value):
    return next(point for point in newest_all(name) if point["attributes"].get(key) == value)


def of(trace, kind="SERVER"):
    return next(span for span in s if span["trace"] == trace and span["kind"] == kind)


print(eval(sys.argv[2]))
