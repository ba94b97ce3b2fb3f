"""Semantic conventions: one declared mapping, and the view that applies it to every raw span."""

from longpole.core.semconv.compile.explain import explain_query
from longpole.core.semconv.compile.log_view import log_views
from longpole.core.semconv.compile.view import NAME as SPANS_VIEW
from longpole.core.semconv.compile.view import spans_view
from longpole.core.semconv.docs import mapping_rows
from longpole.core.semconv.model import Convert, FieldSource, Origin
from longpole.core.semconv.read import attributes_read, is_understood
from longpole.core.semconv.user import user_mapping

__all__ = [
    "SPANS_VIEW",
    "Convert",
    "FieldSource",
    "Origin",
    "attributes_read",
    "explain_query",
    "is_understood",
    "log_views",
    "mapping_rows",
    "spans_view",
    "user_mapping",
]
