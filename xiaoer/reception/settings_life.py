"""Bounds of the life of a talk that are ours to choose (no rule of any platform says them)."""

LONGEST_NOTE = 2000
MOST_GUESTS = 10
"""Colleagues in one talk: their names stand beside it in one short column."""
LONGEST_WHY = 300
MOST_TAGS = 200
SEARCH_BATCH = 500
"""Messages that one turn of the search index takes."""
SEARCH_EVERY = 1.0
"""Seconds between two looks of the search index at the journal."""
SEARCH_CHUNK, SEARCH_CHUNKS = 400, 5
"""Hits that a search looks through per question; the cursor goes on from there."""
LONGEST_SUMMARY = 2000
TAG_COLOURS = ("grey", "red", "orange", "yellow", "green", "blue", "purple")
