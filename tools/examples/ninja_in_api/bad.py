# path: xiaoer/orders/queries.py
from ninja import Schema


async def find(pk):
    return Schema
