"""Grok: log lines taken apart by named patterns, as Logstash and Glue write them."""

from .classifier import GrokClassifier
from .explain import LineVerdict, explain_lines
from .pattern import Grok, TooSlow, compile_grok

__all__ = ["Grok", "GrokClassifier", "LineVerdict", "TooSlow", "compile_grok", "explain_lines"]
