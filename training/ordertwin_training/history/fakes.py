"""Invented names and places by locale, the same in every process."""

from __future__ import annotations

from functools import lru_cache

from faker import Faker


@lru_cache(maxsize=64)
def faker_of(locale: str) -> Faker:
    """A faker of this locale, to be seeded by whoever uses it.

    Faker keeps the towns of some locales in the order of a set, which each process has its own of.

    >>> providers = faker_of("it_IT").factories[0].providers
    >>> towns = next(each.cities for each in providers if hasattr(each, "cities"))
    >>> list(towns) == sorted(towns)
    True
    """
    made = Faker(locale)
    for provider in made.factories[0].providers:
        if isinstance(getattr(provider, "cities", None), list):
            provider.cities = sorted(provider.cities)
    return made
