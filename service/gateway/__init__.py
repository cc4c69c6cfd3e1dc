"""Twilio, outbound: send a text, find one whose answer was lost; every failure classed by what to do about it."""

from service.gateway.errors import Kind, SendError, kind_of_receipt
from service.gateway.gateway import Found, Gateway

__all__ = ["Found", "Gateway", "Kind", "SendError", "kind_of_receipt"]
