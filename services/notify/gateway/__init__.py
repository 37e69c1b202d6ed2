"""The world outside: webhooks and mails as they leave."""
