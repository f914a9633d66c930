"""Optional: a language model writes the draft of a summary, over any endpoint with OpenAI's wire format.

Off unless XIAOER_LLM_URL names an endpoint ("https://host/v1"); XIAOER_LLM_KEY and XIAOER_LLM_MODEL go with it. What is
sent holds no phone number, address or name of the buyer. The answer is a draft: a person edits and saves it.
"""

import json
import os
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

from xiaoer.customers.queries import mask_text
from xiaoer.kernel.text import shorten
from xiaoer.reception.models import Conversation, Message
from xiaoer.reception.settings_life import LONGEST_SUMMARY

_TIMEOUT, _MOST_LINES, _MOST_BYTES = 20.0, 80, 200_000
_LONG_NUMBER = re.compile(r"\d{7,}")
ORDERS = (
    "你是网店客服主管。请根据对话写一段不超过120字的会话摘要：买家诉求、涉及商品或订单、处理结果、后续承诺。"
    "只写对话里有的事实，不要编造，不要写手机号、姓名和地址。"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model answers."""

    url: str
    key: str
    model: str

    @property
    def host(self) -> str:
        return urlparse(self.url).netloc.rpartition("@")[2]


def settings() -> Endpoint | None:
    """The endpoint of the environment; None when nobody set one."""
    url = os.environ.get("XIAOER_LLM_URL", "").strip().rstrip("/")
    if urlparse(url).scheme not in ("http", "https"):
        return None
    return Endpoint(url, os.environ.get("XIAOER_LLM_KEY", ""), os.environ.get("XIAOER_LLM_MODEL", "gpt-4o-mini"))


def prompt_of(row: Conversation, facts: str) -> str:
    """The talk as lines, phones and long numbers taken out; notes of the house stay at home."""
    lines = Message.objects.filter(conversation_id=row.pk, kind="text").order_by("-seq")[:_MOST_LINES]
    who = {"buyer": "买家", "staff": "客服", "bot": "自动", "system": "系统"}
    said = [f"{who.get(one.author_kind, '系统')}：{shorten(bare(one.text), 300)}" for one in reversed(lines)]
    return f"已知事实：\n{bare(facts)}\n\n对话：\n" + "\n".join(said)


def bare(text: str) -> str:
    return _LONG_NUMBER.sub("[号码]", mask_text(text))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the host that was named, nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask(endpoint: Endpoint, prompt: str) -> tuple[str, str]:
    """A summary's text, or why there is none. Call it outside any transaction."""
    told = converse(endpoint, ORDERS, prompt)
    return told.text[:LONGEST_SUMMARY], told.problem


@dataclass(frozen=True, slots=True)
class Told:
    """What the model said, or why nothing; and how much it read and wrote, as the endpoint counts it."""

    text: str
    problem: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


def converse(endpoint: Endpoint, orders: str, prompt: str) -> Told:
    """POST {url}/chat/completions. Call it outside any transaction."""
    body = {
        "model": endpoint.model,
        "messages": [{"role": "system", "content": orders}, {"role": "user", "content": prompt}],
        "temperature": 0.2,
        "max_tokens": 400,
    }
    headers = {"Content-Type": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    request = urllib.request.Request(  # noqa: S310  # http and https only, see `settings`
        f"{endpoint.url}/chat/completions", json.dumps(body).encode(), headers, method="POST"
    )
    opener = urllib.request.build_opener(_NoRedirect())
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            data = json.loads(answer.read(_MOST_BYTES))
        text = data["choices"][0]["message"]["content"]
        spent = data.get("usage") or {}
        tokens = int(spent.get("prompt_tokens") or 0), int(spent.get("completion_tokens") or 0)
    except urllib.error.HTTPError as error:
        return Told("", f"HTTP {error.code}")
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        return Told("", type(error).__name__)
    cleaned = mask_text(str(text or "").strip())
    return Told(cleaned, "" if cleaned else "empty answer", *tokens)
