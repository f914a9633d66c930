"""Kinds of orders in the platforms' and ERPs' words: paid at once, cash on delivery (货到付款), pre-sale (预售). Pure."""

KINDS = ("normal", "cod", "presale")
_WORDS = {
    "货到付款": "cod",
    "cod": "cod",
    "到付": "cod",
    "货到付款交易": "cod",
    "预售": "presale",
    "presale": "presale",
    "step": "presale",
    "定金预售": "presale",
}


def kind_of(text: str) -> str:
    """ "货到付款" -> "cod"; "" for words that say nothing about it (支付宝, 一口价, ...)."""
    bare = text.strip().lower()
    return _WORDS.get(bare) or ("cod" if "货到付款" in bare else "presale" if "预售" in bare else "")
