"""Chinese, in simplified characters."""

from __future__ import annotations

from ordertwin_models.decision import Action, Relation
from ordertwin_models.language.catalogue import Catalogue, Duration
from ordertwin_models.order import Channel, OrderState
from ordertwin_models.policy.rules import (
    ATTENDED_THRESHOLD,
    COUNTERPART_DEAD,
    DUPLICATE_THRESHOLD,
    REVIEW_THRESHOLD,
    SAME_ORDER_CHANGED,
)


def _equality(noun: str) -> dict[str, str]:
    return {
        "same": f"{noun}相同",
        "different": f"{noun}不同",
        "missing": f"缺少{noun}，无法比较",
    }


def _nearly(noun: str) -> dict[str, str]:
    return {**_equality(noun), "slip": f"{noun}仅有一处笔误之差"}


def _names(noun: str) -> dict[str, str]:
    return {**_equality(noun), "almost": f"{noun}几乎相同", "similar": f"{noun}相近"}


def _counted(noun: str, compared: str, equal: str) -> dict[str, str]:
    return {
        "all": f"全部 {{{compared}}} 行{noun}相同",
        "most": f"{noun}在 {{{compared}}} 行中有 {{{equal}}} 行相同",
        "few": f"{noun}在 {{{compared}}} 行中只有 {{{equal}}} 行相同",
        "none": f"全部 {{{compared}}} 行{noun}都不同",
        "missing": f"缺少{noun}，无法比较",
    }


def _rhythm(once: str, again: str, rhythm: str) -> dict[str, str]:
    return {
        "on_time": f"该客户大约{rhythm}{once}",
        "late": f"该客户通常大约{rhythm}{once}，这次来得较晚",
        "far_late": f"该客户平时{again}要频繁得多",
        "early": f"该客户通常大约{rhythm}{once}，这次来得较早",
        "far_early": f"该客户平时不会这么快又{again}",
    }


