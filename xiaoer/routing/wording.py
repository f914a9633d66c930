"""The words of a routing decision, in both languages: who got it and why, why the others did not, why it waits."""

from xiaoer.kernel.i18n import T

REASONS: dict[str, T] = {
    "offline": T("离线", "offline"),
    "away": T("离开", "away"),
    "suspended": T("挂起，不接新会话", "suspended, takes nobody new"),
    "off_roster": T("今天不在班次上", "is not on the roster now"),
    "no_certificate": T("没有上岗证", "holds no certificate for it"),
    "full": T("已达同时接待上限", "has as much in hand as she may"),
    "full_vip": T("VIP 会话已达上限", "has as many VIP conversations as she may"),
    "off_team": T("不在会话所属小组", "is not in the conversation's team"),
    "off_side": T("售前售后分账号，不归她接", "separate accounts: not her side"),
    "no_skill": T("不在对应技能组", "is not in the skill group for it"),
    "vendor_scope": T("外包只接所在小组的会话", "a vendor's agent takes her own teams' only"),
    "own_first": T("自有客服有空，外包后接", "our own agents are free; the vendor comes after"),
    "supervisor": T("主管不接待客户", "supervisors receive nobody"),
    "just_had_it": T("刚刚退回或未应答，给其他客服", "handed it back or left it unanswered; others first"),
    "fair": T("本时段已分得较多，先给其他客服", "was given many in this hour; others first"),
    "away_later": T("离开，先给在线的客服", "away: who is online comes first"),
    "not_hers": T("买家上次不是她接待", "somebody else served this buyer last"),
    "more_load": T("手上更忙", "has more in hand"),
    "dearer": T("同样忙，成本更高", "same load, costs more"),
    "less_idle": T("同样忙，空闲时间更短", "same load, idle for a shorter time"),
}
CHOSEN: dict[str, T] = {
    "sticky": T("买家上次由她接待", "served this buyer last time"),
    "sticky_over": T("买家上次由她接待（已满，仍优先）", "served this buyer last time (full, still hers)"),
    "sticky_suspended": T(
        "买家上次由她接待（挂起，回头客仍接）", "served this buyer last time (suspended, still hers)"
    ),
    "least_load": T("手上最空", "has the least in hand"),
    "cheapest": T("同样忙，成本更低", "same load, costs less"),
    "longest_idle": T("同样忙，空闲最久", "same load, idle the longest"),
    "only_one": T("唯一可接待的客服", "the only one available"),
    "proxy": T("无人在岗，由代理账号接", "nobody on duty: the proxy account takes it"),
    "main": T("无人在岗，暂存主账号，有人上岗即转出", "nobody on duty: kept at the main account, passed on later"),
}
WAITING: dict[str, T] = {
    "nobody_online": T("没有在线客服", "nobody is online"),
    "pool": T("无人在岗，已进消息池", "nobody on duty: in the message pool"),
    "all_full": T("在线客服都已达上限", "everybody online is full"),
    "nobody_in_team": T("小组内没有可接待的客服", "nobody of the team is available"),
    "nobody_of_side": T("对应的售前/售后客服没有空位", "nobody of the pre- or after-sales side is free"),
    "nobody_skilled": T("对应技能组都在忙，稍后放开给全员", "the skill group is busy; soon anybody may take it"),
    "nobody_free": T("没有可接待的客服", "nobody is available"),
    "first_words": T("等买家说第一句，好分对人", "waits for the buyer's first words, to find the right agent"),
}
CAUSES = {
    "opened": T("买家进线", "buyer came in"),
    "queued": T("重新排队", "back in the queue"),
    "transferred": T("转接到小组", "transferred to a team"),
    "status": T("客服状态变化", "an agent's status changed"),
    "closed": T("有客服空出来", "an agent became free"),
    "unanswered": T("超时无人应答", "left unanswered"),
    "not_accepted": T("分配后未打开", "not opened after it was given"),
    "first_words": T("买家说了第一句", "the buyer's first words came"),
    "look": T("等待满一段时间，放宽条件", "waited long enough: conditions widened"),
    "corrected": T("分类被更正", "the sorting was corrected"),
    "handed_over": T("售前转售后", "handed over to after-sales"),
    "escalated": T("升级高级客服", "escalated to a senior agent"),
    "main_passes_on": T("主账号转出", "the main account passes it on"),
    "peak": T("高峰模式变化", "peak mode changed"),
    "roster": T("排班或上岗证变化", "the roster or a certificate changed"),
}
STAGES: tuple[tuple[str, T, T, tuple[str, ...]], ...] = (
    (
        "filters",
        T("硬条件", "Hard filters"),
        T(
            "店铺、售前售后、技能组、班次、状态、上岗证、外包范围",
            "Shop, side, skill, roster, status, certificate, vendor scope",
        ),
        (
            "routing_profile",
            "routing_overflow",
            "supervisor_receives",
            "roster_binds",
            "certificate_binds",
            "vendor_teams_only",
            "vendor_when_full",
        ),
    ),
    (
        "sticky",
        T("回头客", "Stickiness"),
        T("期限内再来，优先原客服", "Who comes back in time meets the same agent"),
        ("routing_sticky", "routing_sticky_over", "routing_sticky_suspended"),
    ),
    (
        "capacity",
        T("容量", "Capacity"),
        T("按权重计：会话、等待中的买家、电话", "By weight: conversations, waiting buyers, calls"),
        ("routing_max_open", "routing_max_open_vip", "weight_talk", "weight_waiting", "weight_call"),
    ),
    (
        "priority",
        T("优先级", "Priority"),
        T("VIP、投诉先接，等得越久越靠前", "VIP and complaints first; waiting moves everybody up"),
        ("routing_complaint_levels", "routing_aging"),
    ),
    (
        "rank",
        T("挑选", "Choice"),
        T("手上最空，再看空闲最久；每个时段有分配上限", "Least in hand, then longest idle; a limit per hour band"),
        ("routing_cost_first", "cost_talk_own", "cost_talk_vendor", "routing_fair_most", "routing_fair_window"),
    ),
    (
        "return",
        T("收回", "Taking back"),
        T("未打开、未回复的会话按原排队时间重新分配", "Unopened and unanswered talks go back to their old place"),
        ("routing_accept", "routing_takeover", "routing_takeover_limit"),
    ),
    (
        "nobody",
        T("没人能接时", "When nobody can"),
        T(
            "在线 → 离开 → 组长；无人在岗进消息池、代理账号或主账号",
            "Online, away, leader; nobody on duty: pool, proxy or main account",
        ),
        ("routing_tiers", "routing_tier_after", "routing_nobody"),
    ),
    (
        "sorting",
        T("分类", "Sorting"),
        T("按买家头几句话的关键词判断问题", "By keywords in the buyer's first words"),
        ("classify_wait", "classify_more", "classify_sure", "classify_learned", "classify_learned_least"),
    ),
    (
        "peak",
        T("高峰", "Peak"),
        T(
            "排队多时提高上限、缩短问候、自助优先",
            "When many queue: higher caps, shorter greetings, self-service first",
        ),
        ("peak_auto", "peak_queue_on", "peak_queue_off", "peak_cap_extra"),
    ),
    (
        "duty",
        T("掉线", "Line lost"),
        T("关掉最后一个页面或断线后多久算离线", "After the last page closes or the line is lost"),
        ("offline_grace", "offline_return"),
    ),
)
"""The stages in the order in which they decide: name, title, what it does, the rules that steer it."""
SIDES = {"pre": T("售前", "Pre-sales"), "after": T("售后", "After-sales"), "": T("不分", "Either")}
WHY_STATUS = {
    "": T("本人设置", "set by herself"),
    "by_other": T("主管设置", "set by a supervisor"),
    "line_lost": T("断线或关闭页面", "line lost or page closed"),
    "line_back": T("重新连上", "line is back"),
    "signed_out": T("退出登录", "signed out"),
}
