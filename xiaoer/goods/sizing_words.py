"""The size adviser in words: reasons for the agent, and a sentence she can send. No promise that it fits. Pure."""

from collections.abc import Sequence

from xiaoer.goods.sizing import Advice, Finding, Table, body_type, trouser_code
from xiaoer.kernel.i18n import T

MEASURE_NAMES: dict[str, T] = {
    "height": T("身高", "height"),
    "weight": T("体重", "weight"),
    "shoulder": T("肩宽", "shoulder"),
    "bust": T("胸围", "bust"),
    "waist": T("腰围", "waist"),
    "hip": T("臀围", "hip"),
    "foot": T("脚长", "foot length"),
}
_WHY: dict[str, T] = {
    "fits": T("各项都在这个码的范围内", "every measure lies within this size"),
    "looser": T("喜欢宽松，可以考虑大一码", "she likes it loose: one size up is possible"),
    "closer": T(
        "面料弹性大又喜欢修身，可以考虑小一码", "it stretches and she likes it close: one size down is possible"
    ),
    "border": T("刚好在两个码之间", "she stands between two sizes"),
    "habit_loose": T("喜欢宽松，选大的", "she likes it loose: the larger"),
    "habit_close": T("喜欢修身，选小的", "she likes it close: the smaller"),
    "runs_large": T("这款版型偏大，选小的", "it runs large: the smaller"),
    "runs_small": T("这款版型偏小，选大的", "it runs small: the larger"),
    "wider": T("没有特别偏好，选大一点的不会紧", "no habit was named: the larger is never tight"),
    "two_sizes": T("不同部位对应相邻的两个码", "her measures ask for two neighbouring sizes"),
    "disagree": T("不同部位对应的码相差两个以上，拿不准", "her measures ask for sizes that lie far apart: not sure"),
    "widest": T("按最宽的部位选，才穿得下", "the widest part decides, else it is too tight"),
    "gives": T("面料弹性大又喜欢修身，选小的", "it stretches and she likes it close: the smaller"),
    "too_small": T("比最小的码还小，最小码也会偏大", "smaller than the smallest size: even that will be wide"),
    "too_large": T("超出最大码的范围，没有适合的码", "beyond the largest size: none fits"),
    "may_be_short": T("身高超出这个码，衣长/裤长可能偏短", "taller than this size: it may be short"),
    "may_be_long": T("身高低于这个码，衣长/裤长可能偏长", "shorter than this size: it may be long"),
    "weight_disagrees": T(
        "体重对应的码与量的尺寸相差太远，请她再量一次", "her weight does not agree with the measures"
    ),
    "too_little": T("只知道一项，信息太少", "only one measure is known"),
    "usual_only": T("只知道平时穿的码，版型不同会有出入", "only her usual size is known; cuts differ"),
    "nothing_said": T("还不知道身高体重", "nothing is known of her yet"),
    "no_table": T("这款还没有尺码表", "there is no size table for this goods"),
}
_HOW: dict[str, T] = {
    "guessed_jin": T("体重没说单位，按斤理解", "the weight had no unit and was taken as jin"),
    "guessed_kg": T("体重没说单位，按公斤理解", "the weight had no unit and was taken as kg"),
    "unit_unknown": T("体重没说单位，是斤还是公斤要先问", "the weight had no unit: ask whether jin or kg"),
}
_END = T(
    "每个人体型和穿着习惯不同，推荐仅供参考，您可以再对照一下详情页的尺码表和其他买家的评价哦。",
    "Bodies and habits differ, so this is only for your reference; please compare the size table and the reviews as well.",
)


def number(value: float) -> str:
    return f"{value:g}"


def _said(one: Finding, language: str) -> str:
    unit = "kg" if one.measure == "weight" else "cm"
    gap = "" if language.startswith("zh") else " "
    return f"{MEASURE_NAMES[one.measure].say(language)}{gap}{number(one.value)}{unit}"


def reasons(advice: Advice, table: Table, how: str = "") -> list[T]:
    """Why this size, for the agent: where each measure stands, then what decided."""
    found = [_where(one, table) for one in advice.findings]
    found += [_WHY[code] for code in advice.why]
    if how in _HOW:
        found.append(_HOW[how])
    values = {one.measure: one.value for one in advice.findings}
    if "bust" in values and "waist" in values and (kind := body_type(values["bust"], values["waist"])):
        gap = round(values["bust"] - values["waist"])
        found.append(T(f"胸腰差 {gap} cm，号型 {kind}", f"bust minus waist {gap} cm: body type {kind}"))
    if "waist" in values and any(row.size.isdigit() for row in table.rows) and "foot" not in values:
        code = trouser_code(values["waist"])
        found.append(T(f"腰围 {number(values['waist'])} cm 约合 {code} 码", f"a waist of that is about size {code}"))
    return found


