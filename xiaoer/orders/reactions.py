"""What orders do when the journal speaks, one module a subject: each registers its reactions when it is imported."""

from xiaoer.orders import reactions_money as reactions_money
from xiaoer.orders import reactions_parcel as reactions_parcel
from xiaoer.orders import reactions_pay as reactions_pay
from xiaoer.orders import reactions_service as reactions_service