_REASONS = {
    "order_number": _equality("订单号"),
    "reference": {
        **_nearly("客户订单号"),
        "contained": "一方的客户订单号包含另一方的",
        "neighbour": "客户订单号只差一个字符",
    },
    "reference_frequency": {
        "never": "此前没有订单用过这个客户订单号",
        "once": "此前只有一张订单用过这个客户订单号",
        "often": "此前已有 {references} 张订单用过这个客户订单号",
        "missing": "没有共同的客户订单号，无从判断是否常见",
    },
    "reference_spelling": {
        "same": "共同的客户订单号写法一致",
        "different": "共同的客户订单号写法不一致",
        "missing": "没有共同的客户订单号，无从比较写法",
    },
    "reference_presence": {
        "both": "两张订单都有客户订单号",
        "existing": "只有已有订单带客户订单号",
        "incoming": "只有新来的订单带客户订单号",
        "neither": "两张订单都没有客户订单号",
        "missing": "不清楚有没有客户订单号",
    },
    "revision": {
        "same": "客户订单号的版次相同",
        "different": "客户订单号的版次不同",
        "missing": "没有共同的客户订单号，无从比较版次",
    },
    "release": {
        "same": "属于同一框架订单的同一批次",
        "unstated": "属于同一框架订单，但未注明批次",
        "different": "属于同一框架订单的不同批次",
        "missing": "不属于同一框架订单",
    },
    "quote": _equality("报价单"),
    "customer": {
        "same": "客户相同",
        "probable": "很可能是同一客户",
        "possible": "可能是同一客户",
        "different": "客户不同",
        "missing": "缺少客户信息，无法比较",
    },
    "customer_number": _equality("客户编号"),
    "customer_name": _names("客户名称"),
    "contact_name": _names("联系人"),
    "phone": _nearly("电话号码"),
    "email": _nearly("电子邮箱"),
    "customer_rarity": {
        "some": "大约每 {customer_orders} 张订单就有一张来自该客户",
        "most": "大多数订单都来自该客户",
        "missing": "不能确定是同一客户",
    },
    "ship_to": {
        "same": "送货地址相同",
        "similar": "送货地址几乎相同",
        "partly": "送货地址部分一致",
        "different": "送货地址不同",
        "missing": "缺少送货地址，无法比较",
    },
    "customer_ship_to": {
        "same": "该客户的送货地址相同",
        "similar": "该客户的送货地址几乎相同",
        "partly": "该客户的送货地址部分一致",
        "different": "该客户的送货地址不同",
        "missing": "没有同一客户的送货地址可比较",
    },
    "bill_to": _equality("开票地址"),
    "recipient": _names("收货人"),
    "incoming_lines_shared": {
        "all": "本单 {incoming_lines} 行商品在已有订单中全都有",
        "most": "本单 {incoming_lines} 行商品中有 {shared_lines} 行在已有订单中也有",
        "few": "本单 {incoming_lines} 行商品中只有 {shared_lines} 行在已有订单中也有",
        "none": "本单的商品在已有订单中一行也没有",
        "missing": "缺少商品行，无法比较",
    },
    "existing_lines_shared": {
        "all": "已有订单的 {existing_lines} 行商品本单全都有",
        "most": "已有订单的 {existing_lines} 行商品中本单有 {shared_lines} 行",
        "few": "已有订单的 {existing_lines} 行商品中本单只有 {shared_lines} 行",
        "none": "已有订单的商品本单一行也没有",
        "missing": "已有订单没有可比较的商品行",
    },
    "shared_information": {
        "telling": "共同的商品很少会碰巧出现在一起",
        "some": "共同的商品有一定的辨识度",
        "common": "共同的商品在许多订单中都有",
        "none": "没有共同的商品",
        "missing": "没有可比较的商品",
    },
    "agreeing_information": {
        "telling": "这么多数量也相同的商品很难是巧合",
        "some": "数量相同的商品有一定的辨识度",
        "common": "数量相同的商品在许多订单中都有",
        "none": "没有数量相同的商品",
        "missing": "没有可比较的商品",
    },
    "quantities": _counted("数量", "compared_quantities", "equal_quantities"),
    "quantity_slips": {
        "slip": "有数量像是输错了",
        "none": "没有像是输错的数量",
        "missing": "没有数量，无从判断是否输错",
    },
    "prices": _counted("单价", "compared_prices", "equal_prices"),
    "amount": {
        **_equality("金额"),
        "almost": "金额几乎相同",
        "similar": "金额相近",
        "missing": "没有同币种的金额，无法比较",
    },
    "line_count": {
        "same": "行数相同",
        "different": "行数不同（{incoming_lines} 行对 {existing_lines} 行）",
        "missing": "没有行数可比较",
    },
    "by_words": {
        "all": "共同的商品只能凭描述认出",
        "some": "{shared_lines} 行共同的商品中有 {by_words} 行只能凭描述认出",
        "none": "共同的商品编号或全名一致",
        "missing": "没有共同的商品行",
    },
    "variants": {
        "some": "有 {variants} 行只是尺寸、颜色或型号不同",
        "none": "没有仅尺寸、颜色或型号不同的行",
        "missing": "没有可判断型号的商品行",
    },
    "time_gap": {
        "short": "两张订单仅相隔 {gap}",
        "some": "两张订单相隔 {gap}",
        "long": "两张订单相隔 {gap}之久",
        "missing": "两张订单相隔多久不清楚",
    },
    "requested_date": {
        "same": "要求的交货日期相同",
        "near": "要求的交货日期相差 {days} 天",
        "far": "要求的交货日期相差 {days} 天",
        "missing": "缺少交货日期，无法比较",
    },
    "note": {
        "confirms": "备注说明这是确认单或副本",
        "revises": "备注说明这是修订单",
        "adds": "备注说明这是追加单",
        "silent": "备注没有提到其他订单",
        "part": "备注说明这是分批订单或礼品",
        "repeats": "备注说明这是例行的重复订购",
        "replaces": "备注说明这是替换订单",
        "missing": "没有备注",
    },
    "message_function": {
        "none": "没有 EDI 报文说明订单性质",
        "original": "EDI 报文注明为原始订单",
        "duplicate": "EDI 报文注明为重复件",
        "copy": "EDI 报文注明为副本",
        "confirmation": "EDI 报文注明为确认单",
        "change": "EDI 报文注明为变更单",
        "cancel": "EDI 报文注明为取消单",
        "missing": "没有 EDI 报文说明订单性质",
    },
    "channel": {
        "same": "来自同一渠道",
        "different": "来自不同渠道",
        "missing": "有订单的渠道不明",
    },
    "source": {
        "same": "来自同一系统",
        "different": "来自不同系统",
        "missing": "有订单的来源系统不明",
    },
    "entered_by": {
        "same": "由同一人录入",
        "different": "由不同的人录入",
        "missing": "有订单的录入人不明",
    },
    "company": _equality("销售公司"),
    "stage": {
        "alive": "已有订单{state}",
        "dead": "已有订单{state}",
        "missing": "已有订单的状态不明",
    },
    "basket_repeats": {
        "never": "该客户此前从未订过类似的一组商品",
        "once": "该客户此前只订过一次类似的一组商品",
        "often": "该客户此前订过 {basket_repeats} 次类似的一组商品",
        "missing": "可能不是同一客户，无从比较习惯",
    },
    "basket_rhythm": {
        **_rhythm("订一次这组商品", "订这组商品", "{basket_rhythm}"),
        "missing": "该客户订这组商品尚无规律",
    },
    "customer_pace": {
        **_rhythm("下一次单", "下单", "{customer_pace}"),
        "missing": "该客户下单尚无规律",
    },
    "overlap_excess": {
        "far_more": "商品重合程度远高于该客户平时的订单",
        "more": "商品重合程度高于该客户平时的订单",
        "usual": "该客户的订单平时就有这么高的重合",
        "less": "商品重合程度低于该客户平时的订单",
        "missing": "该客户的订单太少，不知道平时如何",
    },
    "basket_frequency": {
        "never": "此前没有商品和数量完全相同的订单",
        "once": "此前只有一张商品和数量完全相同的订单",
        "often": "此前已有 {baskets} 张商品和数量完全相同的订单",
        "missing": "商品和数量并不完全相同",
    },
    "habit_frequency": {
        "never": "该客户此前从未订过完全相同的商品",
        "once": "该客户此前只订过一次完全相同的商品",
        "often": "该客户此前订过 {habits} 次完全相同的商品",
        "missing": "并非同一客户的完全相同的商品",
    },
}

