"""What is legal in the order area, one module a subject: each declares its flows when it is imported. Pure."""

from xiaoer.orders import money_flows as money_flows
from xiaoer.orders import service_flow as service_flow
