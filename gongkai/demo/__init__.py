"""The main job told once, from an agency's feed to a portal page, a signed webhook and a replay (``gongkai demo``)."""