def _where(one: Finding, table: Table) -> T:
    low, high = table.rows[one.low].size, table.rows[one.high].size
    sizes = low if low == high else f"{low}～{high}"
    zh, en = _said(one, "zh"), _said(one, "en")
    if one.kind == "below":
        return T(f"{zh}：小于最小的 {low}", f"{en}: below {low}")
    if one.kind == "above":
        return T(f"{zh}：超出最大的 {low}", f"{en}: beyond {low}")
    if one.kind == "between":
        return T(f"{zh}：在 {low} 和 {high} 之间", f"{en}: between {low} and {high}")
    return T(f"{zh}：适合 {sizes}", f"{en}: fits {sizes}")


def sentence(advice: Advice, table: Table, *, model_note: str = "", how: str = "") -> T:
    """What can be sent. A size is recommended, never promised (R156: only for reference)."""
    both = [_words(advice, language, model_note, how) for language in ("zh", "en")]
    return T(*both)


def _words(advice: Advice, language: str, model_note: str, how: str) -> str:
    zh = language == "zh"
    said = ("、" if zh else ", ").join(_said(one, language) for one in advice.findings)
    wanted = ("和" if zh else " and ").join(MEASURE_NAMES[one].say(language) for one in advice.ask)
    if how == "unit_unknown":
        return (
            "亲，请问您说的体重是斤还是公斤呢？我再帮您推荐尺码哦。" if zh else "Is your weight in jin or in kilograms?"
        )
    if "no_table" in advice.why:
        return (
            "亲，这款的详细尺寸请看详情页，您也可以告诉我平时穿的尺码，我帮您参考哦。"
            if zh
            else "Please see the page for the exact measures; tell me your usual size and I will help you compare."
        )
    if "too_large" in advice.why:
        return (
            f"亲，按您提供的{said}，对照这款的尺码表，最大码也可能会偏紧，不太建议选这款，我帮您看看其他款式好吗？"
            if zh
            else f"With {said}, even the largest size may be tight; may I show you another style?"
        )
    if not advice.size:
        return (
            f"亲，请问您的{wanted}是多少呢？平时喜欢宽松还是合身？我帮您参考一下尺码哦。"
            if zh
            else f"May I ask your {wanted}, and whether you like it loose or close? I will help you with the size."
        )
    return _recommends(advice, zh, said, wanted, model_note)


def _recommends(advice: Advice, zh: bool, said: str, wanted: str, model_note: str) -> str:
    others = ("、" if zh else ", ").join(advice.alternatives)
    notes = _notes(advice, zh)
    if zh:
        first = f"亲，按您提供的{said}，对照这款的尺码表，" if said else "亲，按您平时穿的尺码，"
        if advice.confidence == "sure":
            middle = f"建议您选 {advice.size}。" + (_other_size(advice, others)) + notes
        elif advice.confidence == "between":
            middle = f"您在两个码之间，建议您选 {advice.size}；{others} 也可以考虑，看您喜欢宽松还是合身。{notes}"
        else:
            middle = (
                f"可以先参考 {advice.size}" + (f"（{others} 也有可能）" if others else "") + f"，不过还拿不准。{notes}"
            )
        asked = f"方便的话再告诉我{wanted}，我帮您看得更准一些。" if wanted else ""
        return f"{first}{middle}{asked}" + (f"模特参考：{model_note}。" if model_note else "") + _END.zh
    first = f"With {said} and this item's size table, " if said else "By your usual size, "
    if advice.confidence == "sure":
        middle = f"we suggest {advice.size}." + (f" {others} would sit differently." if others else "")
    elif advice.confidence == "between":
        middle = f"you are between two sizes; we suggest {advice.size}, and {others} is possible too."
    else:
        middle = f"{advice.size} may do" + (f" ({others} is possible)" if others else "") + ", but we are not sure yet."
    asked = f" Your {wanted} would help." if wanted else ""
    return f"{first}{middle}{notes}{asked} {_END.en}"


def _other_size(advice: Advice, others: str) -> str:
    if not others:
        return ""
    return f"喜欢更宽松可以考虑 {others}。" if "looser" in advice.why else f"喜欢更修身可以考虑 {others}。"


def _notes(advice: Advice, zh: bool) -> str:
    """What the buyer should know besides: length, or that even the smallest is wide."""
    told: Sequence[tuple[str, str, str]] = (
        ("may_be_short", "以您的身高，长度可能会偏短一点。", " At your height it may be a little short."),
        ("may_be_long", "以您的身高，长度可能会偏长一点。", " At your height it may be a little long."),
        ("too_small", "您比较苗条，最小码也可能会偏大。", " Even the smallest size may be wide on you."),
    )
    return "".join(one_zh if zh else en for code, one_zh, en in told if code in advice.why)