_UNITS = {
    "second": "秒",
    "minute": "分钟",
    "hour": "小时",
    "day": "天",
    "month": "个月",
    "year": "年",
}

CHINESE = Catalogue(
    tag="zh",
    plural=lambda number: 0,
    separator="，",
    sentence_space="",
    reasons=_REASONS,
    unnamed="{meaning}：{value}",
    together="{first}，同时{second}",
    with_value="{text}（{value}）",
    with_both="{text}（{incoming} / {existing}）",
    respelled="{text}但写法不同（{incoming} / {existing}）",
    durations={
        unit: Duration(span=f"{{count}} {word}", rhythm=f"每 {{count}} {word}")
        for unit, word in _UNITS.items()
    },
    later="晚 {span}",
    earlier="早 {span}",
    same_moment="同一时刻",
    same_day="同一天",
    heads={
        DUPLICATE_THRESHOLD: "重复订单：本单是{relation}。",
        REVIEW_THRESHOLD: "很可能重复：本单看来是{relation}。",
        ATTENDED_THRESHOLD: "可能重复：本单或许是{relation}。",
        SAME_ORDER_CHANGED: "本单就是订单 {order} 的变更版：{changes}。",
        COUNTERPART_DEAD: "新订单。有看来相同的订单 {order}，但那张订单{state}。",
    },
    no_match="新订单：没有与之相像的已有订单。",
    look_alike="新订单。有相似的订单 {order}，但{reasons}。",
    look_alike_only="新订单。有相似的订单 {order}，但还不足以认定为同一张订单。",
    relations={
        Relation.RESEND: "订单 {order} 的再次发送",
        Relation.DOUBLE_SUBMIT: "订单 {order} 的重复提交",
        Relation.RETRY: "订单 {order} 发送失败后的重试",
        Relation.REKEYED: "订单 {order} 的重复人工录入",
        Relation.CROSS_CHANNEL: "订单 {order} 从另一渠道的再次下单",
        Relation.CONFIRMATION: "订单 {order} 的书面确认单",
        Relation.AMENDMENT: "订单 {order} 的修订版",
        Relation.SUPERSET: "订单 {order} 加了商品后的再次发送",
        Relation.PARTIAL: "订单 {order} 中一部分的再次发送",
        Relation.WRONG_CUSTOMER: "订单 {order} 在另一客户名下的重复录入",
        Relation.EVASION: "订单 {order} 改写客户订单号后的再次下单",
        Relation.STANDING: "定期订单",
        Relation.BLANKET_RELEASE: "框架订单的另一批次",
        Relation.SPLIT: "同一次采购的另一部分",
        Relation.FAN_OUT: "同样的商品送往别处",
        Relation.REPLACEMENT: "已被替换",
        Relation.REORDER: "以前的订购",
        Relation.VARIANT: "另一种规格",
        Relation.COINCIDENCE: "巧合",
    },
    unknown_duplicate="订单 {order} 的重复",
    unknown_order="（未列出）",
    baskets={
        "same": "{shared_lines} 行商品相同",
        "other_quantities": "{shared_lines} 行商品相同（其中 {unequal_quantities} 行数量不同）",
        "contained": "本单 {incoming_lines} 行商品那张订单全都有",
        "containing": "那张订单的 {existing_lines} 行商品本单全都有",
        "overlapping": "{incoming_lines} 行商品中有 {shared_lines} 行相同",
    },
    changes={
        "quantities": "{count} 处数量有变",
        "prices": "{count} 处单价有变",
        "added": "增加 {count} 行",
        "removed": "减少 {count} 行",
        "none": "商品行没有变化",
    },
    because="{reasons}。",
    but="但{reasons}。",
    actions={
        Action.ACCEPT: "可以接收",
        Action.HOLD: "请先挂起，等待审核",
        Action.LINK: "请勿录入，关联到订单 {order} 即可",
        Action.ATTACH: "请勿录入，把客户订单号补到订单 {order} 上",
        Action.SUPERSEDE: "请核对差异后用本单取代订单 {order}",
        Action.MERGE: "请与订单 {order} 逐行合并",
        Action.CONFIRM_WITH_CUSTOMER: "录入前请先向客户确认",
    },
    do="{action}。",
    do_if_confirmed="请先核实；如果属实，{action}。",
    truncated="相似的订单过多，未能全部比较。",
    degraded="未加载模型，本次由简单规则判断。",
    counterfactuals={
        "ship_to": ("送货地址不同", "送货地址相同"),
        "requested_date": ("要求的交货日期相差很远", "要求的交货日期相同"),
        "reference": ("客户订单号不同", "客户订单号相同"),
        "release": ("属于框架订单的另一批次", "属于框架订单的同一批次"),
        "quantities": ("数量不同", "数量相同"),
        "incoming_lines_shared": ("本单的商品在已有订单中都没有", "本单的商品在已有订单中全都有"),
        "existing_lines_shared": ("已有订单的商品本单都没有", "已有订单的商品本单全都有"),
        "customer": ("来自另一客户", "确定来自同一客户"),
        "phone": ("电话号码不同", "电话号码相同"),
        "email": ("电子邮箱不同", "电子邮箱相同"),
        "customer_name": ("客户名称不同", "客户名称相同"),
        "time_gap": ("两张订单相隔更久", "两张订单相隔更近"),
    },
    would_be_new="如果{condition}，本单就不会被视为与它重复。",
    would_be_held="如果{condition}，本单就会被挂起。",
    states={
        OrderState.RECEIVED: "已接收",
        OrderState.HELD: "已挂起",
        OrderState.ACCEPTED: "已确认",
        OrderState.IN_FULFILMENT: "正在备货",
        OrderState.SHIPPED: "已发货",
        OrderState.COMPLETED: "已完成",
        OrderState.CANCELLED: "已取消",
        OrderState.RETURNED: "已退货",
        OrderState.MERGED: "已并入另一张订单",
        OrderState.REJECTED_DUPLICATE: "已作为重复订单退回",
    },
    channels={
        Channel.UNKNOWN: "未知渠道",
        Channel.EDI: "EDI",
        Channel.WEB: "网店",
        Channel.PHONE: "电话",
        Channel.EMAIL: "电子邮件",
        Channel.REP: "业务员",
        Channel.MARKETPLACE: "电商平台",
        Channel.POS: "门店收银",
        Channel.OTHER: "其他渠道",
    },
    lines="{lines} 行",
    share_of_lines="{lines} 行中的 {shared} 行",
    release="{blanket}，批次 {release}",
)
