# path: xiaoer/reception/queries.py
from xiaoer.orders import queries

FACTS = queries
