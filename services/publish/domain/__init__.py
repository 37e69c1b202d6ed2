"""Rules of publishing: what is an item, when it must leave, which interpretation belongs to it."""
