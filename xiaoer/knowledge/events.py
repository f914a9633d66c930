"""What the journal says of knowledge (知识): articles and their life, and the search."""

from xiaoer.knowledge import events_life as events_life
from xiaoer.knowledge import events_search as events_search
