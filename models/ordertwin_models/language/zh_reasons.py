"""Chinese reasons: a clause for every level of every comparison."""

from __future__ import annotations


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


REASONS = {
    "order_number": _equality("订单号"),
    "reference": {
        **_nearly("客户订单号"),
        "contained": "一方的客户订单号包含另一方的",
        "neighbour": "客户订单号只差一个字符",
        "common": "双方的客户订单号相同，但不同客户都可能这样写",
        "next": "客户订单号是同一编号序列中的后续号码",
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
    "named_in_note": {
        "named": "一张订单的备注提到了另一张",
        "others": "备注提到的是其他订单",
        "missing": "备注没有提到所比较的订单",
    },
    "quote": _equality("报价单"),
    "customer": {
        "same": "客户相同",
        "probable": "很可能是同一客户",
        "possible": "可能是同一客户",
        "different": "客户不同",
        "missing": "缺少客户信息，无法比较",
    },
    "customer_conflicts": {
        "none": "双方写明的客户资料没有不同",
        "some": "双方写明的客户资料有一部分不同",
        "much": "双方写明的客户资料很大一部分不同",
        "all": "双方写明的客户资料全都不同",
        "missing": "没有双方都写明的客户资料",
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
    "customer_ship_to": {
        "same": "送货地址相同",
        "similar": "送货地址几乎相同",
        "partly": "送货地址部分一致",
        "different": "送货地址不同",
        "missing": "没有同一客户的送货地址可比较",
    },
    "foreign_ship_to": {
        "same": "客户或许不同而送货地址相同",
        "similar": "客户或许不同而送货地址几乎相同",
        "partly": "客户或许不同而送货地址部分一致",
        "different": "送货地址不同且客户或许也不同",
        "missing": "没有不同客户的送货地址可比较",
    },
    "places": {
        "none": "该客户没有把这样一组商品送往别处",
        "some": "该客户还把这样一组商品送往另外 {places} 处",
        "missing": "可能不是同一客户，无从统计送货地点",
    },
    "bill_to": _equality("开票地址"),
    "delivery_point": {**_names("具体收货点"), "missing": "没有同一地址内的收货点可比较"},
    "recipient": {**_names("收货人"), "missing": "没有同一客户的收货人可比较"},
    "foreign_recipient": {
        "same": "客户或许不同而收货人相同",
        "almost": "客户或许不同而收货人几乎相同",
        "similar": "客户或许不同而收货人相似",
        "different": "收货人不同且客户或许也不同",
        "missing": "没有不同客户的收货人可比较",
    },
    "basket_agreement": {
        "all": "全部 {different_lines} 行的商品和数量都相同",
        "most": "{different_lines} 行中有 {agreeing_lines} 行的商品和数量都相同",
        "few": "{different_lines} 行中只有 {agreeing_lines} 行的商品和数量都相同",
        "none": "没有一行的商品和数量都相同",
        "missing": "缺少商品行，无法比较",
    },
    "containment": {
        "all": "一张订单的 {fewer_lines} 行商品另一张全都有且数量相同",
        "most": "一张订单的 {fewer_lines} 行商品中有 {agreeing_lines} 行在另一张中也有且数量相同",
        "few": "一张订单的 {fewer_lines} 行商品中只有 {agreeing_lines} 行在另一张中也有且数量相同",
        "none": "一张订单的商品没有一行以相同数量出现在另一张中",
        "missing": "缺少商品行，无法比较",
    },
    "surprise": {
        "hardly": "相同之处太多，很难是巧合",
        "unlikely": "相同之处多于巧合所能解释的",
        "perhaps": "相同之处也可能是巧合",
        "likely": "在这么多订单中，这点相同之处不足为奇",
        "missing": "没有可比较的商品",
    },
    "foreign_surprise": {
        "hardly": "两个客户很难碰巧订得如此一致",
        "unlikely": "对两个客户来说，相同之处多于巧合所能解释的",
        "perhaps": "两个客户也可能碰巧订得相近",
        "likely": "在这么多订单中，两个客户这点相同之处不足为奇",
        "missing": "是同一客户，或名称相近，或没有可比较的商品",
    },
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
    "quantities_alike": {
        "telling": "数量相同，不太可能是巧合",
        "some": "有数量相同，也可能是巧合",
        "few": "数量不同",
        "missing": "除数量外，订单行还有其他可比较的内容",
    },
    "quantity_slips": {
        "slip": "有数量像是输错了",
        "none": "没有像是输错的数量",
        "missing": "没有数量，无从判断是否输错",
    },
    "prices": {
        "same": "全部 {compared_prices} 行单价相同",
        "close": "单价相近",
        "apart": "单价有差别",
        "far_apart": "单价相差很大",
        "missing": "缺少单价，无法比较",
    },
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
        "some": "{paired_lines} 行共同的商品中有 {by_words} 行只能凭描述认出",
        "none": "共同的商品编号或全名一致",
        "missing": "没有共同的商品行",
    },
    "by_numbers": {
        "all": "两张订单对商品的写法不同，只能比对数量和单价",
        "some": "{paired_lines} 行共同的商品中有 {by_numbers} 行只能凭数量和单价认出",
        "none": "共同的商品不只凭数量和单价认出",
        "missing": "没有共同的商品行",
    },
    "variants": {
        "some": "有 {variants} 行只是尺寸、颜色、型号或商品编号不同",
        "none": "没有仅尺寸、颜色、型号或商品编号不同的行",
        "missing": "没有可判断型号的商品行",
    },
    "time_gap": {
        "short": "两张订单仅相隔 {gap}",
        "some": "两张订单相隔 {gap}",
        "long": "两张订单相隔 {gap}之久",
        "missing": "两张订单相隔多久不清楚",
    },
    "delivery_date": {
        "same": "要求的交货日期相同",
        "still_same": "要求的交货日期仍然相同",
        "at_once_another": "要求的交货日期相差 {days} 天",
        "sooner": "较晚的订单要求提前 {days} 天交货",
        "near": "要求的交货日期只相差 {days} 天",
        "apart": "要求的交货日期相差 {days} 天",
        "far_apart": "要求的交货日期至少相差 {days} 天",
        "missing": "缺少交货日期，无法比较",
    },
    "notes": {
        "same": "备注相同",
        "different": "备注不同",
        "other_numbers": "备注仅数字不同",
        "missing": "缺少备注，无法比较",
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
    "differing_fields": {
        "none": "各字段逐字相同，是原单的副本",
        "few": "只有少数字段有差别",
        "many": "许多字段有差别，哪怕只是写法不同",
        "missing": "没有可比较的字段",
    },
    "other_dates": {
        "none": "一天之内没有为其他交货日期下过这样一组商品",
        "some": "该客户一天之内为其他交货日期下了 {other_dates} 张类似商品的订单",
        "missing": "没有同一客户的交货日期可比较",
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
