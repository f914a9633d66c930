"""Xiaoer (小二): the customer-service desk of an online shop."""

__version__ = "0.1.0"
