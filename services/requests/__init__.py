"""Requests (依申请公开): applications for information from intake to answer, and what their answers make public.

Hears: ``requests.*`` (its own news: numbers, demand, conversion) and ``catalog.body-registered``.
Says: ``requests.*`` facts. Owns: cases, the registers of their numbers, demand for information, conversion reviews,
and the vault: who asks is known here only, and sealed.
"""
