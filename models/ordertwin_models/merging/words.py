"""What a proposal says, in the languages of the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ordertwin_models.language import catalogue_for
from ordertwin_models.merging.proposal import MergedLine, Take

_ENGLISH: Mapping[str, str] = {
    "first_only": "Only the earlier order has it; it stays as it is.",
    "second_only": "Only the later order has it; it is added.",
    "units": "{first} and {second} cannot be counted together, so both lines stay.",
    "equal": "Both orders ask for {result}; once is meant.",
    "same_goods": "{first} and {second} are the same goods: the larger quantity, {result}, "
    "holds the smaller.",
    "both_wanted": "{first} and {second} are both wanted: {result} together.",
    "amended": "The later order changes {first} to {second}.",
    "one_quantity": "Only one of the orders says how many: {result}.",
    "chosen": "Chosen: {result} of {first} and {second}.",
    "converted": "The later quantity was converted into {unit}.",
    "prices": "The orders differ in price; please look.",
    "first_under_way": "The earlier order is on its way or being picked and cannot be merged away.",
    "second_under_way": "The later order is on its way or being picked and cannot be merged away.",
    "first_dead": "The earlier order was cancelled, returned, merged or rejected.",
    "second_dead": "The later order was cancelled, returned, merged or rejected.",
    "kinds": "A sales order and a purchase order cannot be merged.",
    "company": "Which company sells: {first} or {second}?",
    "customer": "Whose order is it: {first} or {second}?",
    "ship_to": "Where do the goods go: {first} or {second}?",
    "currency_code": "In which currency: {first} or {second}?",
    "nothing": "nothing",
}
_CHINESE: Mapping[str, str] = {
    "first_only": "只有先前的订单有此行，保持不变。",
    "second_only": "只有后来的订单有此行，予以加入。",
    "units": "{first} 与 {second} 的单位无法换算，两行都保留。",
    "equal": "两张订单都要 {result}，只需一份。",
    "same_goods": "{first} 与 {second} 是同一批货：取较大的数量 {result}。",
    "both_wanted": "{first} 与 {second} 都需要：合计 {result}。",
    "amended": "后来的订单把 {first} 改为 {second}。",
    "one_quantity": "只有一张订单写明数量：{result}。",
    "chosen": "已选择：{first} 与 {second} 取 {result}。",
    "converted": "后来的数量已换算为 {unit}。",
    "prices": "两张订单的单价不同，请核对。",
    "first_under_way": "先前的订单正在拣货或已发货，不能被合并。",
    "second_under_way": "后来的订单正在拣货或已发货，不能被合并。",
    "first_dead": "先前的订单已取消、退货、合并或拒绝。",
    "second_dead": "后来的订单已取消、退货、合并或拒绝。",
    "kinds": "销售订单与采购订单不能合并。",
    "company": "由哪家公司销售：{first} 还是 {second}？",
    "customer": "订单属于谁：{first} 还是 {second}？",
    "ship_to": "货物送到哪里：{first} 还是 {second}？",
    "currency_code": "使用哪种货币：{first} 还是 {second}？",
    "nothing": "无",
}
WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "zh": _CHINESE}
"""Sentences by language and code."""


def sentence(code: str, language: str, **values: str) -> str:
    """One sentence in a language; English for any other.

    >>> sentence("currency_code", "en", first="EUR", second="USD")
    'In which currency: EUR or USD?'
    >>> sentence("kinds", "zh-CN")
    '销售订单与采购订单不能合并。'
    """
    return WORDS[catalogue_for(language).tag][code].format(**values)


def explained(merged: MergedLine, language: str) -> str:
    """Why a line of the result is as it is."""
    unit = merged.line.unit

    def amount(quantity: Decimal | None) -> str:
        if quantity is None:
            return sentence("nothing", language)
        return f"{quantity:f} {unit}".strip()

    first, second = merged.quantities
    said = [
        sentence(
            merged.reason,
            language,
            first=amount(first),
            second=amount(second),
            result=amount(merged.line.quantity),
        )
    ]
    if merged.converted and merged.take is not Take.FIRST:
        said.append(sentence("converted", language, unit=unit))
    if merged.prices_differ:
        said.append(sentence("prices", language))
    return " ".join(said)
