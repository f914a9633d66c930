"""Which metrics a platform rates a shop by (考核口径), each with its definition in words. Pure."""

from dataclasses import dataclass

from xiaoer.kernel.i18n import T
from xiaoer.reception import twins
from xiaoer.reception.twins import Judge

RATE, AVERAGE = "rate", "average"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure that somebody looks at: its name, what one unit is, its formula, what is left out, its line."""

    name: str
    title: T
    unit: T
    formula: T
    left_out: T
    judge: Judge
    line_key: str
    days_key: str = ""
    """The rule that says over how many days it is taken; empty: the day alone."""
    kind: str = RATE
    late: T | None = None
    """What a late unit is called; None: 超时 and the unit."""

    @property
    def late_unit(self) -> T:
        return self.late or T(f"超时的{self.unit.zh}", f"late {self.unit.en}")


_ROUND, _SESSION, _PERSON = T("轮次", "rounds"), T("会话", "sessions"), T("买家", "buyers")
_WINDOW = T(
    "不计：考核时段以外的提问、并入其他会话的轮次。",
    "Left out: asked outside the rated hours; merged into another talk.",
)
_LINE, _DAYS = "rated_reply_line", "rated_reply_days"

METRICS: dict[str, Metric] = {
    one.name: one
    for one in (
        Metric(
            "wangwang_3min",
            T("旺旺3分钟人工响应率", "Wangwang 3-minute human reply rate"),
            _ROUND,
            T(
                "{limit}内得到人工回复的轮次 ÷ 全部轮次。轮次从买家第一句未回复的话起，到第一句人工回复止；重复追问不重新计时。",
                "Rounds a person answered within {limit} ÷ all rounds. A round runs from the first unanswered question to "
                "the first human answer; asking again does not restart it.",
            ),
            _WINDOW,
            twins.rounds_in_time,
            _LINE,
            _DAYS,
        ),
        Metric(
            "human_average",
            T("人工平均响应时长", "Average human reply time"),
            _ROUND,
            T(
                "各轮次人工响应时长之和 ÷ 轮次数，单轮最多按 {cap} 计。",
                "Sum of the human reply times ÷ rounds; one round counts {cap} at most.",
            ),
            T(
                "不计：机器人回复、0 秒回复、跨天回复、没有人工回复的轮次，以及考核时段以外的提问。",
                "Left out: bot replies, zero-second replies, replies on another day, rounds without a human answer, "
                "questions outside the rated hours.",
            ),
            twins.human_average,
            "rated_average_line",
            kind=AVERAGE,
        ),
        Metric(
            "douyin_3min",
            T("飞鸽3分钟回复率", "Feige 3-minute reply rate"),
            _SESSION,
            T(
                "消息平均等待不超过 {limit} 的人工会话 ÷ 人工会话；无人回复的会话计 0。",
                "Human sessions whose messages wait {limit} at most on average ÷ human sessions; without an agent it is 0.",
            ),
            _WINDOW,
            twins.session_means,
            _LINE,
            _DAYS,
        ),
        Metric(
            "pdd_3min",
            T("3分钟人工回复率", "3-minute human reply rate"),
            _PERSON,
            T(
                "没有任何一条消息等待超过 {limit} 的咨询人数 ÷ 咨询人数，按天统计。",
                "Asking buyers none of whose messages waited longer than {limit} ÷ asking buyers, by day.",
            ),
            _WINDOW,
            twins.people_never_late,
            _LINE,
            _DAYS,
        ),
        Metric(
            "jd_30s",
            T("咚咚30秒应答率", "Dongdong 30-second answer rate"),
            T("会话首问", "first questions"),
            T(
                "{limit}内人工应答的会话首问 ÷ 会话首问；静默 {idle}后再开口算新会话。",
                "First questions a person answered within {limit} ÷ first questions; after {idle} of silence a session is new.",
            ),
            T(
                "不计：会话中的后续提问、考核时段以外的提问。",
                "Left out: later questions, questions outside the hours.",
            ),
            twins.session_openings,
            _LINE,
            _DAYS,
        ),
        Metric(
            "kuaishou_person",
            T("3分钟回复率（按人）", "3-minute reply rate, buyers"),
            _PERSON,
            T("没有消息等待超过 {limit} 的咨询人数 ÷ 咨询人数。", "Buyers never left waiting over {limit} ÷ buyers."),
            _WINDOW,
            twins.people_never_late,
            _LINE,
            _DAYS,
        ),
        Metric(
            "kuaishou_session",
            T("3分钟回复率（按会话）", "3-minute reply rate, sessions"),
            _SESSION,
            T("没有消息等待超过 {limit} 的会话 ÷ 会话。", "Sessions never left waiting over {limit} ÷ sessions."),
            _WINDOW,
            twins.sessions_never_late,
            _LINE,
            _DAYS,
        ),
        Metric(
            "replied_people",
            T("回复率（回复过的买家）", "Replied buyers"),
            _PERSON,
            T("当天得到过人工回复的买家 ÷ 咨询的买家。", "Buyers who got a human answer ÷ asking buyers."),
            T("不计：还在等待的买家。", "Left out: buyers who still wait."),
            twins.people_replied,
            "replied_people_line",
            late=T("没有回复的买家", "unanswered buyers"),
        ),
        Metric(
            "first_reply",
            T("人工首响达标率", "First human reply in time"),
            T("首问", "first questions"),
            T(
                "{first}内（紧急 {urgent}内）得到人工首次回复的会话 ÷ 会话，本店口径。",
                "Talks with a first human answer within {first} (urgent: {urgent}) ÷ talks; the shop's own figure.",
            ),
            T(
                "不计：营业时间以外的提问、会话中的后续提问。",
                "Left out: asked while the shop is closed; later questions.",
            ),
            twins.first_replies,
            _LINE,
        ),
        Metric(
            "greeting",
            T("问候达标率", "Greeting in time"),
            T("首问", "first questions"),
            T(
                "{greeting}内有问候的会话 ÷ 会话，自动问候可计入；用于辅导，不用于考核。",
                "Talks greeted within {greeting} ÷ talks; an automatic greeting counts. For coaching only.",
            ),
            T("不计：会话中的后续提问。", "Left out: later questions."),
            twins.greetings,
            _LINE,
            late=T("没及时问候的首问", "first questions greeted late"),
        ),
    )
}

_OURS = ("first_reply", "greeting")
BY_PLATFORM: dict[str, tuple[str, ...]] = {
    "taobao": ("wangwang_3min", "human_average", "replied_people", *_OURS),
    "tmall": ("wangwang_3min", "human_average", "replied_people", *_OURS),
    "douyin": ("douyin_3min", "human_average", *_OURS),
    "pinduoduo": ("pdd_3min", "human_average", *_OURS),
    "jd": ("jd_30s", "human_average", *_OURS),
    "kuaishou": ("kuaishou_person", "kuaishou_session", "replied_people", *_OURS),
    "own": ("human_average", "replied_people", *_OURS),
}


def metrics_of(platform: str) -> list[Metric]:
    """Those of a platform; an unknown one is looked at as a shop of its own."""
    return [METRICS[name] for name in BY_PLATFORM.get(platform, BY_PLATFORM["own"])]
