"""Clocks of orders, one module a subject: each registers its handlers when it is imported."""

from xiaoer.orders import timers_money as timers_money
from xiaoer.orders import timers_papers as timers_papers
from xiaoer.orders import timers_parcel as timers_parcel
from xiaoer.orders import timers_pay as timers_pay
from xiaoer.orders import timers_service as timers_service
