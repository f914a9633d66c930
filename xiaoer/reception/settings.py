"""Limits of the buyer's side that no seed and no platform rule names (general practice)."""

from datetime import timedelta

TOKEN_LIFE = timedelta(days=30)
"""How long a buyer's browser stays known; every visit begins it anew."""

MEDIA_LIFE = timedelta(hours=12)
"""How long a signed picture address works; each page of messages brings fresh ones."""

RATING_CHANGE = timedelta(minutes=30)
"""How long a buyer may correct her rating."""

WINDOW = timedelta(minutes=10)
PROOF_TRIES = 5
"""Wrong proofs per visitor and per order number within the window."""

PROOF_DAY = timedelta(days=1)
PROOF_TRIES_A_DAY = 20
"""Wrong proofs per order number a day: four digits have 10,000 values."""

VISITS_PER_ADDRESS = 300
"""New visitors from one network address within the window."""

UPLOADS_PER_BUYER = 40
"""Pictures of one buyer within the window."""

LONGEST_SIDE = 4096
MOST_PIXELS = 60_000_000
"""A picture beyond this is refused before it is unpacked; one with a longer side is made smaller."""

THUMB_SIDE, THUMB_BYTES = 480, 60_000
"""A picture that is larger gets a small one beside it, for lists and bubbles."""

MOST_PARTS, MOST_UNPACKED = 5_000, 200 * 1024 * 1024
"""Of a docx or xlsx: more than that is a bomb, not a letter."""

SCAN_TIMEOUT = timedelta(seconds=8)
"""How long an upload waits for the virus scanner; then it is kept back and scanned in the background."""

RESCAN_AFTER = timedelta(minutes=1)
SCAN_BATCH = 50

SWEEP_EVERY = timedelta(hours=1)
SWEEP_BATCH = 200
"""Uploads that no message and no case ever carried are removed in small portions."""

QUEUE_SHOWN = 99
"""A buyer in the queue is told her place up to here; beyond it "more than"."""
