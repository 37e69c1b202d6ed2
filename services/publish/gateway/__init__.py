"""The world outside: second sites that keep copies, and hubs that spread the news of a feed."""
