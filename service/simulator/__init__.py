"""A phone to text with: no account, no Redis server, a clock to move."""
