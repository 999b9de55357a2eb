"""Digests: what is new for a channel, cut into parts, posted once, at the hour that the channel's managers chose."""

from digestbot.digest.clockwork import Clockwork
from digestbot.digest.compose import Composer, Order, cut_papers
from digestbot.digest.cut import MOST_PARTS, Render
from digestbot.digest.deliver import Delivery
from digestbot.digest.posting import Messenger, Retry, Undelivered, Unsendable, Unsure, token
from digestbot.digest.recall import Recall
from digestbot.digest.rhythm import WEEKDAYS, in_words, parse_day
from digestbot.digest.schedule import latest_slot, next_slot
from digestbot.digest.setup import ConfigChannel, Desk, StartOption, Status
from digestbot.digest.wishes import days_like, parse_schedule, parse_time, parse_timezone, zones_like

__all__ = [
    "MOST_PARTS",
    "WEEKDAYS",
    "Clockwork",
    "Composer",
    "ConfigChannel",
    "Delivery",
    "Desk",
    "Messenger",
    "Order",
    "Recall",
    "Render",
    "Retry",
    "StartOption",
    "Status",
    "Undelivered",
    "Unsendable",
    "Unsure",
    "cut_papers",
    "days_like",
    "in_words",
    "latest_slot",
    "next_slot",
    "parse_day",
    "parse_schedule",
    "parse_time",
    "parse_timezone",
    "token",
    "zones_like",
]
