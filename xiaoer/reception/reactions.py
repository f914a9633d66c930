"""What reception does when the journal speaks, one module a subject: each registers its reactions when it is imported."""

from xiaoer.reception import reactions_orders as reactions_orders
from xiaoer.reception import reactions_traps as reactions_traps
