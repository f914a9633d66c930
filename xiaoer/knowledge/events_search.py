"""What the journal says of the search."""

from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class SynonymsChanged(Payload):
    """The shop's own synonyms were written or taken away (同义词)."""

    KIND = "knowledge.synonyms_changed"
    AREA = "knowledge"
    LABEL = T("同义词修改", "Synonyms changed")

    words: list[str]
