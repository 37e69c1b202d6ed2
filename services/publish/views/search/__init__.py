"""Full-text search over what is public (全文检索): any two signs of a title or number find their document."""
