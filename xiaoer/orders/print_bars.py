"""Code 128 (ISO/IEC 15417) as a row of bar widths: what waybills and slips carry for the barcode gun. Pure."""

_ALL = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)
_WIDTHS = tuple(_ALL[at : at + 6] for at in range(0, len(_ALL), 6))
_STOP = "2331112"
_START_B, _START_C, _TO_B, _TO_C = 104, 105, 100, 99


def code128_values(text: str) -> list[int]:
    """Symbol values with start and check symbol: pairs of digits in set C, everything else in set B."""
    if not text or any(not 32 <= ord(ch) < 127 for ch in text):
        raise ValueError(f"Code 128 carries printable ASCII only, got {text!r}")
    values: list[int] = []
    in_c, place = False, 0
    while place < len(text):
        digits = 0
        while place + digits < len(text) and text[place + digits].isdigit():
            digits += 1
        ends = place + digits == len(text)
        # a change of set costs one symbol; it pays from four digits at an end, from six inside
        worth = digits >= (4 if not values or ends else 6) or (in_c and digits >= 2)
        if worth and not (digits % 2 and not in_c):
            if not in_c:
                values.append(_START_C if not values else _TO_C)
                in_c = True
            values.append(int(text[place : place + 2]))
            place += 2
            continue
        if not values or in_c:
            values.append(_START_B if not values else _TO_B)
            in_c = False
        values.append(ord(text[place]) - 32)
        place += 1
    check = (values[0] + sum(value * (at or 1) for at, value in enumerate(values) if at)) % 103
    return [*values, check]


def code128(text: str) -> list[int]:
    """Widths of bar, space, bar … in modules, beginning with a bar; without the quiet zones (10 modules each)."""
    pattern = "".join(_WIDTHS[value] for value in code128_values(text)) + _STOP
    return [int(width) for width in pattern]
