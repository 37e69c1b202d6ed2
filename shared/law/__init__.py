"""The law as data and pure functions: calendars, clocks, profiles, vocabularies, credit codes, fees.

Numbers and labels live in TOML beside this file, each with its article; `rules.load_rules` reads them once and
everything else is a function of the frozen `Rules` value it returns. A new rule is a row of data and a test.
"""
