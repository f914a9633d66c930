# path: xiaoer/orders/rules.py
from django.utils import timezone

NO = timezone
