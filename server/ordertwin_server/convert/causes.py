"""What most duplicates came from, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from ordertwin_server.commands.report_duplicates import Cause

_DEEDS: Mapping[str, tuple[str, str]] = {
    "RESEND": ("sends orders a second time", "重复发送订单"),
    "DOUBLE_SUBMIT": ("lets orders be submitted twice", "允许订单被提交两次"),
    "RETRY": ("re-sends after time-outs", "超时后重新发送"),
    "REKEYED": ("takes orders that were entered twice by hand", "接收了人工重复录入的订单"),
    "CROSS_CHANNEL": (
        "takes orders that came by another channel too",
        "接收了已由其他渠道提交的订单",
    ),
    "CONFIRMATION": (
        "takes written confirmations for new orders",
        "把书面确认当作新订单",
    ),
    "AMENDMENT": ("takes revised versions for new orders", "把修订版本当作新订单"),
    "SUPERSET": (
        "takes earlier orders with additions for new ones",
        "把追加后的旧订单当作新订单",
    ),
    "PARTIAL": ("sends parts of earlier orders again", "再次发送旧订单的一部分"),
    "WRONG_CUSTOMER": (
        "takes orders again under another customer number",
        "以其他客户编号再次接收订单",
    ),
    "EVASION": (
        "takes orders again with the reference written differently",
        "再次接收客户单号写法不同的订单",
    ),
}
_OTHERWISE = ("takes duplicates of another kind", "接收了其他类型的重复订单")
_SENTENCES = {
    "en": "{source} {deed}: {orders} {duplicates}, {share} of this kind and {whole} of all.",
    "zh": "{source}{deed}：{orders} 张重复订单，占此类的 {share}，占全部的 {whole}。",
}
_NAMES = {"en": "Connector “{source}”", "zh": "来源“{source}”"}
_UNNAMED = {"en": "Entry without a connector", "zh": "未经来源接口的录入"}


def sentence_of(cause: Cause, language: str) -> str:
    """One cause in English or Chinese.

    >>> sentence_of(Cause("edi", "RETRY", 41, 100, 164), "en").partition(":")[0]
    'Connector “edi” re-sends after time-outs'
    >>> sentence_of(Cause("shop", "RESEND", 1, 2, 4), "en").partition(": ")[2]
    '1 duplicate, 50\\xa0% of this kind and 25\\xa0% of all.'
    """
    spoken = "zh" if language.lower().startswith("zh") else "en"
    deed = _DEEDS.get(cause.relation, _OTHERWISE)[spoken == "zh"]
    named = _NAMES[spoken].format(source=cause.source) if cause.source else _UNNAMED[spoken]
    return _SENTENCES[spoken].format(
        source=named,
        deed=deed,
        orders=cause.orders,
        duplicates="duplicate" if cause.orders == 1 else "duplicates",
        share=_percent(cause.orders, cause.of),
        whole=_percent(cause.orders, cause.whole),
    )


def _percent(part: int, whole: int) -> str:
    """A share that is not torn apart at the end of a line."""
    return f"{round(100 * part / whole)}\N{NO-BREAK SPACE}%"
